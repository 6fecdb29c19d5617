"""Max and average pools: one number per window and channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry import output_size
from .windows import taps


def max_pool(
    x: NDArray[np.floating],
    kernel: tuple[int, int],
    stride: int = 1,
    padding: str = "SAME",
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Return the largest value of each window, per channel; padding never wins.

    Parameters are those of :func:`im2col`; the result is [N, H', W', C].
    """
    out = _empty(x, kernel, stride, padding, out)
    out[...] = -np.inf
    for _, _, seen in taps(x, kernel, stride, padding, value=-np.inf):
        np.maximum(out, seen, out=out)
    return out


def avg_pool(
    x: NDArray[np.floating],
    kernel: tuple[int, int],
    stride: int = 1,
    padding: str = "SAME",
    divisor: str = "valid",
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Return the mean of each window, per channel.

    Parameters
    ----------
    x, kernel, stride, padding
        As for :func:`im2col`.
    divisor
        ``"valid"``: a window over the border is divided by the number of its pixels that
        lie inside, as TensorFlow does. ``"full"``: by ``KH * KW``, as PyTorch does.

    Returns
    -------
    ndarray
        [N, H', W', C].
    """
    if divisor not in ("valid", "full"):
        raise ValueError(f"divisor must be 'valid' or 'full', not {divisor!r}")
    out = _empty(x, kernel, stride, padding, out)
    out[...] = 0
    for _, _, seen in taps(x, kernel, stride, padding):
        out += seen
    if divisor == "full":
        out /= kernel[0] * kernel[1]
        return out
    inside = np.ones((1, *x.shape[1:3], 1), x.dtype)
    count = sum(seen for _, _, seen in taps(inside, kernel, stride, padding))
    out /= count
    return out


def global_avg_pool(
    x: NDArray[np.floating], out: NDArray[np.floating] | None = None
) -> NDArray[np.floating]:
    """Return the mean over the whole map: [N, H, W, C] gives [N, 1, 1, C]."""
    return np.mean(x, axis=(1, 2), keepdims=True, out=out)


def _empty(
    x: NDArray[np.floating],
    kernel: tuple[int, int],
    stride: int,
    padding: str,
    out: NDArray[np.floating] | None,
) -> NDArray[np.floating]:
    """Return ``out``, or a new array of the pool's output shape."""
    if out is not None:
        return out
    rows = output_size(x.shape[1], kernel[0], stride, padding)
    columns = output_size(x.shape[2], kernel[1], stride, padding)
    return np.empty((x.shape[0], rows, columns, x.shape[3]), x.dtype)
