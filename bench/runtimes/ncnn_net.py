"""ncnn on the CPU in float32; it takes one picture at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ncnn
import numpy as np

from . import Float32


class Session:
    """A net, asked picture by picture. Its 3x3 convolutions are Winograd's, as it chooses."""

    def __init__(self, path: Path, threads: int) -> None:
        self._net = ncnn.Net()
        options = self._net.opt
        options.num_threads = threads
        options.use_vulkan_compute = False
        for name in ("use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic"):
            setattr(options, name, False)
        options.use_bf16_storage = False
        self._net.load_param(str(path))
        self._net.load_model(str(path.with_suffix(".bin")))
        self._input = self._net.input_names()[0]
        self._output = self._net.output_names()[0]

    def stage(self, pictures: Float32) -> list[Any]:
        """Return the pictures as CHW matrices."""
        planes = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
        # A Mat does not keep its array alive, and a clone is padded as ncnn likes it.
        return [ncnn.Mat(picture).clone() for picture in planes]

    def predict(self, staged: list[Any]) -> Float32:
        """Return probabilities [N, classes]."""
        return np.stack([self._predict_one(picture) for picture in staged])

    def _predict_one(self, picture: Any) -> Float32:
        extractor = self._net.create_extractor()
        extractor.input(self._input, picture)
        status, result = extractor.extract(self._output)
        if status != 0:
            raise RuntimeError(f"ncnn failed with status {status}")
        return np.array(result)


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load a net from its text; its parameters lie beside it."""
    return Session(path, threads)
