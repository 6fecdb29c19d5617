"""The reference engine: NumPy formulas, in float32 or float64. No compiler involved."""

from __future__ import annotations

from ..config import Config
from ..errors import InputError
from ..kernels import reference
from . import Parameters
from .interpreter import Interpreter, Operations

OPERATIONS = Operations(
    conv2d=reference.conv2d,
    batch_norm=reference.batch_norm,
    relu=reference.relu,
    max_pool=reference.max_pool,
    avg_pool=reference.avg_pool,
    global_avg_pool=reference.global_avg_pool,
    concat=reference.concat,
    dense=reference.dense,
    softmax=reference.softmax,
)


def create(config: Config, parameters: Parameters, threads: int | None, dtype: str) -> Interpreter:
    """Return the engine; NumPy's BLAS decides its own threads."""
    if threads is not None:
        raise InputError(
            "the reference engine takes no threads: NumPy's BLAS has its own setting, "
            "OMP_NUM_THREADS or OPENBLAS_NUM_THREADS"
        )
    return Interpreter(config, parameters, OPERATIONS, dtype)
