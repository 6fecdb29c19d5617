"""Pillow's antialiasing resizers: each new pixel is an average under a window.

The window is a triangle (``BILINEAR``) or Keys' cubic (``BICUBIC``), as wide as the
shrinkage and never narrower than one step. Pillow has two arithmetics for it:

- on floating point pictures (mode ``F``): sums in float64, rounded to float32 after each
  of the two passes;
- on 8-bit pictures (mode ``RGB``): weights as whole multiples of 2**-22, sums rounded to
  a byte, and cut to 0..255, after each of the two passes.

Rows are averaged first, then columns; but the columns first where the picture loses more
than twice as many rows as columns. That is Pillow 13's rule, to save time; earlier releases
always began with the rows, which in such tall pictures moves a byte by one step or two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .architecture import Size

Picture: TypeAlias = NDArray[Any]
Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]
Window: TypeAlias = Callable[[Float64], Float64]

#: Bits of fraction in the 8-bit weights: 32, less 8 of a pixel, less 2 for the sum's growth.
_FRACTION = 22


def antialias_bilinear(picture: Picture, size: Size) -> Float32:
    """Average under a triangle, in floating point."""
    return _in_floats(picture, size, _triangle, support=1.0)


def antialias_bicubic(picture: Picture, size: Size) -> Float32:
    """Average under Keys' cubic, in floating point; may leave 0..255 by a fifth."""
    return _in_floats(picture, size, _cubic, support=2.0)


def antialias_bilinear_8bit(picture: Picture, size: Size) -> Float32:
    """Average under a triangle, in bytes; pixels that are no whole numbers are rounded first."""
    return _in_bytes(picture, size, _triangle, support=1.0)


def antialias_bicubic_8bit(picture: Picture, size: Size) -> Float32:
    """Average under Keys' cubic, in bytes; pixels that are no whole numbers are rounded first."""
    return _in_bytes(picture, size, _cubic, support=2.0)


def _triangle(x: Float64) -> Float64:
    """Return 1 at 0, falling to 0 at 1."""
    return np.maximum(1.0 - np.abs(x), 0.0)


def _cubic(x: Float64) -> Float64:
    """Return Keys' cubic convolution kernel with a = -1/2, zero from 2 on."""
    a, x = -0.5, np.abs(x)
    near = ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    far = (((x - 5.0) * x + 8.0) * x - 4.0) * a
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


def _in_floats(picture: Picture, size: Size, window: Window, support: float) -> Float32:
    """Average both ways, rounding to float32 in between."""
    lines = picture.astype(np.float32)
    for axis in _passes(picture, size):
        lines = _float_average(lines.swapaxes(0, axis), size[axis], window, support)
        lines = lines.swapaxes(0, axis)
    return np.ascontiguousarray(lines)


def _in_bytes(picture: Picture, size: Size, window: Window, support: float) -> Float32:
    """Average both ways, rounding to bytes in between."""
    lines = picture
    if lines.dtype != np.uint8:
        lines = np.clip(np.rint(lines), 0, 255).astype(np.uint8)
    for axis in _passes(picture, size):
        lines = _byte_average(lines.swapaxes(0, axis), size[axis], window, support)
        lines = lines.swapaxes(0, axis)
    return lines.astype(np.float32, order="C")


def _passes(picture: Picture, size: Size) -> tuple[int, int]:
    """Return the axes in the order in which Pillow 13 averages along them."""
    rows_lost, columns_lost = (n - m for n, m in zip(picture.shape[:2], size, strict=True))
    return (0, 1) if rows_lost > max(0, 2 * columns_lost) else (1, 0)


def _float_average(lines: Float32, n_out: int, window: Window, support: float) -> Float32:
    """Return ``n_out`` weighted sums of ``lines``, added tap by tap in float64."""
    taps, weights = _taps(lines.shape[0], n_out, window, support)
    total = np.zeros((n_out, *lines.shape[1:]))
    for tap, weight in zip(taps.T, weights.T, strict=True):
        total += lines[tap] * weight[:, None, None]
    return total.astype(np.float32)


def _byte_average(
    lines: NDArray[np.uint8], n_out: int, window: Window, support: float
) -> NDArray[np.uint8]:
    """Return ``n_out`` weighted sums of ``lines``, in whole numbers, rounded to bytes."""
    taps, weights = _taps(lines.shape[0], n_out, window, support)
    # Halves are rounded away from zero, as C's (int)(x + 0.5) of a magnitude does.
    whole = np.trunc(weights * (1 << _FRACTION) + np.copysign(0.5, weights)).astype(np.int32)
    total = np.full((n_out, *lines.shape[1:]), 1 << (_FRACTION - 1), np.int32)
    for tap, weight in zip(taps.T, whole.T, strict=True):
        total += lines[tap] * weight[:, None, None]
    result: NDArray[np.uint8] = np.clip(total >> _FRACTION, 0, 255).astype(np.uint8)
    return result


def _taps(
    n_in: int, n_out: int, window: Window, support: float
) -> tuple[NDArray[np.intp], Float64]:
    """Return, for each new pixel, the old ones under its window, and their weights.

    Both have shape ``[n_out, widest window]``; narrower ones end in weights of 0.
    """
    step = n_in / n_out
    stretch = max(step, 1.0)
    centre = (np.arange(n_out) + 0.5) * step
    first = np.maximum(centre - support * stretch + 0.5, 0.0).astype(np.intp)
    last = np.minimum((centre + support * stretch + 0.5).astype(np.intp), n_in) - 1
    taps = first[:, None] + np.arange(int((last - first).max()) + 1)
    weights = window((taps - centre[:, None] + 0.5) * (1.0 / stretch))
    weights[taps > last[:, None]] = 0.0
    weights /= np.add.accumulate(weights, axis=1)[:, -1:]
    return np.minimum(taps, last[:, None]), weights
