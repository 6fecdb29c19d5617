"""Every engine runs every variant, and each of their facts shows in the result."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import prod

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.config import Config
from npinception.engines import ENGINES
from npinception.graph import build_graph, network_parameters
from npinception.model import InceptionV3
from npinception.nodes import Convolution, Pooling
from npinception.variants import VARIANTS
from npinception.weights.initial import initial_parameters
from npinception.weights.metadata import Metadata
from tests.tolerances import SAME_NETWORK, relative_l2

Values = dict[str, NDArray[np.floating]]


def config_of(variant: str) -> Config:
    return Config.of(variant, num_classes=7, depth_multiplier=0.1, input_size=(150, 139))


def pictures() -> NDArray[np.float32]:
    return np.random.default_rng(3).uniform(-1, 1, (2, 150, 139, 3)).astype(np.float32)


@cache
def truth(variant: str) -> Values:
    return run(config_of(variant), "reference", "float64")


def run(config: Config, engine: str, dtype: str = "float32") -> Values:
    parameters = initial_parameters(config, seed=5)
    metadata = Metadata(config, config.variant.recipe)
    return InceptionV3(metadata, parameters, engine, dtype=dtype).endpoints(pictures())


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_runs_every_variant(engine: str, variant: str) -> None:
    ours, exact = run(config_of(variant), engine), truth(variant)
    assert ours.keys() == exact.keys()
    assert ("AuxLogits" in ours) == VARIANTS[variant].aux
    for name, value in exact.items():
        assert ours[name].dtype == np.float32
        assert relative_l2(ours[name], value) < SAME_NETWORK / 10, name


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"avg_pool_divisor": "full"}, "Mixed_5b"),
        ({"last_block_pool": "avg"}, "Mixed_7c"),
        ({"bn_epsilon": 1e-2}, "Conv2d_1a_3x3"),
        ({"bn_gamma": False}, "Conv2d_1a_3x3"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_fact_shows_where_it_should(
    engine: str, change: dict[str, object], first: str
) -> None:
    config = config_of("fid")
    changed = run(config.with_options(variant=replace(config.variant, **change)), engine)
    exact = truth("fid")
    differing = [n for n in exact if relative_l2(changed[n], exact[n]) > SAME_NETWORK]
    assert differing[0] == first
    assert "Predictions" in differing


@pytest.mark.parametrize("variant", VARIANTS)
def test_graph_follows_the_record(variant: str) -> None:
    record = VARIANTS[variant]
    graph = build_graph(Config.of(variant), *record.input_size)
    operations = [node.operation for node in graph.nodes.values()]
    pools = [o for o in operations if isinstance(o, Pooling) and o.kind == "avg"]
    assert {pool.divisor for pool in pools} == {record.avg_pool_divisor}
    norms = [o for o in operations if isinstance(o, Convolution) and o.batch_norm]
    assert {norm.gamma for norm in norms} == {record.bn_gamma}
    assert len(norms) == 94 + 2 * record.aux
    last = [n for n in graph.nodes if n.startswith("Mixed_7c/Branch_3/") and "Pool" in n]
    assert graph.nodes[last[0]].operation.kind == record.last_block_pool  # type: ignore[union-attr]
    assert graph.nodes[graph.endpoints["Logits"]].shape == (record.num_classes,)


def test_torchvision_counts_as_many_parameters() -> None:
    """Its own documentation says 27,161,264, which leaves batch norm's statistics out."""
    shapes = network_parameters(Config.of("torchvision"))
    assert sum(prod(s) for n, s in shapes.items() if "moving_" not in n) == 27_161_264
