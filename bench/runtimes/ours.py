"""npinception's engines; the mode is the engine's name."""

from __future__ import annotations

from pathlib import Path

from npinception import InceptionV3

from . import Float32


class Session:
    """A model as any user loads it."""

    def __init__(self, path: Path, engine: str, threads: int) -> None:
        self._model = InceptionV3.load(path, engine, threads if engine == "fused" else None)

    def stage(self, pictures: Float32) -> Float32:
        """Return the pictures as they are."""
        return pictures

    def predict(self, staged: Float32) -> Float32:
        """Return probabilities [N, classes]."""
        return self._model.predict(staged)


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load a weights file; any batch will do."""
    return Session(path, mode, threads)
