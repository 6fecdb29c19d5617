"""TensorFlow, as a function whose graph it optimizes itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from . import Float32


class Session:
    """A SavedModel's function."""

    def __init__(self, path: Path) -> None:
        self._model = tf.saved_model.load(str(path))

    def stage(self, pictures: Float32) -> Any:
        """Return the pictures as a tensor, NHWC."""
        return tf.constant(pictures)

    def predict(self, staged: Any) -> Float32:
        """Return probabilities [N, classes]."""
        result: Float32 = self._model.predict(staged).numpy()
        return result


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load a SavedModel that was written for this batch."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return Session(path)
