"""The frozen graph of 2015: the same constants in the same kind of file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npinception.config import Config
from npinception.errors import MissingPackageError, WeightsError
from npinception.graph import network_parameters
from npinception.weights.convert import convert
from npinception.weights.importers import graph_2015
from npinception.weights.inspect import describe
from npinception.weights.store import verify_weights
from tests.oracles.random_weights import random_parameter

tf = pytest.importorskip("tensorflow")

TABLE = Path(__file__).parents[2] / "weights" / "names.csv"
PARTS = {
    "conv2d_params": "weights",
    **{f"batchnorm/{p}": f"BatchNorm/{p}" for p in ("beta", "gamma")},
    **{f"batchnorm/moving_{p}": f"BatchNorm/moving_{p}" for p in ("mean", "variance")},
}


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    parameters = network_parameters(Config.of("fid"))
    return {name: random_parameter(name, shape, 41) for name, shape in parameters.items()}


@pytest.fixture
def graph(expected: dict[str, np.ndarray]) -> Any:
    """Return a GraphDef with constants and batch norms as in classify_image_graph_def.pb."""
    message = tf.compat.v1.GraphDef()
    constant(message, "DecodeJpeg/contents", np.array(b""))
    for name, value in (("Sub/y", 128), ("Mul/y", 1 / 128), ("ResizeBilinear/size", [299, 299])):
        constant(message, name, np.array(value, np.float32))
    for row in csv.DictReader(TABLE.read_text().splitlines()):
        for theirs, ours in PARTS.items():
            values = expected[f"InceptionV3/{row['slim_scope']}/{ours}"]
            constant(message, f"{row['graph_2015']}/{theirs}", values)
        norm = message.node.add(name=f"{row['graph_2015']}/batchnorm", op=graph_2015.BATCH_NORM)
        norm.attr["variance_epsilon"].f = 0.001
        norm.attr["scale_after_normalization"].b = True
    head = "InceptionV3/Logits/Conv2d_1c_1x1"
    constant(message, "softmax/weights", expected[f"{head}/weights"][0, 0])
    constant(message, "softmax/biases", expected[f"{head}/biases"])
    return message


def constant(message: Any, name: str, values: np.ndarray) -> None:
    node = message.node.add(name=name, op="Const")
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values))


def node_of(message: Any, name: str) -> Any:
    return next(node for node in message.node if node.name == name)


def refused(message: Any, folder: Path) -> str:
    path = folder / "graph.pb"
    path.write_bytes(message.SerializeToString())
    with pytest.raises(WeightsError) as caught:
        convert(path, folder / "out.h5")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_parameter(graph: Any, expected: dict[str, np.ndarray], tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    facts = describe(path)
    assert (facts["variant"], facts["classes"], facts["notes"]) == ("fid", 1008, None)
    assert "classify_image_graph_def.pb" in facts["recognised_by"]
    convert(path, tmp_path / "out.h5")
    found = verify_weights(tmp_path / "out.h5").parameters
    assert sorted(found) == sorted(expected)
    for name, values in expected.items():
        assert found[name].shape == values.shape
        np.testing.assert_array_equal(found[name], values)
    whole = path.read_bytes()
    for size in (20, 1000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(WeightsError):
            convert(path, tmp_path / "cut.h5")


def test_other_graphs_are_refused(graph: Any, tmp_path: Path) -> None:
    norm = node_of(graph, "mixed_3/conv/batchnorm")
    norm.attr["variance_epsilon"].f = 0.002
    assert "mixed_3/conv/batchnorm has epsilon 0.002" in refused(graph, tmp_path)
    norm.attr["variance_epsilon"].f = 0.001
    extra = np.zeros(100, np.float32)
    constant(graph, "softmax/more", extra)
    assert "softmax/more" in refused(graph, tmp_path)
    graph.node.remove(node_of(graph, "softmax/more"))
    beta = node_of(graph, "conv/batchnorm/beta")
    beta.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(np.zeros(32)))
    assert "must be float32" in refused(graph, tmp_path)
    graph.node.remove(beta)
    assert "missing 1 of 472" in refused(graph, tmp_path)
    other = tf.compat.v1.GraphDef()
    constant(other, "a_constant/of_another", extra)
    assert "without the constants of Inception V3" in refused(other, tmp_path)


def test_without_tensorflow(graph: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    monkeypatch.setitem(__import__("sys").modules, "tensorflow", None)
    with pytest.raises(MissingPackageError, match=r"npinception\[tensorflow\]"):
        convert(path, tmp_path / "out.h5")
