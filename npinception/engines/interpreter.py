"""Runs the graph node by node with a given set of operations.

The reference and the layerwise engine differ only in the operations they hand in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..config import Config
from ..graph import Graph, build_graph, network_parameters
from ..nodes import (
    SCOPE,
    Concat,
    Convolution,
    Dropout,
    GlobalPooling,
    Node,
    Pooling,
    Softmax,
    Squeeze,
)
from . import Array, Parameters


@dataclass(frozen=True)
class Operations:
    """One implementation of each operation; signatures as in ``kernels.reference``."""

    conv2d: Callable[..., Array]
    batch_norm: Callable[..., Array]
    relu: Callable[..., Array]
    max_pool: Callable[..., Array]
    avg_pool: Callable[..., Array]
    global_avg_pool: Callable[..., Array]
    concat: Callable[..., Array]
    dense: Callable[..., Array]
    softmax: Callable[..., Array]


class Interpreter:
    """An engine that computes one node after the other, one picture after the other.

    A picture never meets its neighbours in the batch, so its result has the same bits in
    any batch, and memory does not grow with the batch.
    """

    def __init__(
        self, config: Config, parameters: Parameters, operations: Operations, dtype: str
    ) -> None:
        self._config = config
        self._parameters = {
            name: np.ascontiguousarray(parameters[name], dtype)
            for name in network_parameters(config)
        }
        self._operations = operations
        self._dtype = np.dtype(dtype)

    def run(self, x: Array, outputs: Sequence[str]) -> dict[str, Array]:
        """Return the named nodes' values for pictures ``x`` [N, H, W, 3]."""
        graph = build_graph(self._config, x.shape[1], x.shape[2])
        results = {
            name: np.empty((len(x), *graph.nodes[name].shape), self._dtype) for name in outputs
        }
        order = _needed(graph, outputs)
        # Inf - Inf and the like are answers here, not accidents: they go where IEEE says.
        with np.errstate(all="ignore"):
            for index, picture in enumerate(x):
                self._run_picture(order, picture[None], index, results)
        return results

    def _run_picture(
        self, order: Sequence[Node], picture: Array, index: int, results: dict[str, Array]
    ) -> None:
        """Compute the nodes of ``order``, dropping each value after its last reader."""
        last_reader = {name: node.name for node in order for name in node.inputs}
        values: dict[str, Array] = {}
        for node in order:
            inputs = [values[name] for name in node.inputs]
            value = self._compute(node, inputs) if inputs else picture.astype(self._dtype)
            values[node.name] = value
            if node.name in results:
                results[node.name][index] = value[0]
            for name in node.inputs:
                if last_reader[name] == node.name:
                    values.pop(name, None)

    def _compute(self, node: Node, inputs: list[Array]) -> Array:
        """Return the value of one node."""
        do = self._operations
        match node.operation:
            case Convolution(batch_norm=True):
                return self._conv_norm_relu(node, inputs[0])
            case Convolution():
                return self._classifier(node, inputs[0])
            case Pooling(kind="max") as pool:
                return do.max_pool(inputs[0], pool.kernel, pool.stride, pool.padding)
            case Pooling() as pool:
                return do.avg_pool(inputs[0], pool.kernel, pool.stride, pool.padding, pool.divisor)
            case GlobalPooling():
                return do.global_avg_pool(inputs[0])
            case Concat():
                return do.concat(inputs)
            case Dropout():
                return inputs[0]
            case Squeeze():
                return inputs[0].reshape(len(inputs[0]), -1)
            case Softmax():
                return do.softmax(inputs[0])
        raise TypeError(f"{node.name}: no engine knows {node.operation}")

    def _conv_norm_relu(self, node: Node, x: Array) -> Array:
        """Return ReLU of batch norm of a convolution."""
        operation = node.operation
        assert isinstance(operation, Convolution)
        scope, parameters = f"{SCOPE}/{node.name}", self._parameters
        y = self._operations.conv2d(
            x, parameters[f"{scope}/weights"], operation.stride, operation.padding
        )
        self._operations.batch_norm(
            y,
            parameters[f"{scope}/BatchNorm/beta"],
            parameters[f"{scope}/BatchNorm/moving_mean"],
            parameters[f"{scope}/BatchNorm/moving_variance"],
            parameters[f"{scope}/BatchNorm/gamma"] if operation.gamma else None,
            self._config.variant.bn_epsilon,
            out=y,
        )
        return self._operations.relu(y, out=y)

    def _classifier(self, node: Node, x: Array) -> Array:
        """Return a 1x1 convolution with bias: a dense layer at every pixel."""
        weights = self._parameters[f"{SCOPE}/{node.name}/weights"]
        bias = self._parameters[f"{SCOPE}/{node.name}/biases"]
        channels, classes = weights.shape[2:]
        y = self._operations.dense(x.reshape(-1, channels), weights.reshape(channels, -1), bias)
        return y.reshape(*x.shape[:3], classes)


def _needed(graph: Graph, outputs: Iterable[str]) -> list[Node]:
    """Return the nodes that ``outputs`` depend on, in the graph's order."""
    wanted = set(outputs)
    for name in reversed(list(graph.nodes)):
        if name in wanted:
            wanted.update(graph.nodes[name].inputs)
    return [node for name, node in graph.nodes.items() if name in wanted]
