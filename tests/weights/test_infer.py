"""Widths, heads and input sizes are found again in the shapes they gave."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npinception.config import Config
from npinception.errors import InputError, WeightsError
from npinception.graph import network_parameters
from npinception.weights.hdf5 import LazyParameters
from npinception.weights.importers.source import Source
from npinception.weights.infer import infer_config, infer_widths


def source_of(config: Config) -> Source:
    """Return a source with a network's shapes and no values."""
    parameters = LazyParameters(network_parameters(config), lambda name: pytest.fail(name))
    return Source(Path("m"), (Path("m"),), "test", "slim", parameters, narrow=True)


@settings(max_examples=80, deadline=None)
@given(
    multiplier=st.floats(1e-4, 8),
    min_depth=st.integers(1, 64),
    classes=st.none() | st.integers(1, 2000),
    aux=st.booleans(),
    size=st.tuples(st.integers(107, 400), st.integers(107, 400)),
)
def test_the_network_found_has_the_same_parameters(
    multiplier: float, min_depth: int, classes: int | None, aux: bool, size: tuple[int, int]
) -> None:
    config = Config.of(
        "slim",
        num_classes=classes,
        depth_multiplier=multiplier,
        min_depth=min_depth,
        aux=aux,
        input_size=size,
    )
    try:
        expected = network_parameters(config)
    except InputError:  # too small for the auxiliary head
        return
    found, _ = infer_config(source_of(config))
    assert network_parameters(found) == expected


@pytest.mark.parametrize("multiplier", [1.0, 0.5, 0.25, 0.1, 0.75, 2.0, 1.5, 0.01])
@pytest.mark.parametrize("min_depth", [16, 1, 8])
def test_plain_options_are_found_as_they_were(multiplier: float, min_depth: int) -> None:
    config = Config.of("slim", depth_multiplier=multiplier, min_depth=min_depth)
    found_multiplier, found_least = infer_widths("m", network_parameters(config))
    assert network_parameters(
        config.with_options(depth_multiplier=found_multiplier, min_depth=found_least)
    ) == network_parameters(config)
    if min_depth == 16:
        assert (found_multiplier, found_least) == (multiplier, 16)


def test_widths_of_another_builder_are_refused() -> None:
    shapes = network_parameters(Config.of("slim"))
    name = "InceptionV3/Conv2d_4a_3x3/weights"
    with pytest.raises(
        WeightsError, match=r"no depth multiplier.*Conv2d_4a_3x3/weights has 191 of 192"
    ):
        infer_widths("m", shapes | {name: (3, 3, 80, 191)})


@pytest.mark.parametrize(
    ("size", "found", "guessed"),
    [(299, 299, False), (400, 299, False), (107, 150, True), (256, 256, True), (224, 224, True)],
)
def test_input_size_is_a_customary_one_with_the_same_kernel(
    size: int, found: int, guessed: bool
) -> None:
    config, notes = infer_config(source_of(Config.of("slim", input_size=(size, size))))
    assert config.input_size == (found, found)
    assert bool(notes) == guessed
