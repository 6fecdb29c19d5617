"""From graph to steps: nothing is computed twice, in the wrong order, or in vain."""

from __future__ import annotations

from itertools import combinations

import pytest

from npinception.config import Config
from npinception.graph import Graph, build_graph
from npinception.nodes import Concat, Convolution, Pooling
from npinception.plan.placement import Tensor
from npinception.plan.stages import buffer_lifetimes, overlap, stage_of_steps
from npinception.plan.steps import ConvolutionStep, PoolStep, list_steps


@pytest.fixture(scope="module", params=["keras", "slim"])
def graph(request: pytest.FixtureRequest) -> Graph:
    return build_graph(Config.of(request.param), 299, 299)


def test_every_convolution_is_one_step_and_no_concat_is(graph: Graph) -> None:
    steps = list_steps(graph, ["Predictions", *graph.endpoints.values()])
    convolutions = [s.node for s in steps.steps if isinstance(s, ConvolutionStep)]
    assert sorted(convolutions) == sorted(node.name for node in graph.convolutions)
    assert not any(isinstance(graph.nodes[s.node].operation, Concat) for s in steps.steps)


def test_a_concat_is_its_branches_side_by_side(graph: Graph) -> None:
    tensors = list_steps(graph, ["Predictions"]).tensors
    for node in graph.nodes.values():
        if isinstance(node.operation, Concat):
            first = tensors[node.name].first_channel
            for name in node.inputs:
                assert tensors[name].buffer == tensors[node.name].buffer
                assert tensors[name].first_channel == first
                first += tensors[name].shape[2]
            assert first == tensors[node.name].first_channel + node.shape[2]


def test_mean_pools_follow_their_1x1_convolutions(graph: Graph) -> None:
    steps = list_steps(graph, ["Predictions"]).steps
    pools = [s for s in steps if isinstance(s, PoolStep) and s.bias_of]
    assert len(pools) == 9  # one in each block but the two that reduce
    for pool in pools:
        bare = next(s for s in steps if s.target == pool.source)
        assert isinstance(bare, ConvolutionStep)
        assert bare.node == pool.bias_of
        assert not bare.bias
        assert not bare.relu
        assert pool.source.shape[2] <= graph.nodes[pool.node].shape[2]


def test_a_wanted_pool_is_an_additional_step(graph: Graph) -> None:
    name = "Mixed_5b/Branch_3/AvgPool_0a_3x3"
    usual = list_steps(graph, ["Predictions"]).steps
    more = list_steps(graph, ["Predictions", name]).steps
    extra = [s for s in more if s not in usual]
    assert [s.node for s in extra] == [name]
    assert all(s in more for s in usual)


def test_only_what_is_wanted_is_computed(graph: Graph) -> None:
    nodes = {step.node for step in list_steps(graph, [graph.endpoints["Mixed_5b"]]).steps}
    assert "Conv2d_4a_3x3" in nodes
    assert not any(node.startswith(("Mixed_5c", "Mixed_6", "Aux", "Logits")) for node in nodes)
    logits = {step.node for step in list_steps(graph, ["Predictions"]).steps}
    assert not any(node.startswith("Aux") for node in logits)


def test_stages_keep_the_order_and_use_the_parallelism(graph: Graph) -> None:
    steps = list_steps(graph, ["Predictions"]).steps
    stages = stage_of_steps(steps)
    written: dict[Tensor, int] = {}
    for step, stage in zip(steps, stages, strict=True):
        assert all(at < stage for t, at in written.items() if overlap(t, step.source))
        written[step.target] = stage
    for (a, p), (b, q) in combinations(zip(steps, stages, strict=True), 2):
        if p == q:
            assert not overlap(a.target, b.target)
    together = [
        s.node
        for s, at in zip(steps, stages, strict=True)
        if at == stages[[s.node for s in steps].index("Mixed_6b/Branch_0/Conv2d_0a_1x1")]
    ]
    assert len(together) == 4  # the four 1x1 convolutions that read Mixed_6a


def test_a_buffer_lives_while_it_is_read(graph: Graph) -> None:
    result = list_steps(graph, ["Predictions"])
    stages = stage_of_steps(result.steps)
    kept = [result.tensors["Mixed_5b"]]
    lifetimes = buffer_lifetimes(result.steps, stages, kept)
    for step, stage in zip(result.steps, stages, strict=True):
        assert lifetimes[step.target.buffer].first <= stage <= lifetimes[step.target.buffer].last
        if step.source.buffer != "input":
            source = lifetimes[step.source.buffer]
            assert source.first < stage <= source.last
    assert lifetimes["Mixed_5b"].last > max(stages)


def test_shapes_come_from_the_graph(graph: Graph) -> None:
    for step in list_steps(graph, ["Predictions"]).steps:
        operation = graph.nodes[step.node].operation
        assert isinstance(operation, Convolution | Pooling) or step.node == "Logits/GlobalPool"
        if isinstance(step, ConvolutionStep) and step.bias:
            assert step.target.shape == (1, 1, *graph.nodes[step.node].shape)[-3:]
