"""Every endpoint against TensorFlow, and both against the truth in float64.

The truth is the reference engine in float64. Two things must hold at each endpoint:
TensorFlow lies within rounding of it (so it is the same network), and no engine of
ours lies farther from it than TensorFlow does, but for a small factor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.engines import ENGINES
from npinception.model import InceptionV3
from npinception.weights.convert import convert
from tests.oracles.keras_network import layer_outputs, layers_of_kind
from tests.oracles.slim_network import SlimNetwork, build_slim
from tests.tolerances import (
    FEW_NUMBERS,
    FEW_NUMBERS_DISTANCE,
    ROUNDING_RATIO,
    SAME_NETWORK,
    relative_l2,
)

Values = dict[str, NDArray[Any]]

#: Keras' names of slim's endpoints; convolutions are matched by order of creation.
KERAS_ENDPOINTS = {
    "Mixed_5b": "mixed0",
    "Mixed_5c": "mixed1",
    "Mixed_5d": "mixed2",
    "Mixed_6a": "mixed3",
    "Mixed_6b": "mixed4",
    "Mixed_6c": "mixed5",
    "Mixed_6d": "mixed6",
    "Mixed_6e": "mixed7",
    "Mixed_7a": "mixed8",
    "Mixed_7b": "mixed9",
    "Mixed_7c": "mixed10",
    "PreLogits": "avg_pool",
    "Predictions": "predictions",
}


def compare(ours: Values, theirs: Values, truth: Values, ratio: float = ROUNDING_RATIO) -> None:
    """Hold every value to the two rules above."""
    assert ours.keys() == theirs.keys() == truth.keys()
    for name, exact in truth.items():
        assert ours[name].dtype == np.float32
        error = relative_l2(ours[name], exact)
        their_error = relative_l2(theirs[name], exact)
        assert their_error < SAME_NETWORK, f"{name}: they are {their_error:.1e} off"
        allowed = ratio * their_error
        if exact.size < FEW_NUMBERS:
            allowed = max(allowed, FEW_NUMBERS_DISTANCE)
        assert error <= allowed, f"{name}: {error:.2e} is above {allowed:.2e}"


@pytest.fixture(scope="module")
def slim_truth(slim_file: Path, photograph: NDArray[np.float32]) -> Values:
    model = InceptionV3.load(slim_file, engine="reference", dtype="float64")
    return model.endpoints(photograph)


@pytest.fixture(scope="module")
def slim_values(slim_network: SlimNetwork, photograph: NDArray[np.float32]) -> Values:
    return slim_network.endpoints(photograph)


@pytest.mark.parametrize("engine", ENGINES)
def test_slim_at_every_endpoint(
    engine: str,
    slim_file: Path,
    photograph: NDArray[np.float32],
    slim_values: Values,
    slim_truth: Values,
) -> None:
    ours = InceptionV3.load(slim_file, engine=engine).endpoints(photograph)
    assert list(ours) == list(slim_values)
    compare(ours, slim_values, slim_truth)


@pytest.mark.parametrize("engine", ENGINES)
def test_keras_at_every_layer(
    engine: str, keras_network: Any, keras_file: Path, photograph: NDArray[np.float32]
) -> None:
    model = InceptionV3.load(keras_file, engine=engine)
    convolutions = [node.name for node in model.graph(299, 299).convolutions][:94]
    activations = [layer.name for layer in layers_of_kind(keras_network, "Activation")]
    pairs = dict(zip(convolutions, activations, strict=True)) | KERAS_ENDPOINTS
    outputs = layer_outputs(keras_network, photograph, pairs.values())
    theirs = {name: outputs[layer] for name, layer in pairs.items()}
    theirs["PreLogits"] = theirs["PreLogits"][:, None, None]  # Keras pools to [N, 2048]
    truth = InceptionV3.load(keras_file, engine="reference", dtype="float64")
    compare(model.endpoints(photograph, pairs), theirs, truth.endpoints(photograph, pairs))


@pytest.mark.parametrize(
    "size, options",
    [
        pytest.param((150, 150), {}, id="half-size"),
        pytest.param((128, 203), {"depth_multiplier": 0.5, "num_classes": 7}, id="oblong"),
        pytest.param((75, 75), {"aux": False, "num_classes": 1}, id="smallest"),
        pytest.param((107, 131), {"depth_multiplier": 0.1, "min_depth": 5}, id="min_depth"),
    ],
)
def test_slim_options(
    size: tuple[int, int],
    options: dict[str, Any],
    photograph: NDArray[np.float32],
    tmp_path: Path,
) -> None:
    options = {"num_classes": 12, "depth_multiplier": 0.25} | options
    network = build_slim(**options, input_size=size, seed=13)
    convert(network.save(tmp_path / "slim.ckpt"), tmp_path / "slim.h5", input_size=size)
    height, width = size
    pictures = np.concatenate([photograph[:, :height, :width], photograph[:, -height:, -width:]])
    truth = InceptionV3.load(tmp_path / "slim.h5", engine="reference", dtype="float64")
    theirs, exact = network.endpoints(pictures), truth.endpoints(pictures)
    for engine in ENGINES:
        model = InceptionV3.load(tmp_path / "slim.h5", engine=engine)
        compare(model.endpoints(pictures), theirs, exact)


def test_logits_not_squeezed(photograph: NDArray[np.float32], tmp_path: Path) -> None:
    options: dict[str, Any] = {"num_classes": 5, "depth_multiplier": 0.1}
    network = build_slim(**options, spatial_squeeze=False, seed=14)
    convert(network.save(tmp_path / "slim.ckpt"), tmp_path / "slim.h5")
    model = InceptionV3.load(tmp_path / "slim.h5", spatial_squeeze=False)
    theirs = network.endpoints(photograph)
    for name, ours in model.endpoints(photograph).items():
        assert relative_l2(ours, theirs[name]) < SAME_NETWORK
    assert theirs["Predictions"].shape == (1, 1, 1, 5)
