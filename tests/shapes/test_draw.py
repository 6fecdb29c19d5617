"""The drawing: every class, every time the same, nothing outside its contract."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from npinception.weights.shapes import draw as draw_module
from npinception.weights.shapes.draw import draw
from npinception.weights.shapes.labels import LABELS, SHAPES, TEXTURES

SEEDS = range(3)


def pixels(label: str, seed: int, size: int = 96) -> NDArray[np.uint8]:
    return np.asarray(draw(label, seed, size))


def test_at_least_sixteen_classes_without_duplicates() -> None:
    assert len(LABELS) >= 16
    assert len(set(LABELS)) == len(LABELS)
    assert SHAPES + TEXTURES == LABELS
    assert set(draw_module.FIGURES) == set(LABELS)


@pytest.mark.parametrize("label", LABELS)
def test_a_picture_is_rgb_and_shows_something(label: str) -> None:
    for seed in SEEDS:
        picture = draw(label, seed, 96)
        assert picture.mode == "RGB"
        assert picture.size == (96, 96)
        assert np.asarray(picture).std(axis=(0, 1)).max() > 1.0


@pytest.mark.parametrize("label", LABELS)
def test_the_seed_alone_decides(label: str) -> None:
    first = pixels(label, 7)
    np.random.seed(0)  # noqa: NPY002  the global generator must not matter
    assert np.array_equal(first, pixels(label, 7))
    assert not np.array_equal(first, pixels(label, 8))


def test_labels_do_not_share_their_randomness() -> None:
    pictures = [pixels(label, 5) for label in LABELS]
    corners = {tuple(picture[0, 0]) for picture in pictures}
    assert len(corners) > len(LABELS) // 2


def test_another_process_draws_the_same() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert np.array_equal(pool.submit(pixels, "star", 11).result(), pixels("star", 11))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(LABELS), st.integers(0, 2**63), st.integers(32, 256))
def test_any_seed_and_size(label: str, seed: int, size: int) -> None:
    assert draw(label, seed, size).size == (size, size)


def test_unknown_label_and_tiny_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"label 'ring': expected one of circle"):
        draw("ring", 0)
    with pytest.raises(ValueError, match=r"size 31: expected at least 32"):
        draw("star", 0, 31)
