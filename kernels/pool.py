"""Max and average pools in Numba: one number per window and channel."""

from __future__ import annotations

import numpy as np

from .arrays import Float32, contiguous, output_array, window_shape
from .geometry import padding_before
from .jit import compiled


def max_pool(
    x: Float32,
    kernel: tuple[int, int],
    stride: int = 1,
    padding: str = "SAME",
    out: Float32 | None = None,
) -> Float32:
    """Return the largest value of each window, per channel; NaN wins, padding never does.

    [N, H, W, C] gives [N, H', W', C].
    """
    x = contiguous(x)
    out = output_array(out, (*window_shape(x, kernel, stride, padding), x.shape[3]))
    top = padding_before(x.shape[1], kernel[0], stride, padding)
    left = padding_before(x.shape[2], kernel[1], stride, padding)
    _max_pool(x, out, kernel[0], kernel[1], stride, top, left)
    return out


@compiled
def _max_pool(
    x: Float32,
    out: Float32,
    kernel_height: int,
    kernel_width: int,
    stride: int,
    top: int,
    left: int,
) -> None:
    """Fill ``out`` [N, H', W', C]; ``top`` and ``left`` are the padding before ``x``."""
    n, rows, columns, channels = out.shape
    height, width = x.shape[1:3]
    for picture in range(n):
        for row in range(rows):
            for column in range(columns):
                for k in range(channels):
                    out[picture, row, column, k] = -np.inf
                y0, z0 = row * stride - top, column * stride - left
                for y in range(max(y0, 0), min(y0 + kernel_height, height)):
                    for z in range(max(z0, 0), min(z0 + kernel_width, width)):
                        for k in range(channels):
                            value = x[picture, y, z, k]
                            largest = out[picture, row, column, k]
                            # A NaN, once seen, is never replaced.
                            if value > largest or np.isnan(value):
                                out[picture, row, column, k] = value


def avg_pool(
    x: Float32,
    kernel: tuple[int, int],
    stride: int = 1,
    padding: str = "SAME",
    divisor: str = "valid",
    out: Float32 | None = None,
) -> Float32:
    """Return the mean of each window, per channel: [N, H, W, C] gives [N, H', W', C].

    A window over the border is divided by the number of its pixels that lie inside
    (``divisor="valid"``, TensorFlow) or by ``KH * KW`` (``"full"``, PyTorch).
    """
    if divisor not in ("valid", "full"):
        raise ValueError(f"divisor must be 'valid' or 'full', not {divisor!r}")
    x = contiguous(x)
    out = output_array(out, (*window_shape(x, kernel, stride, padding), x.shape[3]))
    top = padding_before(x.shape[1], kernel[0], stride, padding)
    left = padding_before(x.shape[2], kernel[1], stride, padding)
    _avg_pool(x, out, kernel[0], kernel[1], stride, top, left, divisor == "full")
    return out


@compiled
def _avg_pool(
    x: Float32,
    out: Float32,
    kernel_height: int,
    kernel_width: int,
    stride: int,
    top: int,
    left: int,
    full: bool,
) -> None:
    """Fill ``out`` [N, H', W', C]; ``top`` and ``left`` are the padding before ``x``."""
    n, rows, columns, channels = out.shape
    height, width = x.shape[1:3]
    for picture in range(n):
        for row in range(rows):
            y0 = row * stride - top
            first_y, last_y = max(y0, 0), min(y0 + kernel_height, height)
            for column in range(columns):
                z0 = column * stride - left
                first_z, last_z = max(z0, 0), min(z0 + kernel_width, width)
                inside = (last_y - first_y) * (last_z - first_z)
                count = np.float32(kernel_height * kernel_width if full else inside)
                for k in range(channels):
                    out[picture, row, column, k] = 0.0
                for y in range(first_y, last_y):
                    for z in range(first_z, last_z):
                        for k in range(channels):
                            out[picture, row, column, k] += x[picture, y, z, k]
                for k in range(channels):
                    out[picture, row, column, k] /= count


def global_avg_pool(x: Float32, out: Float32 | None = None) -> Float32:
    """Return the mean over the whole map: [N, H, W, C] gives [N, 1, 1, C]."""
    return avg_pool(x, (x.shape[1], x.shape[2]), 1, "VALID", out=out)
