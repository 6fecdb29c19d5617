"""The steps the fused engine takes, and the tensors between them.

Three changes turn the graph into steps, none of which changes what is computed:

- a concat is no step: its branches store into their channels of one shared tensor;
- bias, batch norm and ReLU belong to the convolution's store;
- ``mean pool -> 1x1 convolution`` becomes ``1x1 convolution -> mean pool``: both are linear,
  so they commute, and the pool then has fewer channels. Bias and ReLU follow the pool.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from ..architecture import Padding, Size
from ..graph import Graph
from ..nodes import (
    Concat,
    Convolution,
    Dropout,
    GlobalPooling,
    Input,
    Node,
    Pooling,
    Softmax,
    Squeeze,
)
from .placement import Tensor, commutes, needed_nodes, place_nodes


@dataclass(frozen=True)
class ConvolutionStep:
    """``target = relu(conv(source, filters) + bias)``, the last two if asked for."""

    node: str
    source: Tensor
    target: Tensor
    kernel: Size
    stride: int
    padding: Padding
    bias: bool
    relu: bool


@dataclass(frozen=True)
class PoolStep:
    """``target = pool(source)``; with ``bias_of``, then plus that node's bias, and ReLU."""

    node: str
    source: Tensor
    target: Tensor
    kernel: Size
    stride: int
    padding: Padding
    maximum: bool
    full_divisor: bool
    bias_of: str | None = None


Step: TypeAlias = ConvolutionStep | PoolStep


@dataclass
class StepList:
    """Steps in an order they can be taken, and where each wanted node's values are.

    Attributes
    ----------
    steps
        Only those the wanted nodes need.
    tensors
        Tensor of every node that is computed; a softmax has that of its logits.
    channels
        Channels of each buffer.
    """

    steps: list[Step] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)


def list_steps(graph: Graph, wanted: Iterable[str]) -> StepList:
    """Return the steps that compute the nodes called ``wanted``.

    A node that is wanted for itself is computed by an additional step where the changes
    above would have skipped it; every other number stays the same, to the bit.
    """
    wanted = set(wanted)
    needed = needed_nodes(graph, wanted)
    result = StepList(tensors=place_nodes(graph, needed))
    for tensor in result.tensors.values():
        end = tensor.first_channel + tensor.shape[2]
        result.channels[tensor.buffer] = max(result.channels.get(tensor.buffer, 0), end)
    for node in graph.nodes.values():
        if node.name in needed:
            _append(graph, node, result)
    return result


def _append(graph: Graph, node: Node, result: StepList) -> None:
    """Append the step or steps that compute one node."""
    operation = node.operation
    target = result.tensors[node.name]
    if isinstance(operation, Convolution):
        if commutes(graph, node):
            _append_commuted(graph, node, result)
            return
        source = result.tensors[node.inputs[0]]
        result.steps.append(
            ConvolutionStep(
                node.name,
                source,
                target,
                operation.kernel,
                operation.stride,
                operation.padding,
                bias=True,
                relu=operation.batch_norm,
            )
        )
    elif isinstance(operation, Pooling | GlobalPooling):
        result.steps.append(_pool(node.name, operation, result.tensors[node.inputs[0]], target))
    else:  # nothing to do: these have their input's tensor, or their members lie in theirs
        assert isinstance(operation, Input | Concat | Dropout | Squeeze | Softmax)


def _append_commuted(graph: Graph, node: Node, result: StepList) -> None:
    """Append the bare 1x1 convolution, then the pool with bias and ReLU."""
    pool_node = graph.nodes[node.inputs[0]]
    source = result.tensors[pool_node.inputs[0]]
    target = result.tensors[node.name]
    name = f"{node.name}/unpooled"
    bare = Tensor(name, 0, (*source.shape[:2], target.shape[2]))
    result.channels[name] = target.shape[2]
    result.steps.append(
        ConvolutionStep(node.name, source, bare, (1, 1), 1, "VALID", bias=False, relu=False)
    )
    assert isinstance(pool_node.operation, Pooling)
    result.steps.append(_pool(pool_node.name, pool_node.operation, bare, target, node.name))


def _pool(
    name: str,
    operation: Pooling | GlobalPooling,
    source: Tensor,
    target: Tensor,
    bias_of: str | None = None,
) -> PoolStep:
    """Return one pool as a step; a global pool is one window as large as the map."""
    if isinstance(operation, GlobalPooling):
        height, width, _ = source.shape
        return PoolStep(name, source, target, (height, width), 1, "VALID", False, False, bias_of)
    return PoolStep(
        name,
        source,
        target,
        operation.kernel,
        operation.stride,
        operation.padding,
        operation.kind == "max",
        operation.divisor == "full",
        bias_of,
    )
