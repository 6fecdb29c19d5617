"""The ladder runs on a narrow network, and refuses a rung that computes something else."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from bench import ladder
from bench.ladder_report import ladder_table, layer_table
from bench.layers import Layer, choose_layers
from bench.machine import fma_peak
from bench.network import read_network
from bench.rungs import RUNGS, Run, Rung
from npinception.config import Config
from npinception.engines import ENGINES
from npinception.graph import build_graph
from npinception.kernels.conv import conv2d

Figures = dict[str, object]


def test_figures_are_complete_and_sane(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "ladder.json"
    options = ["--weights", str(weights), "--layers", "Mixed_6a", "--repeat", "1"]
    assert ladder.main([*options, "--json", str(path)]) == 0
    figures = json.loads(path.read_text())
    assert [rung["name"] for rung in figures["rungs"]] == [rung.name for rung in RUNGS]
    assert len(figures["layers"]) == 4
    for layer in figures["layers"]:
        assert layer["flops"] > 0
        for rung in RUNGS:
            measured = layer["rungs"][rung.name]
            assert 0 < measured["seconds"] < 10
            assert 0 < measured["error_share"] <= 1
            assert 0 < measured["distance"] < 1e-5
    assert {network["engine"] for network in figures["networks"]} == set(ENGINES) - {"reference"}
    assert figures["fma_peak_gflops"] > 0
    table = [line for line in ladder_table(figures).splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(RUNGS) + len(figures["networks"])
    assert len(layer_table(figures).splitlines()) == 2 + len(figures["layers"])
    printed = capsys.readouterr().out
    for rung in RUNGS:
        assert rung.title in printed


def test_layers_come_from_the_graph() -> None:
    config = Config.of("keras")
    graph = build_graph(config, *config.input_size)
    distinct = choose_layers(graph, {})
    assert sum(layer.count for layer in distinct) == len(choose_layers(graph, {}, "all")) == 94
    shapes = {(layer.input_shape, layer.operation) for layer in distinct}
    assert len(shapes) == len(distinct) < 94
    total = sum(layer.count * layer.flops for layer in distinct)
    head = graph.convolutions[-1]
    assert total == 2 * (graph.multiply_adds - head.multiply_adds)


def test_unknown_layers_are_named(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ladder.main(["--weights", str(weights), "--layers", "Mixed_9z"]) == 2
    assert "Mixed_9z" in capsys.readouterr().err


def test_a_wrong_rung_is_not_timed(weights: Path) -> None:
    """ReLU is forgotten: the layer of a rung must be the whole layer."""
    network = read_network(weights)
    (layer,) = choose_layers(network.graph, network.parameters, "Conv2d_2a_3x3")

    def prepare(layer: Layer) -> Run:
        return lambda: conv2d(layer.x, layer.parameter("weights"), 1, "VALID")

    wrong = dataclasses.replace(RUNGS[0], prepare=prepare)
    with pytest.raises(ArithmeticError, match="Conv2d_2a_3x3"):
        ladder.check(wrong, layer, wrong.prepare(layer)())


def test_a_rung_that_drops_one_product_is_not_timed(weights: Path) -> None:
    """The bound is tight enough to see one product of hundreds missing."""
    network = read_network(weights)
    (layer,) = choose_layers(network.graph, network.parameters, "Conv2d_2b_3x3")
    less = dict(layer.parameters)
    name = f"InceptionV3/{layer.node.name}/weights"
    less[name] = np.array(less[name])
    less[name][1, 1, 3, 0] = 0
    rung: Rung = RUNGS[0]
    run = rung.prepare(dataclasses.replace(layer, parameters=less))
    with pytest.raises(ArithmeticError):
        ladder.check(rung, layer, run())


def test_the_peak_is_a_number() -> None:
    assert 0 < fma_peak(1, 0.001) < 1e5
    assert 0 < fma_peak(2, 0.001) < 1e5
