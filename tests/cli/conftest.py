"""A small network and a few pictures, on disk."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from npinception import InceptionV3
from npinception.config import Config
from npinception.weights.initial import initial_parameters
from npinception.weights.metadata import Metadata
from npinception.weights.store import write_weights

LABELS = ("cat", "dog", "crane", "Ærø → Fyn")


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a network of four classes for pictures of 139x139."""
    config = Config.of(
        "slim", num_classes=4, depth_multiplier=0.1, input_size=(139, 139), aux=False
    )
    path = tmp_path_factory.mktemp("weights") / "small.h5"
    metadata = Metadata(config, config.variant.recipe, LABELS)
    write_weights(path, metadata, initial_parameters(config, 0))
    return str(path)


@pytest.fixture(scope="session")
def model(weights: str) -> InceptionV3:
    return InceptionV3.load(weights, engine="reference")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return three pictures of noise, each of another colour."""
    folder = tmp_path_factory.mktemp("pictures")
    dice = np.random.default_rng(0)
    paths = []
    for channel in range(3):
        x = dice.integers(0, 100, (150, 170, 3), dtype=np.uint8)
        x[..., channel] += 150
        paths.append(str(folder / f"{channel}.png"))
        Image.fromarray(x).save(paths[-1])
    return paths
