"""The foreign renderers: all there, repeatable, and each class drawn by at least one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from npinception.weights.shapes import foreign
from npinception.weights.shapes.foreign.entry import random_look
from npinception.weights.shapes.labels import LABELS

pytest.importorskip("matplotlib")
pytest.importorskip("resvg_py")


def test_every_class_and_renderer_is_there() -> None:
    entries = foreign.entries()
    assert {entry.label for entry in entries} == set(LABELS)
    renderers = Counter(entry.renderer for entry in entries)
    assert set(renderers) == {"glyph", "matplotlib", "svg"}
    assert min(renderers.values()) >= 90
    names = [entry.name for entry in entries]
    assert len(set(names)) == len(names)


def test_pictures_are_repeatable_and_show_something() -> None:
    entries = foreign.entries()[::12]
    look = random_look(np.random.default_rng(3))
    for entry in entries:
        first, second = (np.asarray(entry.render(look).convert("RGB")) for _ in range(2))
        assert first.shape == (look.size, look.size, 3)
        assert np.array_equal(first, second)
        assert first.std() > 2.0, entry.name
