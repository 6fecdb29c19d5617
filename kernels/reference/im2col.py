"""im2col: every window of a picture becomes one row of a matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry import output_size
from .windows import taps


def im2col(
    x: NDArray[np.floating],
    kernel: tuple[int, int],
    stride: int = 1,
    padding: str = "SAME",
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Return the matrix whose rows are the windows of ``x``.

    Row ``(n * H' + r) * W' + c`` is the window of picture n at output position (r, c);
    its columns run over the window's rows, then columns, then channels: the order of
    HWIO filters, so that ``im2col(x) @ filters.reshape(-1, O)`` is the convolution.

    Parameters
    ----------
    x
        [N, H, W, C], float32 or float64.
    kernel
        Height and width (KH, KW) of the window.
    stride
        Pixels from one window to the next, in both directions.
    padding
        ``"SAME"`` (pixels beyond the border are zero) or ``"VALID"``.

    Returns
    -------
    ndarray
        [N * H' * W', KH * KW * C] of ``x``'s dtype.
    """
    n, height, width, channels = x.shape
    rows = output_size(height, kernel[0], stride, padding)
    columns = output_size(width, kernel[1], stride, padding)
    if out is None:
        out = np.empty((n * rows * columns, kernel[0] * kernel[1] * channels), x.dtype)
    windows = out.reshape(n, rows, columns, kernel[0], kernel[1], channels)
    for i, j, seen in taps(x, kernel, stride, padding):
        windows[:, :, :, i, j] = seen
    return out
