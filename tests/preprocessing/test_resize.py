"""Each resizer against the program it is named after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from npinception.errors import InputError
from npinception.resize import METHODS, resize
from tests.tolerances import AVERAGED_PIXEL

SIDES = st.tuples(*[st.integers(1, 130)] * 4)
PILLOW = {
    "nearest": Image.Resampling.NEAREST,
    "antialias_bilinear": Image.Resampling.BILINEAR,
    "antialias_bicubic": Image.Resampling.BICUBIC,
}

BYTES = {
    "antialias_bilinear_8bit": Image.Resampling.BILINEAR,
    "antialias_bicubic_8bit": Image.Resampling.BICUBIC,
}


def noise(height: int, width: int) -> NDArray[np.float32]:
    return np.random.default_rng(height).uniform(0, 255, (height, width, 3)).astype(np.float32)


def by_tensorflow(
    x: NDArray[np.float32], size: tuple[int, int], method: str
) -> NDArray[np.float32]:
    tf = pytest.importorskip("tensorflow")
    if method == "half_pixel_bilinear":
        return tf.image.resize(x, size).numpy()
    return tf.compat.v1.image.resize_bilinear(x[None], size)[0].numpy()


def by_pillow(x: NDArray[np.float32], size: tuple[int, int], method: str) -> NDArray[np.float32]:
    planes = [Image.fromarray(np.ascontiguousarray(x[..., c])) for c in range(3)]
    return np.stack([np.asarray(p.resize(size[::-1], PILLOW[method])) for p in planes], axis=-1)


@pytest.mark.parametrize("method", ["tf1_bilinear", "half_pixel_bilinear"])
@settings(max_examples=60, deadline=None)
@given(sides=SIDES)
def test_tensorflow_to_the_last_bit(method: str, sides: tuple[int, int, int, int]) -> None:
    x, size = noise(*sides[:2]), sides[2:]
    ours = resize(x, size, method)
    assert ours.shape == (*size, 3)
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, by_tensorflow(x, size, method))


@pytest.mark.parametrize("shape", [(375, 500), (1200, 800), (299, 299), (31, 17)])
@pytest.mark.parametrize("method", ["tf1_bilinear", "half_pixel_bilinear"])
def test_tensorflow_on_bytes(method: str, shape: tuple[int, int]) -> None:
    x = noise(*shape).astype(np.uint8)
    np.testing.assert_array_equal(
        resize(x, (299, 299), method), by_tensorflow(x, (299, 299), method)
    )


@settings(max_examples=200, deadline=None)
@given(sides=SIDES)
def test_pillow_nearest_to_the_last_bit(sides: tuple[int, int, int, int]) -> None:
    x, size = noise(*sides[:2]), sides[2:]
    np.testing.assert_array_equal(resize(x, size, "nearest"), by_pillow(x, size, "nearest"))


@pytest.mark.parametrize("method", ["antialias_bilinear", "antialias_bicubic"])
@settings(max_examples=60, deadline=None)
@given(sides=SIDES)
def test_pillow_antialias(method: str, sides: tuple[int, int, int, int]) -> None:
    x, size = noise(*sides[:2]), sides[2:]
    ours, theirs = resize(x, size, method), by_pillow(x, size, method)
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("method", METHODS)
def test_same_size_is_the_identity(method: str) -> None:
    x = np.rint(noise(23, 31))
    np.testing.assert_array_equal(resize(x, (23, 31), method), x)


@pytest.mark.parametrize("method", METHODS)
def test_argument_is_not_changed_and_may_be_read_only(method: str) -> None:
    x = noise(40, 30)
    before = x.copy()
    x.flags.writeable = False
    result = resize(x, (20, 20), method)
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(result, x)


@pytest.mark.parametrize("method", BYTES)
@settings(max_examples=60, deadline=None)
@given(sides=SIDES)
def test_pillow_on_bytes_to_the_last_bit(method: str, sides: tuple[int, int, int, int]) -> None:
    x, size = noise(*sides[:2]).astype(np.uint8), sides[2:]
    ours = resize(x, size, method)
    theirs = Image.fromarray(np.ascontiguousarray(x)).resize(size[::-1], BYTES[method])
    assert ours.shape == (*size, 3)
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, np.asarray(theirs))


@pytest.mark.parametrize("method", BYTES)
def test_bytes_of_a_large_shrinkage(method: str) -> None:
    x = noise(1500, 2000).astype(np.uint8)
    x[:700] = 255  # sums at their largest
    theirs = Image.fromarray(x).resize((456, 342), BYTES[method])
    np.testing.assert_array_equal(resize(x, (342, 456), method), np.asarray(theirs))


def test_methods_differ() -> None:
    """A seeded fault, a method mistaken for another, is far outside the tolerance."""
    x = noise(60, 60)
    results = [resize(x, (29, 29), method) for method in METHODS]
    for index, one in enumerate(results):
        for other in results[index + 1 :]:
            assert np.abs(one - other).max() > 1000 * AVERAGED_PIXEL


@pytest.mark.parametrize(
    ("shape", "size", "method", "words"),
    [
        ((4, 4, 3), (2, 2), "bilinear", "tf1_bilinear"),
        ((4, 4), (2, 2), "nearest", r"\[H, W, C\]"),
        ((0, 4, 3), (2, 2), "nearest", r"\[H, W, C\]"),
        ((4, 4, 3), (0, 2), "nearest", "two positive numbers"),
        ((4, 4, 3), (2,), "nearest", "two positive numbers"),
    ],
)
def test_errors(shape: tuple[int, ...], size: tuple[int, ...], method: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        resize(np.zeros(shape, np.float32), size, method)
