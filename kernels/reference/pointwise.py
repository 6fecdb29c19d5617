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
    overflowing.
    """
    out = np.subtract(x, x.max(axis=-1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=-1, keepdims=True)
    return out
