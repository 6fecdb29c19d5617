"""The network as ncnn's pair of files: a text of layers, and their parameters one by one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bench.network import Float32, Network
from npinception.nodes import (
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

_MAGIC = 7767517
_FLOAT32 = np.zeros(1, np.uint32).tobytes()  # says that plain float32 values follow


def export(network: Network, batch: int, folder: Path) -> Path:
    """Write ``network.param`` and ``network.bin``; ncnn takes pictures one by one."""
    text = folder / "network.param"
    with (folder / "network.bin").open("wb") as parameters:
        layers, blobs = _Layers(network).write(parameters)
    text.write_text("\n".join([str(_MAGIC), f"{len(layers)} {blobs}", *layers]) + "\n")
    return text


class _Layers:
    """Turns nodes into lines; a value with several readers is split into as many blobs."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.nodes = network.nodes
        self.same: dict[str, str] = {}  # nodes that change nothing, to the one they pass on
        for node in self.nodes:
            if isinstance(node.operation, Dropout | Squeeze):
                source = node.inputs[0]
                self.same[node.name] = self.same.get(source, source)
        self.readers = Counter(
            self.same.get(source, source)
            for node in self.nodes
            if node.name not in self.same
            for source in node.inputs
        )
        self.reads: Counter[str] = Counter()

    def write(self, parameters: BinaryIO) -> tuple[list[str], int]:
        """Return the lines and the number of blobs; append filters to ``parameters``."""
        lines: list[str] = []
        blobs = 0
        for node in self.nodes:
            if node.name in self.same:
                continue
            inputs = [self._next_blob(self.same.get(name, name)) for name in node.inputs]
            kind, options = self._layer(node, parameters)
            lines.append(_line(kind, node.name, inputs, [node.name], options))
            blobs += 1
            count = self.readers[node.name]
            if count > 1:
                copies = [f"{node.name}#{index}" for index in range(count)]
                lines.append(_line("Split", f"{node.name}/split", [node.name], copies, {}))
                blobs += count
        return lines, blobs

    def _next_blob(self, name: str) -> str:
        """Return the blob that this reader of ``name`` takes."""
        if self.readers[name] == 1:
            return name
        self.reads[name] += 1
        return f"{name}#{self.reads[name] - 1}"

    def _layer(self, node: Node, parameters: BinaryIO) -> tuple[str, dict[int, int]]:
        """Return a node's ncnn layer and its numbered options."""
        match node.operation:
            case Input():
                return "Input", {}
            case Convolution() as operation:
                filters, bias = self.network.folded(node)
                _append(parameters, filters.transpose(3, 2, 0, 1), bias)
                if not operation.batch_norm:
                    return "InnerProduct", {0: operation.out_depth, 1: 1, 2: filters.size}
                (height, width), (top, left) = operation.kernel, self.network.padding(node)
                size = {0: operation.out_depth, 1: width, 11: height, 3: operation.stride}
                return "Convolution", size | {4: left, 14: top, 5: 1, 6: filters.size, 9: 1}
            case Pooling() as operation:
                (height, width), (top, left) = operation.kernel, self.network.padding(node)
                options = {0: int(operation.kind == "avg"), 1: width, 11: height}
                options |= {2: operation.stride, 3: left, 13: top, 5: 1}
                return "Pooling", options | {6: int(operation.divisor == "full")}
            case GlobalPooling():
                return "Pooling", {0: 1, 4: 1}
            case Concat():
                return "Concat", {0: 0}
            case Softmax():
                return "Softmax", {0: 0, 1: 1}
        raise TypeError(f"{node.name}: no ncnn for {node.operation}")


def _line(
    kind: str, name: str, inputs: list[str], outputs: list[str], options: dict[int, int]
) -> str:
    """Return one layer as a line of text."""
    numbered = [f"{key}={value}" for key, value in options.items()]
    parts = [kind, name, str(len(inputs)), str(len(outputs)), *inputs, *outputs, *numbered]
    return " ".join(parts)


def _append(parameters: BinaryIO, filters: Float32, bias: Float32) -> None:
    """Write filters and bias as ncnn reads them."""
    parameters.write(_FLOAT32 + np.ascontiguousarray(filters).tobytes() + bias.tobytes())
