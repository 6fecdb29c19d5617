"""Batch norm at inference, in Numba."""

from __future__ import annotations

import numpy as np

from .arrays import Float32, contiguous, output_array
from .jit import compiled


def batch_norm(
    x: Float32,
    beta: Float32,
    mean: Float32,
    variance: Float32,
    gamma: Float32 | None = None,
    epsilon: float = 1e-3,
    out: Float32 | None = None,
) -> Float32:
    """Return ``(x - mean) / sqrt(variance + epsilon) * gamma + beta``, channel by channel.

    ``x`` is [..., C]; the statistics are [C]. Without ``gamma`` the scale is 1.
    """
    x = contiguous(x)
    out = output_array(out, x.shape)
    scale = 1 / np.sqrt(variance + np.float32(epsilon))
    if gamma is not None:
        scale = scale * gamma
    channels = x.shape[-1]
    _batch_norm(
        x.reshape(-1, channels),
        contiguous(mean),
        contiguous(scale),
        contiguous(beta),
        out.reshape(-1, channels),
    )
    return out


@compiled
def _batch_norm(x: Float32, mean: Float32, scale: Float32, beta: Float32, out: Float32) -> None:
    """Compute ``out = (x - mean) * scale + beta`` for ``x`` and ``out`` [pixels, C]."""
    for pixel in range(x.shape[0]):
        for k in range(x.shape[1]):
            out[pixel, k] = (x[pixel, k] - mean[k]) * scale[k] + beta[k]
