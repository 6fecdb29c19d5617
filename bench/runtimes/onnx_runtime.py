"""ONNX Runtime on the CPU, with all graph optimizations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from . import Float32


class Session:
    """An inference session."""

    def __init__(self, path: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def stage(self, pictures: Float32) -> Float32:
        """Return the pictures as NCHW."""
        return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))

    def predict(self, staged: Float32) -> Float32:
        """Return probabilities [N, classes]."""
        result: Float32 = self._session.run(None, {self._input: staged})[0]
        return result


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load an ONNX model that was written for this batch."""
    return Session(path, threads)
