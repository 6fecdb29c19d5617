"""What every kernel's Python face does first: shape the output, pin dtype and layout.

Compiled loops see only C-contiguous float32 arrays, so that each has one signature and
is compiled once.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .geometry import output_size

Float32: TypeAlias = NDArray[np.float32]


def contiguous(array: NDArray[np.floating]) -> Float32:
    """Return ``array`` as C-contiguous float32, itself if it is that already."""
    return np.ascontiguousarray(array, dtype=np.float32)


def output_array(out: Float32 | None, shape: tuple[int, ...]) -> Float32:
    """Return ``out`` after checking it, or a new array of ``shape``.

    Raises
    ------
    ValueError
        If ``out`` is not a C-contiguous float32 array of ``shape``.
    """
    if out is None:
        return np.empty(shape, np.float32)
    if out.shape != shape or out.dtype != np.float32 or not out.flags.c_contiguous:
        raise ValueError(
            f"out must be a C-contiguous float32 array of shape {shape}, "
            f"not {out.dtype} of shape {out.shape}"
        )
    return out


def aligned_empty(floats: int) -> Float32:
    """Return an uninitialised float32 array that starts at a cache line of 64 bytes."""
    raw = np.empty(floats + 16, np.float32)
    skip = -raw.ctypes.data % 64 // raw.itemsize
    return raw[skip : skip + floats]


def window_shape(
    x: Float32, kernel: tuple[int, int], stride: int, padding: str
) -> tuple[int, int, int]:
    """Return (N, H', W'): how many windows ``x`` [N, H, W, C] has."""
    return (
        x.shape[0],
        output_size(x.shape[1], kernel[0], stride, padding),
        output_size(x.shape[2], kernel[1], stride, padding),
    )
