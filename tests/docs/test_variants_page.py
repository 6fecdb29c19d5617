"""docs/variants.md says what the records say."""

from __future__ import annotations

import re

import pytest

from npinception.variants import VARIANTS

from . import variants_page as made


def test_tables_are_the_records() -> None:
    page = made.PAGE.read_text()
    hint = "run python -m tests.docs.variants_page"
    assert made.block("variants", made.variant_table()) in page, hint
    assert made.block("recipes", made.recipe_table()) in page, hint


def test_every_variant_is_in_the_text() -> None:
    text = re.sub(r"<!-- (\w+) -->.*?<!-- end -->", "", made.PAGE.read_text(), flags=re.DOTALL)
    for name in VARIANTS:
        assert f"`{name}`" in text, name


def test_costs_are_as_measured() -> None:
    """Within a tenth: the figures have two digits, and hardly depend on the machine."""
    data = pytest.importorskip("skimage.data")
    page = made.PAGE.read_text()
    printed = dict(re.findall(r"^\| (.+) \| (\d\.\de[-+]\d\d) \|$", page, re.MULTILINE))
    measured = made.costs(data.chelsea())
    assert printed.keys() == measured.keys()
    for mistake, cost in measured.items():
        assert float(printed[mistake]) == pytest.approx(cost, rel=0.1), mistake
