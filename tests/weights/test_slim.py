"""TF-slim checkpoints convert to exactly their variables, whatever options they were made with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from npinception.config import Config
from npinception.errors import InputError, WeightsError
from npinception.graph import network_parameters
from npinception.weights.convert import convert
from npinception.weights.inspect import describe
from npinception.weights.metadata import Metadata
from npinception.weights.store import verify_weights
from tests.oracles.random_weights import random_parameter
from tests.oracles.slim_network import SlimNetwork, build_slim

#: Facts in which a source differs from its conversion.
CHANGING = {"file", "family", "recognised_by", "content_sha256"}


@pytest.fixture(scope="module")
def network() -> SlimNetwork:
    """Return a narrow network with both heads and slim's 1001 classes."""
    return build_slim(1001, 0.25, (150, 224), seed=1)


@pytest.fixture(scope="module")
def prefix(network: SlimNetwork, scratch: Path) -> Path:
    """Return its checkpoint."""
    (scratch / "slim").mkdir()
    return network.save(scratch / "slim" / "model.ckpt-12")


def assert_same(target: Path, metadata: Metadata, variables: dict[str, np.ndarray]) -> None:
    """Compare every parameter bit by bit."""
    file = verify_weights(target)
    assert file.metadata == metadata
    assert sorted(file.parameters) == sorted(variables)
    for name, values in variables.items():
        found = file.parameters[name]
        assert found.shape == values.shape
        assert found.tobytes() == values.tobytes()


def test_checkpoint_by_each_of_its_names(
    network: SlimNetwork, prefix: Path, tmp_path: Path
) -> None:
    data = prefix.with_name(f"{prefix.name}.data-00000-of-00001")
    for name in (prefix, prefix.with_name(f"{prefix.name}.index"), data, prefix.parent):
        facts = describe(name)
        assert facts["family"] == "TF-slim checkpoint"
        assert facts["variant"] == "slim"
        assert facts["classes"] == 1001
        assert facts["auxiliary_head"] is True
        assert facts["depth_multiplier"] == 0.25
        assert facts["min_depth"] == 16
        assert facts["input_size"] == [150, 224]
        assert "150x224 is a guess" in facts["notes"]
    metadata = convert(prefix, tmp_path / "out.h5")
    assert_same(tmp_path / "out.h5", metadata, network.variables)
    own = describe(tmp_path / "out.h5")
    described = describe(prefix)
    assert {k for k in own if own[k] != described[k]} <= CHANGING


def test_base_without_heads(tmp_path: Path) -> None:
    network = build_slim(None, 0.1, 107, aux=False, seed=2)
    metadata = convert(network.save(tmp_path / "m"), tmp_path / "out.h5")
    assert metadata.config.num_classes is None
    assert metadata.config.aux is False
    assert metadata.config.depth_multiplier == 0.1
    assert_same(tmp_path / "out.h5", metadata, network.variables)


def test_input_size_may_be_told(prefix: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.h5"
    assert convert(prefix, target, input_size=(139, 210)).config.input_size == (139, 210)
    with pytest.raises(WeightsError, match=r"AuxLogits/Conv2d_2a_5x5.* unexpected.*Conv2d_2a_1x3"):
        convert(prefix, target, input_size=(299, 299))
    with pytest.raises(WeightsError, match="of another shape"):
        convert(prefix, target, depth_multiplier=0.5)


def test_what_inference_does_not_need_is_left_out(tmp_path: Path) -> None:
    plain = variables()
    some = dict(list(plain.items())[:6])
    more: dict[str, np.ndarray] = {"global_step": np.int64(7), "beta1_power": np.float32(1)}
    for suffix in ("RMSProp", "RMSProp_1", "Momentum", "Adam", "ExponentialMovingAverage"):
        more |= {f"{name}/{suffix}": value + 1 for name, value in some.items()}
    prefix = save_variables(plain | more, tmp_path / "trained")
    metadata = convert(prefix, tmp_path / "out.h5")
    assert metadata.notes == ("6 moving averages of variables are ignored; the variables are used")
    assert_same(tmp_path / "out.h5", metadata, plain)


def test_single_file_of_the_first_format(tmp_path: Path) -> None:
    """The published checkpoint has this format."""
    plain = variables(1001)
    prefix = save_variables(plain, tmp_path / "inception_v3.ckpt", version=1)
    assert prefix.is_file()
    metadata = convert(prefix, tmp_path / "out.h5")
    assert metadata.source == "inception_v3.ckpt"
    assert_same(tmp_path / "out.h5", metadata, plain)


def save_variables(values: dict[str, np.ndarray], prefix: Path, version: int = 2) -> Path:
    """Write a checkpoint of any variables."""
    names, tensors = list(values), [tf.constant(value) for value in values.values()]
    if version == 1:
        tf.raw_ops.Save(filename=str(prefix), tensor_names=names, data=tensors)
    else:
        whole = [""] * len(names)
        tf.raw_ops.SaveV2(
            prefix=str(prefix), tensor_names=names, shape_and_slices=whole, tensors=tensors
        )
    return prefix


def variables(classes: int = 2, **changes: Any) -> dict[str, np.ndarray]:
    """Return every variable of a narrow network, some of them changed or (None) left out."""
    shapes = network_parameters(Config.of("slim", num_classes=classes, depth_multiplier=0.1))
    values = {name: random_parameter(name, shape, 3) for name, shape in shapes.items()} | changes
    return {name: value for name, value in values.items() if value is not None}


STEM = "InceptionV3/Conv2d_1a_3x3"
FOREIGN: list[tuple[dict[str, Any], str]] = [
    ({f"{STEM}/weights": None}, "missing 1 of 388 parameters: InceptionV3/Conv2d_1a_3x3/weights"),
    ({f"{STEM}/BatchNorm/gamma": np.ones(16, np.float32)}, "1 unexpected: .*BatchNorm/gamma"),
    ({"InceptionV3/Mixed_9z/weights": np.ones(1, np.float32)}, "1 unexpected: .*Mixed_9z"),
    ({f"{STEM}/BatchNorm/beta": np.ones(17, np.float32)}, "beta is 17, not 16"),
    ({f"{STEM}/BatchNorm/beta": np.full(16, np.nan, np.float32)}, "16 values that are not finite"),
    ({f"{STEM}/BatchNorm/moving_variance": -np.ones(16, np.float32)}, "negative variance"),
    ({f"{STEM}/BatchNorm/beta": np.ones(16)}, "must be float32, not float64"),
    ({"InceptionV3/Conv2d_4a_3x3/weights": np.ones((3, 3, 16, 99), np.float32)}, "widths fit no"),
    ({"InceptionV3/Logits/Conv2d_1c_1x1/weights": None}, "auxiliary head but not the classifier"),
]


@pytest.mark.parametrize(("changes", "match"), FOREIGN)
def test_foreign_variables(tmp_path: Path, changes: dict[str, Any], match: str) -> None:
    prefix = save_variables(variables(**changes), tmp_path / "m")
    with pytest.raises(WeightsError, match=match) as caught:
        convert(prefix, tmp_path / "out.h5")
    assert str(prefix) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.h5").exists()


def test_other_checkpoints(tmp_path: Path) -> None:
    prefix = save_variables({"resnet/weights": np.ones(3, np.float32)}, tmp_path / "m")
    with pytest.raises(WeightsError, match="no variable begins with InceptionV3/"):
        convert(prefix, tmp_path / "out.h5")


def test_damaged_checkpoints(prefix: Path, tmp_path: Path) -> None:
    index, data = f"{prefix.name}.index", f"{prefix.name}.data-00000-of-00001"
    for part in (index, data):
        whole = prefix.with_name(part).read_bytes()
        for size in np.linspace(0, len(whole) - 1, 12, dtype=int):
            folder = tmp_path / f"{part}-{size}"
            shutil.copytree(prefix.parent, folder)
            (folder / part).write_bytes(whole[:size])
            with pytest.raises(WeightsError) as caught:
                convert(folder / prefix.name, tmp_path / "out.h5")
            assert "\n" not in str(caught.value)
    folder = tmp_path / "flipped"
    shutil.copytree(prefix.parent, folder)
    flipped = bytearray(prefix.with_name(data).read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (folder / data).write_bytes(flipped)
    with pytest.raises(WeightsError, match="cannot be read"):
        convert(folder, tmp_path / "out.h5")
    (folder / data).unlink()
    with pytest.raises(WeightsError):
        convert(folder, tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


def test_a_folder_of_two_checkpoints_needs_a_choice(prefix: Path, tmp_path: Path) -> None:
    shutil.copytree(prefix.parent, tmp_path / "two")
    shutil.copy(prefix.with_name(f"{prefix.name}.index"), tmp_path / "two" / "other.index")
    with pytest.raises(WeightsError, match=r"holds 2 checkpoints \(model.ckpt-12, other\)"):
        convert(tmp_path / "two", tmp_path / "out.h5")


def test_labels_and_the_background(prefix: Path, tmp_path: Path) -> None:
    names = [f"class {n}" for n in range(1000)]
    with pytest.raises(InputError, match="add 'background' as the first label"):
        convert(prefix, tmp_path / "out.h5", labels=names)
    labels = convert(prefix, tmp_path / "out.h5", labels=["background", *names]).labels
    assert labels == ("background", *names)


def test_without_tensorflow_the_message_says_what_to_install(prefix: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['tensorflow'] = None\n"
        "from npinception.errors import MissingPackageError\n"
        "from npinception.weights.convert import convert\n"
        "try: convert(sys.argv[1], sys.argv[2])\n"
        "except MissingPackageError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(prefix), str(tmp_path / "out.h5")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "pip install 'npinception[tensorflow]'" in result.stdout
    assert str(prefix) in result.stdout
