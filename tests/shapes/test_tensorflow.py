"""The trained network in TensorFlow, rebuilt from the file: same numbers, same labels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception import InceptionV3
from npinception.engines import ENGINES
from npinception.weights.published import BUNDLED
from npinception.weights.shapes.draw import draw
from npinception.weights.shapes.labels import LABELS
from npinception.weights.store import open_weights
from tests.tolerances import SAME_NETWORK, relative_l2

pytest.importorskip("tensorflow")
pytest.importorskip("tf_slim")

SIZE = 144
Array = NDArray[np.float32]


@pytest.fixture(scope="module")
def batch() -> Array:
    pictures = [np.asarray(draw(label, 3_000_000, SIZE), np.float32) for label in LABELS]
    return np.stack(pictures) / np.float32(127.5) - np.float32(1)


@pytest.fixture(scope="module")
def theirs(batch: Array) -> dict[str, Array]:
    from tests.oracles.slim_network import build_slim

    stored = dict(open_weights(BUNDLED["shapes"]).parameters)
    slim = build_slim(len(LABELS), 0.25, SIZE, parameters=lambda name, _shape, _seed: stored[name])
    assert set(slim.variables) == set(stored)
    return slim.endpoints(batch)


@pytest.mark.parametrize("engine", sorted(set(ENGINES) - {"reference"}))
def test_every_endpoint_of_the_trained_network(
    engine: str, batch: Array, theirs: dict[str, Array]
) -> None:
    ours = InceptionV3.load("shapes", engine=engine).endpoints(batch)
    assert set(ours) == set(theirs)
    for name, expected in theirs.items():
        found = ours[name].reshape(expected.shape)
        assert found.dtype == np.float32
        assert relative_l2(found, expected) < SAME_NETWORK, name
    assert np.array_equal(ours["Predictions"].argmax(axis=1), theirs["Predictions"].argmax(axis=1))


def test_the_comparison_sees_another_network(batch: Array, theirs: dict[str, Array]) -> None:
    mirrored = InceptionV3.load("shapes").endpoints(batch[..., ::-1], ["Mixed_7c"])
    assert relative_l2(mirrored["Mixed_7c"], theirs["Mixed_7c"]) > 10 * SAME_NETWORK
