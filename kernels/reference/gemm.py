"""The matrix product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gemm(
    a: NDArray[np.floating], b: NDArray[np.floating], out: NDArray[np.floating] | None = None
) -> NDArray[np.floating]:
    """Return ``a @ b``: ``out[m, n] = sum over k of a[m, k] * b[k, n]``.

    Parameters
    ----------
    a
        [M, K], float32 or float64.
    b
        [K, N] of the same dtype.

    Returns
    -------
    ndarray
        [M, N].
    """
    return np.matmul(a, b, out=out)
