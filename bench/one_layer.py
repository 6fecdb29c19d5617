"""One convolution through the fused engine's own planning and kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod

import numpy as np

from bench.layers import Float32, Layer
from npinception.engines.execution import execute
from npinception.engines.packed import PackedParameters
from npinception.graph import Graph
from npinception.kernels.arrays import aligned_empty
from npinception.kernels.vector_unit import vector_unit
from npinception.nodes import SCOPE, Input, Node
from npinception.plan.program import build_program


def compile_layer(layer: Layer, fused: bool) -> Callable[[], Float32]:
    """Return a function that runs a network of this one layer, on one thread.

    Not ``fused``, the layer is a bare convolution; fused, it includes batch norm and ReLU.
    """
    name = layer.node.name
    operation = replace(layer.operation, batch_norm=fused)
    node = replace(layer.node, inputs=("input",), operation=operation)
    nodes = {"input": Node("input", Input(), (), layer.input_shape), name: node}
    graph = Graph(layer.config, nodes, {})
    no_bias = {f"{SCOPE}/{name}/biases": np.zeros(operation.out_depth, np.float32)}
    packed = PackedParameters(graph, {**layer.parameters, **no_bias})
    program = build_program(graph, [name], 1, 1, packed.layout, vector_unit())
    arena = aligned_empty(program.arena_floats)
    place = program.outputs[name]
    rows, columns, depth = node.shape
    y = arena[place.offset : place.offset + prod((rows, columns, place.pitch))]
    y = y.reshape(1, rows, columns, place.pitch)[..., :depth]

    def run() -> Float32:
        execute(program, layer.x, arena, packed.filters, packed.biases, threads=1)
        return y

    return run
