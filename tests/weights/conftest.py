"""Weights files and networks that several tests read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from npinception.config import Config
from npinception.graph import network_parameters
from npinception.weights.convert import convert
from npinception.weights.metadata import Metadata
from npinception.weights.store import write_weights
from tests.oracles.random_weights import random_parameter

from .refusal import legacy_file

Parameters = dict[str, np.ndarray]

LABELS = ("ant", "bée", "two words", "日本", "x" * 200)


def stem() -> tuple[Metadata, Parameters]:
    """Return three convolutions: small enough to be damaged a thousand times."""
    config = Config.of("slim", num_classes=5, final_endpoint="Conv2d_2b_3x3", depth_multiplier=0.5)
    parameters = {n: random_parameter(n, s, 1) for n, s in network_parameters(config).items()}
    return Metadata(config, config.variant.recipe, LABELS, source="tests", notes="ü"), parameters


@pytest.fixture
def stem_file(tmp_path: Path) -> Path:
    """Return a fresh weights file of the stem."""
    path = tmp_path / "stem.h5"
    write_weights(path, *stem())
    return path


@pytest.fixture(scope="session")
def narrow() -> tuple[Metadata, Parameters]:
    """Return a whole network of a tenth of the width, with both heads and labels."""
    config = Config.of("slim", num_classes=5, depth_multiplier=0.1)
    parameters = {n: random_parameter(n, s, 2) for n, s in network_parameters(config).items()}
    return Metadata(config, config.variant.recipe, LABELS), parameters


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """Return a folder for large files, removed at once when the module is done."""
    with tempfile.TemporaryDirectory(prefix="npinception-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a legacy file that converts."""
    path = legacy_file(tmp_path_factory.mktemp("legacy") / "legacy.h5")
    convert(path, path.with_name("out.h5"))
    return path.read_bytes()
