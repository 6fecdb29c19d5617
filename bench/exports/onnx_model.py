"""The network as an ONNX model, NCHW, for ONNX Runtime and OpenVINO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

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

OPSET = 17
#: The ONNX format version that goes with the opset: newer ones are refused by older peers.
IR_VERSION = 8


def export(network: Network, batch: int, folder: Path) -> Path:
    """Write ``network.onnx`` for a fixed batch."""
    nodes = network.nodes
    values: list[Any] = []
    operations = [part for node in nodes for part in _translate(network, node, values)]
    height, width, channels = nodes[0].shape
    graph = helper.make_graph(
        operations,
        "npinception",
        [
            helper.make_tensor_value_info(
                nodes[0].name, TensorProto.FLOAT, (batch, channels, height, width)
            )
        ],
        [
            helper.make_tensor_value_info(
                nodes[-1].name, TensorProto.FLOAT, (batch, *nodes[-1].shape)
            )
        ],
        values,
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    path = folder / "network.onnx"
    onnx.save(model, path)
    return path


def _translate(network: Network, node: Node, values: list[Any]) -> list[Any]:
    """Return one node as ONNX operations; its parameters are appended to ``values``."""
    inputs, name = list(node.inputs), node.name
    match node.operation:
        case Input():
            return []
        case Convolution() as operation:
            filters, bias = network.folded(node)
            oihw = np.ascontiguousarray(filters.transpose(3, 2, 0, 1))
            values.append(numpy_helper.from_array(oihw, f"{name}/filters"))
            values.append(numpy_helper.from_array(bias, f"{name}/bias"))
            inputs += [f"{name}/filters", f"{name}/bias"]
            raw = f"{name}/raw" if operation.batch_norm else name
            convolution = helper.make_node("Conv", inputs, [raw], **_window(network, node))
            relu = [helper.make_node("Relu", [raw], [name])] if operation.batch_norm else []
            return [convolution, *relu]
        case Pooling(kind="max"):
            return [helper.make_node("MaxPool", inputs, [name], **_window(network, node))]
        case Pooling() as operation:
            full = int(operation.divisor == "full")
            window = _window(network, node) | {"count_include_pad": full}
            return [helper.make_node("AveragePool", inputs, [name], **window)]
        case GlobalPooling():
            return [helper.make_node("GlobalAveragePool", inputs, [name])]
        case Concat():
            return [helper.make_node("Concat", inputs, [name], axis=1)]
        case Dropout():
            return [helper.make_node("Identity", inputs, [name])]
        case Squeeze():
            return [helper.make_node("Flatten", inputs, [name], axis=1)]
        case Softmax():
            return [helper.make_node("Softmax", inputs, [name], axis=-1)]
    raise TypeError(f"{name}: no ONNX for {node.operation}")


def _window(network: Network, node: Node) -> dict[str, list[int]]:
    """Return kernel, stride and padding as ONNX attributes."""
    assert isinstance(node.operation, Convolution | Pooling)
    rows, columns = network.padding(node)
    return {
        "kernel_shape": list(node.operation.kernel),
        "strides": [node.operation.stride] * 2,
        "pads": [rows, columns, rows, columns],
    }
