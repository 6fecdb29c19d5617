"""LiteRT (TensorFlow Lite) with its XNNPACK kernels, which it takes by itself."""

from __future__ import annotations

from pathlib import Path

from ai_edge_litert.interpreter import Interpreter

from . import Float32


class Session:
    """An interpreter with its tensors allocated."""

    def __init__(self, path: Path, threads: int) -> None:
        self._interpreter = Interpreter(str(path), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def stage(self, pictures: Float32) -> Float32:
        """Return the pictures as they are: NHWC."""
        return pictures

    def predict(self, staged: Float32) -> Float32:
        """Return probabilities [N, classes]."""
        self._interpreter.set_tensor(self._input, staged)
        self._interpreter.invoke()
        result: Float32 = self._interpreter.get_tensor(self._output)
        return result


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load a flatbuffer that was written for this batch."""
    return Session(path, threads)
