"""The rungs of the ladder: five ways to compute convolution, batch norm and ReLU.

Each takes a layer, prepares what can be prepared before the picture is there, and returns
a function that computes the layer once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bench.layers import Float32, Layer
from bench.one_layer import compile_layer
from npinception.kernels import conv, direct, tiled_gemm
from npinception.kernels.batch_norm import batch_norm
from npinception.kernels.im2col import im2col
from npinception.kernels.pointwise import relu

Run: TypeAlias = Callable[[], Float32]


@dataclass(frozen=True)
class Rung:
    """One way.

    Attributes
    ----------
    name, title
        In the figures, and in tables.
    idea
        What is new on this rung, in a sentence.
    prepare
        From a layer to the function that computes it.
    """

    name: str
    title: str
    idea: str
    prepare: Callable[[Layer], Run]


def _unpacked(convolve: Callable[..., Float32]) -> Callable[[Layer], Run]:
    """Return the rung of a convolution that takes the filters as they are stored."""

    def prepare(layer: Layer) -> Run:
        filters, operation = layer.parameter("weights"), layer.operation
        y = np.empty((1, *layer.node.shape), np.float32)

        def run() -> Float32:
            convolve(layer.x, filters, operation.stride, operation.padding, out=y)
            return _norm_relu(layer, y)

        return run

    return prepare


def _tiled(layer: Layer) -> Run:
    operation = layer.operation
    depth = operation.out_depth
    packed = tiled_gemm.pack(layer.parameter("weights").reshape(-1, depth))
    y = np.empty((1, *layer.node.shape), np.float32)

    def run() -> Float32:
        windows = im2col(layer.x, operation.kernel, operation.stride, operation.padding)
        tiled_gemm.gemm(windows, packed, depth, out=y.reshape(-1, depth))
        return _norm_relu(layer, y)

    return run


def _implicit(layer: Layer) -> Run:
    convolve = compile_layer(layer, fused=False)
    return lambda: _norm_relu(layer, convolve())


def _fused(layer: Layer) -> Run:
    return compile_layer(layer, fused=True)


def _norm_relu(layer: Layer, y: Float32) -> Float32:
    """Batch norm and ReLU in place, each in a pass of its own."""
    gamma = layer.parameter("gamma") if layer.operation.gamma else None
    beta, mean, variance = (
        layer.parameter(part) for part in ("beta", "moving_mean", "moving_variance")
    )
    batch_norm(y, beta, mean, variance, gamma, layer.epsilon, out=y)
    return relu(y, out=y)


RUNGS = (
    Rung(
        "direct",
        "direct loops",
        "The definition: for each output, sum over the window and the input channels.",
        _unpacked(direct.conv2d),
    ),
    Rung(
        "im2col",
        "im2col + GEMM",
        "Windows become rows of a matrix, and the convolution one matrix product.",
        _unpacked(conv.conv2d),
    ),
    Rung(
        "tiled",
        "register-tiled GEMM",
        "Sums stay in registers, and each vector of filters that is loaded serves many pixels.",
        _tiled,
    ),
    Rung(
        "implicit",
        "implicit im2col",
        "The tile finds its pixels through a table of numbers; the matrix is never built.",
        _implicit,
    ),
    Rung(
        "fused",
        "fused",
        "Batch norm moves into the filters; bias and ReLU happen as the tile is stored.",
        _fused,
    ),
)
