"""Batch norm folded into the convolution before it.

At inference batch norm is ``gamma * (z - mean) / sqrt(variance + epsilon) + beta``, a scale
and a shift per channel of ``z = conv(x, filters)``. A convolution is linear, so the scale
can go into the filters and the shift is a bias: one operation fewer, and one rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..nodes import SCOPE, Convolution, Node

Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]


def scale_and_bias(
    node: Node, parameters: Mapping[str, Float32], epsilon: float
) -> tuple[Float64, Float64]:
    """Return the scale of a convolution's filters and its bias, per output channel.

    Both float64 of shape (out_depth,): they are rounded once, by whoever stores them.
    A convolution without batch norm has scale 1 and the bias it was given.
    """
    assert isinstance(node.operation, Convolution)
    scope = f"{SCOPE}/{node.name}"
    depth = node.operation.out_depth
    if not node.operation.batch_norm:
        return np.ones(depth), np.asarray(parameters[f"{scope}/biases"], np.float64)
    beta, mean, variance = (
        np.asarray(parameters[f"{scope}/BatchNorm/{part}"], np.float64)
        for part in ("beta", "moving_mean", "moving_variance")
    )
    scale = 1 / np.sqrt(variance + epsilon)
    if node.operation.gamma:
        scale *= np.asarray(parameters[f"{scope}/BatchNorm/gamma"], np.float64)
    return scale, beta - mean * scale
