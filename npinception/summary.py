"""The network as a table: shapes, parameters, multiply-adds and memory of each part.

Everything is read off a :class:`~npinception.graph.Graph`. :func:`layer_rows` has one
row for each operation, :func:`endpoint_rows` one for each named endpoint with
everything that leads to it; :func:`summarize` prints either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from .graph import Graph
from .nodes import Concat, Convolution, Dropout, GlobalPooling, Node, Pooling, Squeeze

_FLOAT32 = 4


@dataclass(frozen=True)
class Row:
    """One line of the table, for one picture.

    Attributes
    ----------
    name
        Of the endpoint, or of the operation below ``InceptionV3/``.
    operation
        What is computed, as ``"conv 3x3 /2 VALID"``; for an endpoint of several
        operations, how many convolutions it has.
    shape
        Of the output, without the batch axis.
    parameters
        Numbers in the weights file, batch norm's statistics included.
    multiply_adds
        Of the convolutions.
    activation_bytes
        Float32 values written, in bytes.
    """

    name: str
    operation: str
    shape: tuple[int, ...]
    parameters: int
    multiply_adds: int
    activation_bytes: int


def layer_rows(graph: Graph) -> list[Row]:
    """Return a row for each operation, in the order they are computed."""
    return [_row(node.name, [node]) for node in graph.nodes.values()]


def endpoint_rows(graph: Graph) -> list[Row]:
    """Return a row for each endpoint: all that is computed between it and earlier ones."""
    done = {"input"}
    rows = [_row("input", [graph.nodes["input"]])]
    for endpoint, last in graph.endpoints.items():
        part = _leading_to(graph, last, done)
        done.update(node.name for node in part)
        rows.append(_row(endpoint, part or [graph.nodes[last]]))
    return rows


def peak_bytes(graph: Graph) -> int:
    """Return the most float32 bytes alive at once, for one picture.

    Each operation's output is counted from its start until the last operation that
    reads it has ended: what a layer-by-layer run needs beside the parameters.
    """
    nodes = list(graph.nodes.values())
    last_use = {name: index for index, node in enumerate(nodes) for name in node.inputs}
    alive = peak = 0
    for index, node in enumerate(nodes):
        alive += _bytes(node)
        peak = max(peak, alive)
        alive -= sum(_bytes(graph.nodes[n]) for n in set(node.inputs) if last_use[n] == index)
    return peak


def summarize(graph: Graph, *, layers: bool = False) -> str:
    """Return the table as text: endpoints, or every layer, then the totals."""
    rows = layer_rows(graph) if layers else endpoint_rows(graph)
    header = ("name", "operation", "output", "parameters", "multiply-adds", "memory")
    cells = [
        (
            row.name,
            row.operation,
            "x".join(map(str, row.shape)),
            f"{row.parameters:,}",
            f"{row.multiply_adds:,}",
            f"{row.activation_bytes / 2**20:.2f} MiB",
        )
        for row in rows
    ]
    totals = totals_of(graph)
    lines = [
        *_aligned([header, *cells]),
        "",
        f"{len(graph.convolutions)} convolutions, {totals.parameters:,} parameters "
        f"({totals.parameters * _FLOAT32 / 2**20:.1f} MiB)",
        f"{totals.multiply_adds:,} multiply-adds a picture",
        f"{totals.activation_bytes / 2**20:.1f} MiB of activations a picture, at most "
        f"{peak_bytes(graph) / 2**20:.1f} MiB at once",
        *(f"{name}: left out, {reason}" for name, reason in graph.omitted.items()),
    ]
    return "\n".join(lines)


def totals_of(graph: Graph) -> Row:
    """Return the whole network as one row."""
    return _row("total", list(graph.nodes.values()))


def _row(name: str, part: Sequence[Node]) -> Row:
    """Return the row of operations that end in the last one."""
    return Row(
        name=name,
        operation=_describe(part),
        shape=part[-1].shape,
        parameters=sum(prod(shape) for node in part for shape in node.parameters.values()),
        multiply_adds=sum(node.multiply_adds for node in part),
        activation_bytes=sum(map(_bytes, part)),
    )


def _leading_to(graph: Graph, last: str, done: Iterable[str]) -> list[Node]:
    """Return the nodes ``last`` needs that are not ``done``, in the graph's order."""
    wanted, ahead = set(), [last]
    seen = set(done)
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            wanted.add(name)
            ahead.extend(graph.nodes[name].inputs)
    return [node for node in graph.nodes.values() if node.name in wanted]


def _bytes(node: Node) -> int:
    """Return the size of a node's own output: dropout and squeeze pass theirs on."""
    return 0 if isinstance(node.operation, Dropout | Squeeze) else prod(node.shape) * _FLOAT32


def _describe(part: Sequence[Node]) -> str:
    """Return an operation in a few words, or how many convolutions a part has."""
    convolutions = sum(isinstance(node.operation, Convolution) for node in part)
    if convolutions > 1:
        return f"{convolutions} convolutions"
    main = [n for n in part if not isinstance(n.operation, Dropout | Squeeze)] or part
    operation = next(
        (n.operation for n in main if isinstance(n.operation, Convolution)), main[-1].operation
    )
    if isinstance(operation, Convolution | Pooling):
        kind = "conv" if isinstance(operation, Convolution) else f"{operation.kind} pool"
        height, width = operation.kernel
        stride = f" /{operation.stride}" if operation.stride > 1 else ""
        return f"{kind} {height}x{width}{stride} {operation.padding}"
    if isinstance(operation, Concat):
        return f"concat of {len(part[-1].inputs)}"
    if isinstance(operation, GlobalPooling):
        return "global avg pool"
    return type(operation).__name__.lower()


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows as lines: the first three columns to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if index < 3 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
