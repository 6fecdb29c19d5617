"""Implicit im2col: where the input pixel of each tap and output pixel lies."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..architecture import Padding, Size
from ..kernels.geometry import output_size, padding_before

Int32: TypeAlias = NDArray[np.int32]

#: A tap in the padding: the kernel reads zeros.
OUTSIDE = -1


def tap_table(
    pictures: int,
    height: int,
    width: int,
    kernel: Size,
    stride: int,
    padding: Padding,
    spare: int,
) -> Int32:
    """Return the number of every tap's input pixel, for all output pixels of all pictures.

    Parameters
    ----------
    pictures, height, width
        Maps that lie one after the other, ``height * width`` pixels each.
    spare
        Entries added behind the last output pixel, all `OUTSIDE`: a tile that reaches
        beyond the map reads them and drops the result.

    Returns
    -------
    int32 of shape [kernel taps, output pixels + spare]. Pixels are numbered row
    by row, picture after picture; `OUTSIDE` marks the padding.
    """
    rows = _positions(height, kernel[0], stride, padding)  # [KH, H']
    columns = _positions(width, kernel[1], stride, padding)  # [KW, W']
    inside = ((rows >= 0) & (rows < height))[:, None, :, None] & (
        (columns >= 0) & (columns < width)
    )[None, :, None, :]
    pixel = rows[:, None, :, None] * width + columns[None, :, None, :]  # [KH, KW, H', W']
    first = np.arange(pictures, dtype=np.int32)[:, None, None] * np.int32(height * width)
    pixels = np.where(inside[:, :, None], pixel[:, :, None] + first, np.int32(OUTSIDE))
    flat = pixels.reshape(kernel[0] * kernel[1], -1)
    return np.pad(flat, ((0, 0), (0, spare)), constant_values=OUTSIDE)


def _positions(size: int, kernel: int, stride: int, padding: Padding) -> Int32:
    """Return which input position each tap of each window reads, [kernel, windows]."""
    windows = output_size(size, kernel, stride, padding)
    before = padding_before(size, kernel, stride, padding)
    taps, starts = np.arange(kernel, dtype=np.int32), np.arange(windows, dtype=np.int32)
    return taps[:, None] + starts * np.int32(stride) - np.int32(before)
