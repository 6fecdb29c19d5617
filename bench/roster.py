"""Who is compared: one row for each runtime in each of its modes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


@dataclass(frozen=True)
class Peer:
    """One row of the tables: a runtime in one of its modes.

    Attributes
    ----------
    name, title
        On the command line, and in tables.
    runtime
        Module of this package.
    export
        Module of :mod:`bench.exports`; empty for the weights file itself.
    packages
        Distribution to module name: what must be installed, the runtime itself first.
    mode
        Passed to the runtime.
    cache_variable
        Environment variable that names the folder of compiled code, if there is one.
    one_thread, batches
        Whether it can only run on one thread; whether it makes sense for batches only.
    """

    name: str
    title: str
    runtime: str
    export: str
    packages: tuple[tuple[str, str], ...]
    mode: str = ""
    cache_variable: str = ""
    one_thread: bool = False
    batches: bool = False

    @property
    def ours(self) -> bool:
        """Whether this is one of our own engines."""
        return self.runtime == "ours"

    @property
    def missing(self) -> list[str]:
        """Distributions that are not installed."""
        return [package for package, module in self.packages if find_spec(module) is None]

    @property
    def version(self) -> str:
        """Version of the runtime."""
        try:
            return version(self.packages[0][0])
        except PackageNotFoundError:
            return "unknown"

    def runs(self, threads: int, batch: int) -> bool:
        """Whether it can be timed with so many threads and pictures."""
        return not (self.one_thread and threads > 1) and not (self.batches and batch == 1)


_OURS = (("npinception", "npinception"),)
_ONNX = ("onnx", "onnx")
_TENSORFLOW = ("tensorflow-cpu", "tensorflow")
_NUMBA_CACHE = "NPINCEPTION_CACHE_DIR"
_TORCH_CACHE = "TORCHINDUCTOR_CACHE_DIR"

PEERS = (
    Peer("fused", "npinception", "ours", "", _OURS, "fused", _NUMBA_CACHE),
    Peer("layerwise", "npinception, layerwise", "ours", "", _OURS, "layerwise", _NUMBA_CACHE, True),
    Peer("reference", "npinception, reference", "ours", "", _OURS, "reference"),
    Peer("openvino", "OpenVINO", "open_vino", "onnx_model", (("openvino", "openvino"), _ONNX)),
    Peer(
        "openvino-streams",
        "OpenVINO, one stream a thread",
        "open_vino",
        "onnx_model",
        (("openvino", "openvino"), _ONNX),
        "streams",
        batches=True,
    ),
    Peer(
        "onnxruntime",
        "ONNX Runtime",
        "onnx_runtime",
        "onnx_model",
        (("onnxruntime", "onnxruntime"), _ONNX),
    ),
    Peer(
        "litert",
        "LiteRT",
        "lite_rt",
        "tflite_model",
        (("ai-edge-litert", "ai_edge_litert"), _TENSORFLOW),
    ),
    Peer("ncnn", "ncnn", "ncnn_net", "ncnn_model", (("ncnn", "ncnn"),)),
    Peer("tensorflow", "TensorFlow", "tensor_flow", "saved_model", (_TENSORFLOW,)),
    Peer("torch", "PyTorch", "pytorch", "torch_layers", (("torch", "torch"),)),
    Peer(
        "torch-compile",
        "PyTorch, compiled",
        "pytorch",
        "torch_layers",
        (("torch", "torch"),),
        "compile",
        _TORCH_CACHE,
    ),
)
