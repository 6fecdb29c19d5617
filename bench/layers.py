"""The network's convolution layers as single problems, with their float64 truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from npinception.config import Config
from npinception.graph import Graph
from npinception.kernels import reference
from npinception.nodes import SCOPE, Convolution, Node
from npinception.plan.folding import scale_and_bias

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

UNIT_ROUNDOFF = 2.0**-24


@dataclass(frozen=True)
class Layer:
    """Convolution, batch norm and ReLU on one picture.

    Attributes
    ----------
    node
        The layer.
    input_shape
        (H, W, C).
    count
        How many layers of the network have the same shapes.
    """

    node: Node
    input_shape: tuple[int, ...]
    count: int
    config: Config
    parameters: Mapping[str, Float32]

    @property
    def epsilon(self) -> float:
        """What batch norm adds to the variance."""
        return self.config.variant.bn_epsilon

    @property
    def operation(self) -> Convolution:
        """Kernel, stride, padding and depths."""
        assert isinstance(self.node.operation, Convolution)
        return self.node.operation

    @property
    def flops(self) -> int:
        """Operations of the convolution; a multiply-add is two."""
        return 2 * self.node.multiply_adds

    def parameter(self, part: str) -> Float32:
        """Return ``weights``, or a part of ``BatchNorm``."""
        name = part if part == "weights" else f"BatchNorm/{part}"
        return self.parameters[f"{SCOPE}/{self.node.name}/{name}"]

    @cached_property
    def x(self) -> Float32:
        """The input [1, H, W, C], normal random numbers."""
        return np.random.default_rng(0).standard_normal((1, *self.input_shape), np.float32)

    @cached_property
    def truth(self) -> Float64:
        """The output [1, H', W', O] in float64."""
        scale, bias = scale_and_bias(self.node, self.parameters, self.epsilon)
        return np.maximum(self._convolve(self.x, self.parameter("weights")) * scale + bias, 0)

    @cached_property
    def bound(self) -> Float64:
        """The most that float32 can be off, for each element of the output.

        A sum of K products, in any order, is within ``K u`` of the sum of their magnitudes
        (Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1). Batch norm,
        folded or not, adds at most eight roundings. ReLU adds none.
        """
        scale, _ = scale_and_bias(self.node, self.parameters, self.epsilon)
        magnitude = self._convolve(abs(self.x), abs(self.parameter("weights")))
        terms = self.operation.kernel[0] * self.operation.kernel[1] * self.operation.in_depth + 8
        mean, beta = (abs(self.parameter(part)) for part in ("moving_mean", "beta"))
        rounding = terms * UNIT_ROUNDOFF / (1 - terms * UNIT_ROUNDOFF)
        return rounding * (abs(scale) * (magnitude + mean) + beta)

    def _convolve(self, x: Float32, filters: Float32) -> Float64:
        operation = self.operation
        wide_x, wide_filters = x.astype(np.float64), filters.astype(np.float64)
        y = reference.conv2d(wide_x, wide_filters, operation.stride, operation.padding)
        return y.astype(np.float64)


def choose_layers(
    graph: Graph, parameters: Mapping[str, Float32], selection: str = "distinct"
) -> list[Layer]:
    """Return the layers to run: ``all``, one of each ``distinct`` shape, or those named.

    A name is a layer's, or the beginning of several: ``Mixed_6b`` means all in that block.
    """
    nodes = [node for node in graph.convolutions if _batch_norm(node)]
    if selection not in ("all", "distinct"):
        nodes = [node for node in nodes if node.name.startswith(selection)]
    groups: dict[object, list[Node]] = {}
    for node in nodes:
        shape = graph.nodes[node.inputs[0]].shape
        key = (shape, node.operation) if selection == "distinct" else node.name
        groups.setdefault(key, []).append(node)
    return [
        Layer(
            group[0],
            graph.nodes[group[0].inputs[0]].shape,
            len(group),
            graph.config,
            parameters,
        )
        for group in groups.values()
    ]


def _batch_norm(node: Node) -> bool:
    return isinstance(node.operation, Convolution) and node.operation.batch_norm
