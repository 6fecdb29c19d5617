"""Batch norm at inference: a fixed line per channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def batch_norm(
    x: NDArray[np.floating],
    beta: NDArray[np.floating],
    mean: NDArray[np.floating],
    variance: NDArray[np.floating],
    gamma: NDArray[np.floating] | None = None,
    epsilon: float = 1e-3,
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Return ``(x - mean) / sqrt(variance + epsilon) * gamma + beta``, channel by channel.

    Source: Ioffe and Szegedy, arXiv:1502.03167, with the moving statistics in place of
    the batch's.

    Parameters
    ----------
    x
        [..., C], float32 or float64.
    beta, mean, variance
        [C]; ``variance`` is not negative.
    gamma
        [C], or None for a batch norm without scale.
    epsilon
        Added to the variance.
    """
    scale = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    if gamma is not None:
        scale = scale * gamma
    out = np.subtract(x, mean, out=out)
    out *= scale
    out += beta
    return out
