"""A network of torchvision, its state dict, and a place for a large file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .saving import NO_TORCH, State


@pytest.fixture(scope="session")
def network() -> Any:
    torch_network = pytest.importorskip("tests.oracles.torch_network", reason=NO_TORCH)
    return torch_network.build_torchvision(1000, seed=31)


@pytest.fixture(scope="session")
def state(network: Any) -> State:
    return dict(network.module.state_dict())


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Path]:
    """Return a path for a large file, removed at once."""
    path = tmp_path / "model.bin"  # the ending does not matter
    yield path
    path.unlink(missing_ok=True)
