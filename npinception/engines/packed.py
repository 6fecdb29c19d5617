"""The parameters as the fused kernels want them."""

from __future__ import annotations

import numpy as np

from ..graph import Graph
from ..kernels.arrays import aligned_empty
from ..kernels.vector_unit import vector_unit
from ..nodes import SCOPE, Node
from ..plan.folding import scale_and_bias
from ..plan.packing import pack_filters, packed_layout
from . import Parameters


class PackedParameters:
    """Folded, packed filters and biases of a network.

    All are read at once, so that a damaged file is found when it is loaded, but one layer
    after the other, so that a lazy mapping never holds more than one.
    """

    def __init__(self, graph: Graph, parameters: Parameters) -> None:
        """Read, fold and pack every convolution of ``graph``."""
        self.layout = packed_layout(graph.convolutions, vector_unit().width)
        self.filters = aligned_empty(self.layout.filter_floats)
        self.biases = np.zeros(self.layout.bias_floats, np.float32)
        for node in graph.convolutions:
            self._pack(node, parameters, graph.config.variant.bn_epsilon)

    def _pack(self, node: Node, parameters: Parameters, epsilon: float) -> None:
        """Write one convolution's filters and bias to their places."""
        scale, bias = scale_and_bias(node, parameters, epsilon)
        weights = np.asarray(parameters[f"{SCOPE}/{node.name}/weights"])
        blocks = self.layout.blocks[node.name]
        pack_filters(weights, scale, blocks, self.layout.width, self.filters)
        self.biases[blocks[0].bias : blocks[0].bias + len(bias)] = bias
