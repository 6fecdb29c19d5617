"""``summary``: the table is the graph's, in every form."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from npinception.cli import main
from npinception.config import Config
from npinception.graph import build_graph
from npinception.summary import endpoint_rows, layer_rows, peak_bytes, totals_of


@pytest.mark.parametrize("variant", ["slim", "keras"])
@pytest.mark.parametrize("size", [(299, 299), (150, 200), (360, 299)])
def test_rows_add_up(variant: str, size: tuple[int, int]) -> None:
    graph = build_graph(Config.of(variant), *size)
    total = totals_of(graph)
    assert total.parameters == sum(
        a * b * c * d for a, b, c, d in (s for s in graph.parameters.values() if len(s) == 4)
    ) + sum(s[0] for s in graph.parameters.values() if len(s) == 1)
    for rows in (layer_rows(graph), endpoint_rows(graph)):
        for field in ("parameters", "multiply_adds", "activation_bytes"):
            found = sum(getattr(row, field) for row in rows)
            # A head that does not fit this size is computed by no endpoint.
            assert found == getattr(total, field) or graph.omitted
    assert [row.name for row in endpoint_rows(graph)] == ["input", *graph.endpoints]


def test_known_facts() -> None:
    """The numbers that Keras and TF-slim state for their networks."""
    total = totals_of(build_graph(Config.of("keras"), 299, 299))
    assert total.parameters == 23_851_784
    assert total.multiply_adds == 5_713_216_096
    base = totals_of(build_graph(Config.of("slim", final_endpoint="Mixed_7c"), 299, 299))
    assert base.parameters == 21_802_784


def test_peak_is_that_of_the_stem() -> None:
    """Alive at once in the stem: a map of 147x147x32 and the one of 64 channels made from it."""
    peak = peak_bytes(build_graph(Config.of("keras"), 299, 299))
    assert peak == 4 * 147 * 147 * (32 + 64)


def test_text(runner: CliRunner) -> None:
    done = runner.invoke(main, ["summary", "--variant", "keras"])
    assert done.exit_code == 0
    assert "23,851,784 parameters" in done.stdout
    assert "5,713,216,096 multiply-adds" in done.stdout
    row = next(line for line in done.stdout.splitlines() if line.startswith("Mixed_7c"))
    assert "8x8x2048" in row
    assert "9 convolutions" in row
    done = runner.invoke(main, ["summary", "--variant", "keras", "--layers"])
    assert sum(" conv " in line for line in done.stdout.splitlines()) == 95


@pytest.mark.parametrize("flags", [[], ["--layers"]])
def test_json(runner: CliRunner, flags: list[str]) -> None:
    done = runner.invoke(main, ["summary", "--json", "--input-size", "150x200", *flags])
    document = json.loads(done.stdout)
    assert document["input_size"] == [150, 200]
    assert document["variant"] == "slim"
    rows = document["layers" if flags else "endpoints"]
    assert rows[1]["name"] == "Conv2d_1a_3x3"
    assert rows[1]["shape"] == [74, 99, 32]
    assert document["total"]["peak_activation_bytes"] > 0


def test_options_reach_the_network(runner: CliRunner) -> None:
    options = ["--depth-multiplier", "0.5", "--num-classes", "7", "--input-size", "150"]
    document = json.loads(runner.invoke(main, ["summary", "--json", *options]).stdout)
    assert document["endpoints"][-1]["shape"] == [7]
    assert document["endpoints"][1]["shape"] == [74, 74, 16]


def test_weights_file(runner: CliRunner, weights: str) -> None:
    document = json.loads(runner.invoke(main, ["summary", "--json", "--weights", weights]).stdout)
    assert document["input_size"] == [139, 139]
    assert document["endpoints"][-1]["shape"] == [4]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--input-size", "3z"], "'3z' is no size"),
        (["--input-size", "0"], "0"),
        (["--input-size", "50"], "at least 75x75"),
        (["--input-size", "99999"], "99999"),
        (["--variant", "resnet"], "unknown variant 'resnet'"),
        (["--depth-multiplier", "0"], "depth_multiplier"),
        (["--depth-multiplier", "nan"], "depth_multiplier"),
        (["--num-classes", "-3"], "num_classes"),
        (["--weights", "no.h5"], "no.h5"),
        (["--weights", "no.h5", "--num-classes", "3"], "--num-classes"),
        (["spare"], "spare"),
    ],
)
def test_errors(runner: CliRunner, arguments: list[str], words: str) -> None:
    done = runner.invoke(main, ["summary", *arguments])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
