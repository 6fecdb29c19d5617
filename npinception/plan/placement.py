"""Which nodes must be computed, and which of them share a buffer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..graph import Graph
from ..nodes import Concat, Convolution, Dropout, Node, Pooling, Softmax, Squeeze


@dataclass(frozen=True)
class Tensor:
    """Some channels of a buffer.

    ``buffer`` is the name of the node that owns the memory; this tensor is its channels
    ``first_channel`` to ``first_channel + shape[2]``. ``shape`` is (H, W, C).
    """

    buffer: str
    first_channel: int
    shape: tuple[int, int, int]


def commutes(graph: Graph, node: Node) -> bool:
    """Whether ``node`` is a 1x1 convolution that can go before the mean pool it reads."""
    operation = node.operation
    if not isinstance(operation, Convolution) or operation.kernel != (1, 1):
        return False
    pool = graph.nodes[node.inputs[0]].operation
    return (
        isinstance(pool, Pooling)
        and pool.kind == "avg"
        and pool.stride == operation.stride == 1
        and pool.padding == "SAME"
        and operation.out_depth <= operation.in_depth
    )


def needed_nodes(graph: Graph, wanted: Iterable[str]) -> set[str]:
    """Return the names of the nodes that need a tensor for ``wanted`` to be computed."""
    needed: set[str] = set()
    pending = list(wanted)
    while pending:
        node = graph.nodes[pending.pop()]
        if node.name not in needed:
            needed.add(node.name)
            source = graph.nodes[node.inputs[0]] if commutes(graph, node) else node
            pending.extend(source.inputs)
    return needed


def place_nodes(graph: Graph, needed: set[str]) -> dict[str, Tensor]:
    """Return the tensor of every needed node.

    Members of a concat lie side by side inside the concat's tensor. Nodes are visited from
    the last to the first, so that a concat inside a concat knows its place by then.
    """
    tensors: dict[str, Tensor] = {}
    for node in reversed(list(graph.nodes.values())):
        if node.name not in needed:
            continue
        tensor = tensors.setdefault(node.name, Tensor(node.name, 0, _map_shape(node)))
        if isinstance(node.operation, Concat):
            first = tensor.first_channel
            for name in node.inputs:
                member = Tensor(tensor.buffer, first, _map_shape(graph.nodes[name]))
                if tensors.setdefault(name, member) != member:
                    raise AssertionError(f"{name} is a member of two concats")
                first += member.shape[2]
    for node in graph.nodes.values():  # these are their input under another name
        if node.name in needed and isinstance(node.operation, Dropout | Squeeze | Softmax):
            tensors[node.name] = tensors[node.inputs[0]]
    return tensors


def _map_shape(node: Node) -> tuple[int, int, int]:
    """Return (H, W, C); a squeezed node is a map of one pixel."""
    height, width, channels = (1, 1, *node.shape)[-3:]
    return height, width, channels
