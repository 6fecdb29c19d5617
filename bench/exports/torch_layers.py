"""The network as a list of layers and their tensors, in a file that PyTorch reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from bench.network import Network
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


def export(network: Network, batch: int, folder: Path) -> Path:
    """Write ``network.pt``: [(kind, name, inputs, arguments, tensors)], for any batch."""
    layers = [_translate(network, node) for node in network.nodes]
    path = folder / "network.pt"
    torch.save([layer for layer in layers if layer is not None], path)
    return path


def _translate(network: Network, node: Node) -> tuple[Any, ...] | None:
    """Return one node as a layer; None for the picture."""
    arguments: dict[str, Any] = {}
    tensors: list[Any] = []
    match node.operation:
        case Input():
            return None
        case Convolution() as operation:
            kind = "convolution"
            filters, bias = network.folded(node)
            oihw = torch.from_numpy(filters.transpose(3, 2, 0, 1).copy())
            tensors = [oihw, torch.from_numpy(bias)]
            arguments = {"stride": operation.stride, "padding": network.padding(node)}
            arguments["relu"] = operation.batch_norm
        case Pooling() as operation:
            kind = f"{operation.kind}_pool"
            arguments = {"kernel_size": operation.kernel, "stride": operation.stride}
            arguments["padding"] = network.padding(node)
            if operation.kind == "avg":
                arguments["count_include_pad"] = operation.divisor == "full"
        case GlobalPooling():
            kind = "global_pool"
        case Concat():
            kind = "concat"
        case Dropout():
            kind = "identity"
        case Squeeze():
            kind = "squeeze"
        case Softmax():
            kind = "softmax"
        case _:
            raise TypeError(f"{node.name}: no PyTorch for {node.operation}")
    return kind, node.name, node.inputs, arguments, tensors
