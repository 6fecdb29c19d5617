"""What ``tf_slim.nets.inception_v3_test`` demands of a faithful network, for inference."""

from __future__ import annotations

from math import prod

import pytest

from npinception.architecture import BASE_ENDPOINTS, HEAD_ENDPOINTS
from npinception.config import Config
from npinception.errors import InputError
from npinception.graph import Graph, build_graph, minimum_input

ENDPOINT_SHAPES = {
    "Conv2d_1a_3x3": (149, 149, 32),
    "Conv2d_2a_3x3": (147, 147, 32),
    "Conv2d_2b_3x3": (147, 147, 64),
    "MaxPool_3a_3x3": (73, 73, 64),
    "Conv2d_3b_1x1": (73, 73, 80),
    "Conv2d_4a_3x3": (71, 71, 192),
    "MaxPool_5a_3x3": (35, 35, 192),
    "Mixed_5b": (35, 35, 256),
    "Mixed_5c": (35, 35, 288),
    "Mixed_5d": (35, 35, 288),
    "Mixed_6a": (17, 17, 768),
    "Mixed_6b": (17, 17, 768),
    "Mixed_6c": (17, 17, 768),
    "Mixed_6d": (17, 17, 768),
    "Mixed_6e": (17, 17, 768),
    "Mixed_7a": (8, 8, 1280),
    "Mixed_7b": (8, 8, 2048),
    "Mixed_7c": (8, 8, 2048),
}


def shape(graph: Graph, endpoint: str) -> tuple[int, ...]:
    return graph.nodes[graph.endpoints[endpoint]].shape


def test_classification_network() -> None:
    graph = build_graph(Config.of("slim", num_classes=1000), 299, 299)
    assert list(graph.endpoints) == [*BASE_ENDPOINTS, *HEAD_ENDPOINTS]
    assert shape(graph, "AuxLogits") == (1000,)
    assert shape(graph, "PreLogits") == (1, 1, 2048)
    assert shape(graph, "Logits") == shape(graph, "Predictions") == (1000,)
    assert not graph.omitted


def test_base_endpoints_and_their_shapes() -> None:
    graph = build_graph(Config.of("slim", final_endpoint="Mixed_7c"), 299, 299)
    assert {name: shape(graph, name) for name in graph.endpoints} == ENDPOINT_SHAPES


@pytest.mark.parametrize("index", range(len(BASE_ENDPOINTS)))
def test_building_stops_at_the_final_endpoint(index: int) -> None:
    final = BASE_ENDPOINTS[index]
    graph = build_graph(Config.of("slim", final_endpoint=final), 299, 299)
    assert tuple(graph.endpoints) == BASE_ENDPOINTS[: index + 1]
    assert list(graph.nodes)[-1] == final
    assert shape(graph, final) == ENDPOINT_SHAPES[final]


def test_parameters_of_the_base() -> None:
    graph = build_graph(Config.of("slim", final_endpoint="Mixed_7c"), 299, 299)
    assert len(graph.convolutions) == 94
    assert sum(map(prod, graph.parameters.values())) == 21_802_784


def test_parameters_and_cost_of_keras_network() -> None:
    graph = build_graph(Config.of("keras"), 299, 299)
    assert sum(map(prod, graph.parameters.values())) == 23_851_784
    assert round(graph.multiply_adds / 1e9, 2) == 5.71


@pytest.mark.parametrize("multiplier", [0.5, 2.0])
def test_depth_multiplier_scales_every_endpoint(multiplier: float) -> None:
    graph = build_graph(Config.of("slim", depth_multiplier=multiplier), 299, 299)
    for name, (height, width, depth) in ENDPOINT_SHAPES.items():
        assert shape(graph, name) == (height, width, depth * multiplier)


def test_min_depth_is_a_floor() -> None:
    graph = build_graph(Config.of("slim", depth_multiplier=0.01, min_depth=7), 299, 299)
    assert {n.shape[2] for n in graph.convolutions if n.name.startswith("Mixed")} == {7}


@pytest.mark.parametrize("multiplier", [0.0, -0.1, float("nan"), float("inf")])
def test_depth_multiplier_must_be_positive(multiplier: float) -> None:
    with pytest.raises(InputError, match="depth_multiplier"):
        Config.of("slim", depth_multiplier=multiplier)


def test_half_size_pictures() -> None:
    config = Config.of("slim", num_classes=1000, input_size=(150, 150))
    graph = build_graph(config, 150, 150)
    assert shape(graph, "Mixed_7c") == (3, 3, 2048)
    assert shape(graph, "PreLogits") == (1, 1, 2048)
    assert shape(graph, "Logits") == (1000,)
    # slim shrinks the auxiliary kernel to its map and names the layer after it.
    assert graph.parameters["InceptionV3/AuxLogits/Conv2d_2a_1x1/weights"] == (1, 1, 128, 768)


def test_logits_not_squeezed() -> None:
    graph = build_graph(Config.of("slim", num_classes=25, spatial_squeeze=False), 299, 299)
    assert shape(graph, "Logits") == shape(graph, "Predictions") == (1, 1, 25)
    assert shape(graph, "AuxLogits") == (1, 1, 25)


@pytest.mark.parametrize("height, width", [(299, 200), (120, 342), (75, 75), (320, 107)])
def test_any_picture_size(height: int, width: int) -> None:
    graph = build_graph(Config.of("slim", aux=False), height, width)
    assert shape(graph, "Logits") == (1001,)


def test_larger_maps_cannot_be_squeezed_but_global_pool_takes_them() -> None:
    graph = build_graph(Config.of("slim"), 384, 384)
    assert shape(graph, "PreLogits") == (2, 2, 2048)
    with pytest.raises(InputError, match=r"2x2 map.*global_pool=True"):
        graph.resolve("Predictions")
    graph = build_graph(Config.of("slim", global_pool=True), 384, 384)
    assert shape(graph, "Logits") == (1001,)


def test_smallest_picture() -> None:
    config = Config.of("keras")
    assert minimum_input(config) == 75
    build_graph(config, 75, 75)
    with pytest.raises(InputError, match="at least 75x75"):
        build_graph(config, 74, 299)
    assert minimum_input(config.with_options(final_endpoint="Conv2d_1a_3x3")) == 3


def test_aux_head_keeps_its_filters_at_other_sizes() -> None:
    config = Config.of("slim")
    assert "AuxLogits" in build_graph(config, 150, 150).omitted
    with pytest.raises(InputError, match="auxiliary head does not fit"):
        build_graph(config, 150, 150).resolve("AuxLogits")
    with pytest.raises(InputError, match="aux=False"):
        build_graph(Config.of("slim", input_size=(75, 75)), 75, 75)
    larger = build_graph(config, 342, 342)
    kernel = larger.nodes["AuxLogits/Conv2d_2a_5x5"].operation.kernel  # type: ignore[union-attr]
    assert kernel == (5, 5)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="final_endpoint"):
        Config.of("slim", final_endpoint="Mixed_8a")
    with pytest.raises(InputError, match="unknown variant"):
        Config.of("resnet")
    with pytest.raises(InputError, match="unknown endpoint 'Mixed_9x'"):
        build_graph(Config.of("slim"), 299, 299).resolve("Mixed_9x")


def test_irregular_names() -> None:
    nodes = build_graph(Config.of("slim"), 299, 299).nodes
    for name, kernel in {
        "Mixed_6a/Branch_0/Conv2d_1a_1x1": (3, 3),
        "Mixed_6a/Branch_1/Conv2d_1a_1x1": (3, 3),
        "Mixed_5c/Branch_1/Conv_1_0c_5x5": (5, 5),
        "Mixed_7b/Branch_1/Conv2d_0b_3x1": (3, 1),
        "Mixed_7c/Branch_1/Conv2d_0c_3x1": (3, 1),
    }.items():
        assert nodes[name].operation.kernel == kernel  # type: ignore[union-attr]
