"""Operations that look at one pixel at a time: ReLU, concat, softmax."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def relu(x: NDArray[np.floating], out: NDArray[np.floating] | None = None) -> NDArray[np.floating]:
    """Return ``max(x, 0)``; NaN stays NaN."""
    result: NDArray[np.floating] = np.maximum(x, x.dtype.type(0), out=out)
    return result


def concat(
    parts: Sequence[NDArray[np.floating]], out: NDArray[np.floating] | None = None
) -> NDArray[np.floating]:
    """Return ``parts`` ([N, H, W, C_i] each) side by side on the channel axis."""
    return np.concatenate(parts, axis=-1, out=out)


def softmax(
    x: NDArray[np.floating], out: NDArray[np.floating] | None = None
) -> NDArray[np.floating]:
    """Return ``exp(x) / sum(exp(x))`` over the last axis.

    The maximum is taken off first, which changes nothing but keeps ``exp`` from
    overflowing. Float32 is widened meanwhile: an exponent of -10 that is rounded to float32
    moves its probability by five units in the last place, more than all layers before.
    """
    wide = x.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    np.exp(wide, out=wide)
    wide /= wide.sum(axis=-1, keepdims=True)
    if out is None:
        return wide.astype(x.dtype)
    out[...] = wide
    return out
