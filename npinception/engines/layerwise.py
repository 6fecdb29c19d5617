"""The layerwise engine: the Numba kernels, one whole layer after the other."""

from __future__ import annotations

from ..config import Config
from ..errors import InputError
from ..kernels.batch_norm import batch_norm
from ..kernels.conv import conv2d
from ..kernels.dense import dense
from ..kernels.pointwise import concat, relu, softmax
from ..kernels.pool import avg_pool, global_avg_pool, max_pool
from . import Parameters
from .interpreter import Interpreter, Operations

OPERATIONS = Operations(
    conv2d=conv2d,
    batch_norm=batch_norm,
    relu=relu,
    max_pool=max_pool,
    avg_pool=avg_pool,
    global_avg_pool=global_avg_pool,
    concat=concat,
    dense=dense,
    softmax=softmax,
)


def create(config: Config, parameters: Parameters, threads: int | None, dtype: str) -> Interpreter:
    """Return the engine, which runs in the calling thread."""
    if threads not in (None, 1):
        raise InputError(f"the layerwise engine runs on one thread, not {threads}")
    if dtype != "float32":
        raise InputError("the layerwise engine computes in float32; use engine='reference'")
    return Interpreter(config, parameters, OPERATIONS, dtype)
