"""Convolution as im2col and one matrix product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry import output_size
from .gemm import gemm
from .im2col import im2col


def conv2d(
    x: NDArray[np.floating],
    filters: NDArray[np.floating],
    stride: int = 1,
    padding: str = "SAME",
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Return the cross-correlation of ``x`` with ``filters``, as ``tf.nn.conv2d`` has it.

    ``out[n, r, c, o] = sum over i, j, k of padded[n, r*s + i, c*s + j, k] * filters[i, j, k, o]``

    Parameters
    ----------
    x
        [N, H, W, C], float32 or float64.
    filters
        HWIO: [KH, KW, C, O] of the same dtype.
    stride, padding
        As for :func:`im2col`.

    Returns
    -------
    ndarray
        [N, H', W', O].
    """
    kernel_height, kernel_width, _, depth = filters.shape
    rows = output_size(x.shape[1], kernel_height, stride, padding)
    columns = output_size(x.shape[2], kernel_width, stride, padding)
    if out is None:
        out = np.empty((len(x), rows, columns, depth), x.dtype)
    windows = im2col(x, (kernel_height, kernel_width), stride, padding)
    gemm(windows, filters.reshape(-1, depth), out=out.reshape(-1, depth))
    return out
