"""The ways to run one graph, by name.

========== =========================================================================
fused      one program compiled from graph and parameters, run by all threads: speed
reference  NumPy formulas, layer by layer, in float32 or float64: truth and teaching
layerwise  the Numba kernels, one after the other, as named on the tin
========== =========================================================================

An engine knows the graph and the parameters, nothing of files or pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..config import Config
from ..errors import InputError

Array: TypeAlias = NDArray[np.floating]
Parameters: TypeAlias = Mapping[str, NDArray[np.float32]]

#: Engine name to the module that has its ``create``; imported only when asked for.
ENGINES = {"fused": ".fused", "layerwise": ".layerwise", "reference": ".reference"}
DEFAULT_ENGINE = "fused"


class Engine(Protocol):
    """What a model asks of an engine."""

    def run(self, x: Array, outputs: Sequence[str]) -> dict[str, Array]:
        """Return the named nodes' values for pictures ``x`` [N, H, W, 3]."""
        ...


def create_engine(
    name: str,
    config: Config,
    parameters: Parameters,
    threads: int | None = None,
    dtype: str = "float32",
) -> Engine:
    """Return the engine called ``name``, ready to run.

    Parameters
    ----------
    name
        A key of :data:`ENGINES`.
    parameters
        Every parameter of the network by slim's name; may read lazily from a file.
    threads
        Worker threads; None takes the engine's own choice.
    dtype
        ``"float32"``, or ``"float64"`` where the engine computes in it.

    Raises
    ------
    InputError
        If there is no such engine, or it cannot do what the options ask.
    """
    if name not in ENGINES:
        raise InputError(f"unknown engine {name!r}; choose one of {', '.join(ENGINES)}")
    if threads is not None and threads < 1:
        raise InputError(f"threads must be at least 1, or None for all cores, not {threads!r}")
    if dtype not in ("float32", "float64"):
        raise InputError(f"dtype must be 'float32' or 'float64', not {dtype!r}")
    create: Callable[..., Any] = import_module(ENGINES[name], __name__).create
    engine: Engine = create(config, parameters, threads, dtype)
    return engine
