"""Walking the architecture table: scopes, channel counts and window arithmetic."""

from __future__ import annotations

from .architecture import Conv, Fork, Layer, Pool, Size
from .config import Config
from .kernels.geometry import output_size
from .nodes import Concat, Convolution, Input, Node, Operation, Pooling


class EmptyMapError(Exception):
    """A VALID window does not fit its map; carries the name of the node."""


class Walk:
    """Appends nodes layer by layer, keeping the scope out of the table."""

    def __init__(self, config: Config, height: int, width: int) -> None:
        """Start with the picture."""
        self.config = config
        self.nodes: dict[str, Node] = {}
        self.add("input", Input(), (), (height, width, 3))

    def add(
        self, name: str, operation: Operation, inputs: tuple[str, ...], shape: tuple[int, ...]
    ) -> str:
        """Append a node and return its name."""
        if 0 in shape:
            raise EmptyMapError(name)
        self.nodes[name] = Node(name, operation, inputs, shape)
        return name

    def layers(self, layers: tuple[Layer, ...], source: str, scope: str) -> str:
        """Append layers one after the other; return the name of the last node."""
        for layer in layers:
            if isinstance(layer, Fork):
                source = self.fork(layer, source, scope)
            else:
                source = self.window(layer, source, scope)
        return source

    def fork(self, fork: Fork, source: str, scope: str) -> str:
        """Append every branch, then the concat that joins them."""
        joined = f"{scope}{fork.name}" if fork.name else f"{scope}concat"
        ends = tuple(
            self.layers(branch, source, f"{joined}/Branch_{index}/" if fork.name else scope)
            for index, branch in enumerate(fork.branches)
        )
        height, width, _ = self.nodes[ends[0]].shape
        depth = sum(self.nodes[end].shape[2] for end in ends)
        return self.add(joined, Concat(), ends, (height, width, depth))

    def window(
        self, layer: Conv | Pool, source: str, scope: str, kernel: Size | None = None
    ) -> str:
        """Append a convolution or a pool; ``kernel`` overrides the table's."""
        height, width, channels = self.nodes[source].shape
        if kernel is None:
            kernel = layer.kernel
            if layer.shrink:
                kernel = (min(kernel[0], height), min(kernel[1], width))
        rows = output_size(height, kernel[0], layer.stride, layer.padding)
        columns = output_size(width, kernel[1], layer.stride, layer.padding)
        name = scope + (layer.name.format(*kernel) if layer.shrink else layer.name)
        variant = self.config.variant
        operation: Operation
        if isinstance(layer, Pool):
            divisor = variant.avg_pool_divisor
            operation = Pooling(layer.kind, kernel, layer.stride, layer.padding, divisor)
        else:
            depth = self.config.depth(layer.depth)
            operation = Convolution(
                kernel, layer.stride, layer.padding, channels, depth, True, variant.bn_gamma
            )
            channels = depth
        return self.add(name, operation, (source,), (rows, columns, channels))

    def classifier(self, name: str, source: str) -> str:
        """Append a 1x1 convolution to the classes, with a bias."""
        height, width, channels = self.nodes[source].shape
        classes = self.config.num_classes
        assert classes is not None
        operation = Convolution((1, 1), 1, "SAME", channels, classes, batch_norm=False)
        return self.add(name, operation, (source,), (height, width, classes))
