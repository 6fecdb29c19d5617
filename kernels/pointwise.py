"""ReLU, concat and softmax in Numba: operations that look at one pixel at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .arrays import Float32, contiguous, output_array
from .jit import compiled


def relu(x: Float32, out: Float32 | None = None) -> Float32:
    """Return ``max(x, 0)`` for ``x`` of any shape; NaN stays NaN."""
    x = contiguous(x)
    out = output_array(out, x.shape)
    _relu(x.reshape(-1), out.reshape(-1))
    return out


@compiled
def _relu(x: Float32, out: Float32) -> None:
    """Compute ``out = max(x, 0)`` for flat arrays; a NaN fails the test and is kept."""
    for i in range(x.size):
        out[i] = np.float32(0.0) if x[i] < 0.0 else x[i]


def concat(parts: Sequence[Float32], out: Float32 | None = None) -> Float32:
    """Return ``parts`` ([N, H, W, C_i] each) side by side on the channel axis."""
    shape = (*parts[0].shape[:-1], sum(part.shape[-1] for part in parts))
    out = output_array(out, shape)
    start = 0
    for part in parts:
        channels = part.shape[-1]
        _copy_channels(
            contiguous(part).reshape(-1, channels), out.reshape(-1, out.shape[-1]), start
        )
        start += channels
    return out


@compiled
def _copy_channels(part: Float32, out: Float32, start: int) -> None:
    """Copy ``part`` [pixels, C_i] into ``out`` [pixels, C] from channel ``start`` on."""
    for pixel in range(part.shape[0]):
        for k in range(part.shape[1]):
            out[pixel, start + k] = part[pixel, k]


def softmax(x: Float32, out: Float32 | None = None) -> Float32:
    """Return ``exp(x) / sum(exp(x))`` over the last axis of ``x``."""
    x = contiguous(x)
    out = output_array(out, x.shape)
    classes = x.shape[-1]
    _softmax(x.reshape(-1, classes), out.reshape(-1, classes))
    return out


@compiled
def _softmax(x: Float32, out: Float32) -> None:
    """Compute the softmax of each row of ``x`` [N, C].

    The row's maximum is taken off first, so that no ``exp`` overflows. All of it is done in
    float64, and rounded once: an exponent of -10 that is rounded to float32 moves its
    probability by five units in the last place.
    """
    for row in range(x.shape[0]):
        largest = np.float64(x[row, 0])
        for k in range(1, x.shape[1]):
            largest = max(largest, np.float64(x[row, k]))
        total = 0.0
        for k in range(x.shape[1]):
            total += np.exp(x[row, k] - largest)
        for k in range(x.shape[1]):
            out[row, k] = np.exp(x[row, k] - largest) / total
