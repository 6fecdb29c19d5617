"""OpenVINO on the CPU.

float32 is demanded: on processors with bfloat16 instructions OpenVINO would use those. As
it comes, a batch is one request, which all threads work on; in mode ``streams`` every
thread takes pictures of its own, which is what OpenVINO's throughput hint does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openvino

from . import Float32

_EXACT = {"INFERENCE_PRECISION_HINT": "f32", "EXECUTION_MODE_HINT": "ACCURACY"}


class Session:
    """A batch as one request."""

    def __init__(self, path: Path, threads: int) -> None:
        options = _EXACT | {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
        self._compiled = openvino.Core().compile_model(str(path), "CPU", options)
        self._request = self._compiled.create_infer_request()

    def stage(self, pictures: Float32) -> Float32:
        """Return the pictures as NCHW."""
        return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))

    def predict(self, staged: Float32) -> Float32:
        """Return probabilities [N, classes]."""
        result: Float32 = self._request.infer({0: staged}, share_inputs=True)[0]
        return result


class Streams(Session):
    """One picture a request, one request a thread at a time."""

    def __init__(self, path: Path, threads: int, batch: int) -> None:
        core = openvino.Core()
        model = core.read_model(str(path))
        shape = model.input(0).shape
        model.reshape([1, *shape[1:]])
        options: dict[str, Any] = _EXACT | {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": threads,
        }
        self._compiled = core.compile_model(model, "CPU", options)
        self._queue = openvino.AsyncInferQueue(self._compiled, threads)
        self._result = np.empty((batch, *self._compiled.output(0).shape[1:]), np.float32)
        self._queue.set_callback(self._keep)

    def _keep(self, request: Any, index: int) -> None:
        self._result[index] = request.get_output_tensor(0).data[0]

    def predict(self, staged: Float32) -> Float32:
        """Return probabilities [N, classes]."""
        for index in range(len(staged)):
            self._queue.start_async({0: staged[index : index + 1]}, index, share_inputs=True)
        self._queue.wait_all()
        return self._result


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load an ONNX model that was written for this batch."""
    return Streams(path, threads, batch) if mode == "streams" else Session(path, threads)
