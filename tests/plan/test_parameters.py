"""Folding and packing: every parameter ends up where a tile reads it, rounded once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npinception.config import Config
from npinception.graph import build_graph
from npinception.nodes import Convolution, Node
from npinception.plan.folding import scale_and_bias
from npinception.plan.packing import OVERREAD, pack_filters, packed_layout, vectors_per_block

EPSILON = 1e-3


def convolution(depth: int, *, batch_norm: bool = True, gamma: bool = False) -> Node:
    operation = Convolution((3, 1), 1, "SAME", 5, depth, batch_norm, gamma)
    return Node(f"conv{depth}", operation, ("input",), (4, 4, depth))


@pytest.mark.parametrize("gamma", [False, True])
def test_folding_is_batch_norm_in_float64(gamma: bool) -> None:
    node = convolution(7, gamma=gamma)
    rng = np.random.default_rng(0)
    parameters = {
        name: rng.uniform(0.5, 1.5, shape).astype(np.float32)
        for name, shape in node.parameters.items()
    }
    scale, bias = scale_and_bias(node, parameters, EPSILON)
    assert scale.dtype == bias.dtype == np.float64
    own = {name.split("/")[-1]: value.astype(float) for name, value in parameters.items()}
    z = rng.standard_normal((11, 7))
    normal = (z - own["moving_mean"]) / np.sqrt(own["moving_variance"] + EPSILON)
    expected = normal * own.get("gamma", 1.0) + own["beta"]
    np.testing.assert_allclose(z * scale + bias, expected, rtol=1e-13, atol=1e-13)


def test_a_classifier_keeps_its_bias() -> None:
    node = convolution(3, batch_norm=False)
    parameters = {"InceptionV3/conv3/biases": np.array([1, 2, 3], np.float32)}
    scale, bias = scale_and_bias(node, parameters, EPSILON)
    assert np.array_equal(scale, np.ones(3))
    assert np.array_equal(bias, [1, 2, 3])


@given(channels=st.integers(1, 2100), width=st.sampled_from([4, 8, 16]))
def test_blocks_cover_the_channels_with_at_most_one_vector_of_padding(
    channels: int, width: int
) -> None:
    blocks = vectors_per_block(channels, width)
    assert set(blocks) <= {2, 3}
    assert max(2, -(-channels // width)) == sum(blocks)


@settings(max_examples=30, deadline=None)
@given(depths=st.lists(st.integers(1, 70), min_size=1, max_size=4), width=st.sampled_from([4, 16]))
def test_packing_keeps_every_filter_in_its_place(depths: list[int], width: int) -> None:
    nodes = [convolution(depth) for depth in dict.fromkeys(depths)]
    layout = packed_layout(nodes, width)
    packed = np.full(layout.filter_floats, np.nan, np.float32)
    rng = np.random.default_rng(1)
    biases: set[int] = set(range(3 * width))  # the run of zeros
    for node in nodes:
        depth = node.shape[2]
        weights = rng.standard_normal((3, 1, 5, depth)).astype(np.float32)
        scale = rng.uniform(0.5, 2, depth)
        blocks = layout.blocks[node.name]
        pack_filters(weights, scale, blocks, width, packed)
        columns = []
        for block in blocks:
            end = block.filters + 15 * block.vectors * width
            panel = packed[block.filters : end].reshape(15, block.vectors * width)
            assert block.filters % width == 0
            assert not panel[:, block.channels :].any()
            columns.append(panel[:, : block.channels])
            own = set(range(block.bias, block.bias + block.vectors * width))
            assert not own & biases
            biases |= own
        exact = (weights.astype(float) * scale).astype(np.float32).reshape(15, depth)
        assert np.array_equal(np.hstack(columns), exact)
    assert not np.isnan(packed).any()
    assert max(biases) + OVERREAD < layout.bias_floats


def test_the_whole_network_is_hardly_larger_packed() -> None:
    graph = build_graph(Config.of("keras"), 299, 299)
    filters = sum(
        np.prod(node.parameters[f"InceptionV3/{node.name}/weights"]) for node in graph.convolutions
    )
    layout = packed_layout(graph.convolutions, 16)
    assert filters <= layout.filter_floats < 1.005 * filters
