"""A network small enough to be measured in an instant."""

from __future__ import annotations

from pathlib import Path

import pytest

from npinception.model import InceptionV3


def save_narrow(path: Path, seed: int) -> Path:
    options = {"num_classes": 10, "depth_multiplier": 0.1, "input_size": (80, 80)}
    InceptionV3.random(seed, variant="keras", engine="reference", **options).save(path)
    return path


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_narrow(tmp_path_factory.mktemp("bench") / "narrow.h5", 0)
