"""A photograph, and the frameworks' own networks, saved by them and converted by us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.model import InceptionV3
from npinception.preprocessing import prepare
from npinception.variants import SLIM
from npinception.weights.convert import convert
from tests.oracles.keras_network import build_keras, save_every_way
from tests.oracles.slim_network import SlimNetwork, build_slim

Load = Callable[..., InceptionV3]


@pytest.fixture(scope="session")
def photograph() -> NDArray[np.float32]:
    """Return a real photograph as a batch of one: [1, 299, 299, 3] in [-1, 1]."""
    skimage_data = pytest.importorskip("skimage.data")
    return prepare(skimage_data.chelsea(), SLIM.recipe, (299, 299))[None]


@pytest.fixture(scope="session")
def slim_network() -> SlimNetwork:
    """Return slim's network at full width, with the auxiliary head."""
    return build_slim(1001, seed=11)


@pytest.fixture(scope="session")
def slim_file(slim_network: SlimNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return its checkpoint, converted."""
    folder = tmp_path_factory.mktemp("slim")
    convert(slim_network.save(folder / "slim.ckpt"), folder / "slim.h5")
    return folder / "slim.h5"


@pytest.fixture(scope="session")
def keras_network() -> object:
    """Return Keras' network with its 1000-way head."""
    return build_keras(1000, seed=12)


@pytest.fixture(scope="session")
def keras_file(keras_network: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return its ``.keras`` file, converted."""
    folder = tmp_path_factory.mktemp("keras")
    convert(save_every_way(keras_network, folder)["keras"], folder / "keras.h5")
    return folder / "keras.h5"
