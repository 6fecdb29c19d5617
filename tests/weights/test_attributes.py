"""Attributes that are missing, of another type, or absurd: refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from npinception.errors import WeightsError
from npinception.weights.attributes import write_attribute
from npinception.weights.store import verify_weights, write_weights

from .conftest import stem
from .refusal import refused_file

ATTRIBUTES: list[tuple[str, Any, str]] = [
    ("format_version", 2, "has format version 2, this program reads version 1; update"),
    ("format_version", "1", "must be an integer"),
    ("variant", "resnet", "unknown variant 'resnet'"),
    ("variant", "", "unknown variant"),
    ("variant", 7, "must be a string"),
    ("bn_epsilon", 1e-5, "bn_epsilon is 1e-05, but variant 'slim' has 0.001"),
    ("bn_gamma", True, "bn_gamma is True"),
    ("avg_pool_divisor", "full", "avg_pool_divisor is 'full'"),
    ("num_classes", 2**40, "need 1099511627776 labels, not 5"),
    ("num_classes", -3, "an integer of 0 or more"),
    ("num_classes", 4.0, "an integer of 0 or more"),
    ("depth_multiplier", 1e9, "at most 1000"),
    ("depth_multiplier", 0.0, "depth_multiplier must be above 0"),
    ("depth_multiplier", float("nan"), "a finite number"),
    ("depth_multiplier", 999.0, "of another shape"),
    ("min_depth", 2**62, "of another shape"),
    ("min_depth", 0, "min_depth must be at least 1"),
    ("aux", 1, "a Boolean"),
    ("final_endpoint", "Mixed_9z", "unknown final_endpoint"),
    ("final_endpoint", "", r"missing \d+ of \d+ parameters"),
    ("input_size", (1, 1), "a network that cannot be"),
    ("input_size", (10**9, 10**9), "1 to 8192 pixels"),
    ("input_size", 299, "two integers"),
    ("input_size", (299, 299, 3), "two integers"),
    ("recipe_resize", "lanczos", "unknown resize 'lanczos'"),
    ("recipe_central_crop", 0.0, "central_crop"),
    ("recipe_scale", 0.0, "scale"),
    ("recipe_offset", float("inf"), "a finite number"),
    ("recipe_channels", "GBR", "unknown channel order"),
    ("source", "a\nb", "one line"),
    ("licence", "x" * 60_000, "one line of at most"),
    ("content_sha256", "0" * 64, "content hash is"),
]


@pytest.mark.parametrize(("name", "value", "match"), ATTRIBUTES)
def test_wrong_attributes(stem_file: Path, name: str, value: Any, match: str) -> None:
    with h5py.File(stem_file, "r+") as file:
        del file.attrs[name]
        write_attribute(file.attrs, name, value)
    message = refused_file(stem_file)
    assert re.search(match, message), message


def test_each_attribute_is_needed(stem_file: Path) -> None:
    with h5py.File(stem_file) as file:
        names = [name for name in file.attrs if name != "format"]
    whole = stem_file.read_bytes()
    for name in names:
        stem_file.write_bytes(whole)
        with h5py.File(stem_file, "r+") as file:
            del file.attrs[name]
        assert f"attribute {name!r}" in refused_file(stem_file)


SCALARS = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(np.int64),
    st.floats(width=64).map(np.float64),
    st.booleans().map(np.bool_),
    st.binary(min_size=1, max_size=40).map(np.bytes_),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20),
    st.lists(st.integers(-5, 400), max_size=4).map(lambda x: np.array(x, np.int32)),
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(["format", "variant", "num_classes", "depth_multiplier", "aux",
                             "input_size", "recipe_scale", "recipe_resize", "content_sha256"]),
       value=SCALARS)  # fmt: skip
@example(name="content_sha256", value="\n")
def test_any_attribute_value_is_refused_or_the_same(stem_file: Path, name: str, value: Any) -> None:
    metadata, parameters = stem()
    write_weights(stem_file, metadata, parameters)
    with h5py.File(stem_file, "r+") as file:
        del file.attrs[name]
        file.attrs[name] = value
    try:
        file_read = verify_weights(stem_file)
    except WeightsError as error:
        assert "\n" not in str(error)
        return
    assert file_read.metadata == metadata
