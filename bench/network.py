"""The network under test, in the form every peer's file is written from.

A weights file is read once; batch norm is folded in float64, as each peer would do by
itself, so that all of them start from the same numbers. The operations are the nodes of
our own graph: no peer's network is typed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npinception.graph import Graph, build_graph
from npinception.kernels.geometry import padding_after, padding_before
from npinception.nodes import SCOPE, Convolution, Node, Pooling
from npinception.plan.folding import scale_and_bias
from npinception.weights.store import open_weights

Float32 = NDArray[np.float32]

#: What every peer computes.
OUTPUT = "Predictions"


@dataclass(frozen=True)
class Network:
    """A graph with its parameters."""

    graph: Graph
    parameters: Mapping[str, Float32]

    @property
    def nodes(self) -> list[Node]:
        """The nodes that `OUTPUT` depends on, in an order they can be computed."""
        nodes = self.graph.nodes
        wanted = {self.graph.resolve(OUTPUT)}
        for name, node in reversed(list(nodes.items())):
            if name in wanted:
                wanted.update(node.inputs)
        return [node for name, node in nodes.items() if name in wanted]

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one picture."""
        return sum(node.multiply_adds for node in self.nodes)

    def folded(self, node: Node) -> tuple[Float32, Float32]:
        """Return a convolution's filters (HWIO) and bias with batch norm folded into them."""
        epsilon = self.graph.config.variant.bn_epsilon
        scale, bias = scale_and_bias(node, self.parameters, epsilon)
        filters = self.parameters[f"{SCOPE}/{node.name}/weights"] * scale
        return filters.astype(np.float32), bias.astype(np.float32)

    def padding(self, node: Node) -> tuple[int, int]:
        """Return the rows and columns of padding on each side of a node's input.

        Every window of the network that is padded at all is padded evenly.
        """
        assert isinstance(node.operation, Convolution | Pooling)
        size = self.graph.nodes[node.inputs[0]].shape[:2]
        window = [(node.operation.stride, node.operation.padding)] * 2
        axes = list(zip(size, node.operation.kernel, window, strict=True))
        before = [padding_before(pixels, kernel, *rule) for pixels, kernel, rule in axes]
        after = [padding_after(pixels, kernel, *rule) for pixels, kernel, rule in axes]
        assert before == after, f"{node.name} is padded {before} before and {after} after"
        return before[0], before[1]


def read_network(path: Path) -> Network:
    """Return the network of a weights file, for pictures of the size it was made for."""
    file = open_weights(path)
    config = file.metadata.config
    return Network(build_graph(config, *config.input_size), file.parameters)


def random_pictures(network: Network, batch: int) -> Float32:
    """Return pictures [batch, H, W, 3] of uniform noise in [-1, 1], the same every time."""
    shape = (batch, *network.graph.nodes["input"].shape)
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
