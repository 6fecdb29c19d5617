"""A checkpoint, a server that has it, and an empty folder for what is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.weights.http_server import ADDRESS, Server, serving
from tests.weights.test_slim import save_variables, variables

from .entries import CHECKPOINT


@pytest.fixture(scope="module")
def values() -> dict[str, np.ndarray]:
    return variables(5)


@pytest.fixture(scope="module")
def content(values: dict[str, np.ndarray], scratch: Path) -> bytes:
    """Return the bytes of a narrow checkpoint in one file, as the published one is."""
    return save_variables(values, scratch / CHECKPOINT, version=1).read_bytes()


@pytest.fixture(scope="module")
def server(content: bytes) -> Iterator[Server]:
    with serving(content) as running:
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of fetched weights, empty for each test; no proxy stands between."""
    monkeypatch.setenv("NPINCEPTION_WEIGHTS_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", ADDRESS)
    return tmp_path / "cache"
