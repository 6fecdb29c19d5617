"""A fully connected layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .gemm import gemm


def dense(
    x: NDArray[np.floating],
    weights: NDArray[np.floating],
    bias: NDArray[np.floating],
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Return ``x @ weights + bias``: [N, C] by [C, O] plus [O] gives [N, O]."""
    out = gemm(x, weights, out)
    out += bias
    return out
