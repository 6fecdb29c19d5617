"""Crop, scaling and the check of the network's input, against TensorFlow and Keras."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from npinception import preprocess_input
from npinception.errors import ImageError, InputError
from npinception.preprocessing import central_crop, check_network_input, prepare
from npinception.variants import KERAS, SLIM, Recipe
from tests.tolerances import SCALED_PIXEL


@pytest.fixture(scope="module")
def photographs() -> list[NDArray[np.uint8]]:
    data = pytest.importorskip("skimage.data")
    return [data.chelsea(), data.rocket(), data.coffee(), data.retina()]


def slim_evaluation(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return slim's ``preprocess_for_eval``: its own sequence of TensorFlow operations."""
    tf = pytest.importorskip("tensorflow")
    x = tf.image.convert_image_dtype(picture, tf.float32)
    x = tf.image.central_crop(x, central_fraction=0.875)
    x = tf.compat.v1.image.resize_bilinear(x[None], size, align_corners=False)[0]
    return tf.multiply(tf.subtract(x, 0.5), 2.0).numpy()


@pytest.mark.parametrize("size", [(299, 299), (150, 200)])
def test_slim_recipe(photographs: list[NDArray[np.uint8]], size: tuple[int, int]) -> None:
    for picture in photographs:
        ours, theirs = prepare(picture, SLIM.recipe, size), slim_evaluation(picture, size)
        assert ours.shape == theirs.shape == (*size, 3)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=SCALED_PIXEL)
        assert ours.min() >= -1
        assert ours.max() <= 1


@pytest.mark.parametrize(
    "fault",
    [
        Recipe(resize="half_pixel_bilinear", central_crop=0.875),
        Recipe(resize="tf1_bilinear", central_crop=0.87),
        Recipe(resize="tf1_bilinear", central_crop=0.875, scale=128.0),
        Recipe(resize="tf1_bilinear", central_crop=0.875, channels="BGR"),
    ],
)
def test_slim_recipe_is_told_from_a_faulty_one(
    photographs: list[NDArray[np.uint8]], fault: Recipe
) -> None:
    theirs = slim_evaluation(photographs[0], (299, 299))
    error = np.abs(prepare(photographs[0], fault, (299, 299)) - theirs).max()
    assert error > 100 * SCALED_PIXEL


def test_keras_recipe_to_the_last_bit(photographs: list[NDArray[np.uint8]]) -> None:
    tf = pytest.importorskip("tensorflow")
    keras = pytest.importorskip("keras")
    for picture in photographs:
        resized = tf.image.resize(picture, (299, 299)).numpy()
        theirs = keras.applications.inception_v3.preprocess_input(resized.copy())
        np.testing.assert_array_equal(prepare(picture, KERAS.recipe, (299, 299)), theirs)


@given(height=st.integers(1, 3000), width=st.integers(1, 3000), share=st.floats(0.001, 1))
def test_crop_box_is_tensorflows(height: int, width: int, share: float) -> None:
    picture = np.broadcast_to(np.uint8(0), (height, width, 3))
    cropped = central_crop(picture, share)
    # tf.image.central_crop: begin = int((n - n * f) / 2), size = n - 2 * begin.
    expected = [n - 2 * int((float(n) - float(n) * share) / 2) for n in (height, width)]
    assert list(cropped.shape) == [*expected, 3]
    assert min(cropped.shape) >= 1


@pytest.mark.parametrize("shape", [(375, 500), (7, 8), (1, 1), (299, 301)])
def test_crop_against_tensorflow(shape: tuple[int, int]) -> None:
    tf = pytest.importorskip("tensorflow")
    picture = np.arange(shape[0] * shape[1] * 3, dtype=np.float32).reshape(*shape, 3)
    np.testing.assert_array_equal(
        central_crop(picture, 0.875), tf.image.central_crop(picture, 0.875).numpy()
    )


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5, float("nan")])
def test_crop_share_out_of_range(share: float) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        central_crop(np.zeros((4, 4, 3)), share)


def test_prepare_takes_every_kind_of_picture(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    path = tmp_path / "a.png"
    image.fromarray(pixels).save(path)
    expected = prepare(pixels, SLIM.recipe, (16, 16))
    with path.open("rb") as stream, image.open(path) as opened:
        for source in (path, str(path), stream, opened, pixels.astype(np.float32)):
            np.testing.assert_array_equal(prepare(source, SLIM.recipe, (16, 16)), expected)
    with pytest.raises(ImageError, match=re.escape(str(tmp_path / "b.png"))):
        prepare(tmp_path / "b.png", SLIM.recipe, (16, 16))
    with pytest.raises(InputError, match="not int"):
        prepare(7, SLIM.recipe, (16, 16))  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(2, 5, 4, 3), (5, 4, 3)])
def test_preprocess_input_is_keras_without_the_side_effect(
    shape: tuple[int, ...], dtype: type
) -> None:
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(1).integers(0, 256, shape).astype(dtype)
    before = x.copy()
    ours = preprocess_input(x)
    assert ours.shape == shape
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(x, before)
    theirs = keras.applications.inception_v3.preprocess_input(x.astype(np.float32))
    np.testing.assert_array_equal(ours, theirs)


def test_preprocess_input_passes_nan_on() -> None:
    x = np.full((2, 2, 3), np.nan, np.float32)
    x[0, 0] = [np.inf, 0, 255]
    y = preprocess_input(x)
    np.testing.assert_array_equal(y[0, 0], [np.inf, -1, 1])
    assert np.isnan(y[1]).all()


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((4, 4)), r"shape \[4, 4\]"),
        (np.zeros((3, 4, 5)), r"transpose\(1, 2, 0\)"),
        (np.zeros((2, 3, 4, 5)), r"transpose\(0, 2, 3, 1\)"),
        (np.zeros((4, 4, 4)), "3 channels"),
        (np.zeros((0, 4, 3)), "must have pixels"),
        (np.zeros((4, 4, 3), bool), "bool"),
        (np.zeros((4, 4, 3), complex), "complex"),
        ("cat.jpg", "takes numbers"),
        ([np.zeros((4, 4, 3)), np.zeros((5, 4, 3))], "several sizes"),
    ],
)
def test_preprocess_input_errors(x: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        preprocess_input(x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_network_input_becomes_contiguous_float32(dtype: Any) -> None:
    x = np.linspace(-1, 1, 2 * 4 * 6 * 3).reshape(2, 6, 4, 3).swapaxes(1, 2).astype(dtype)
    y = check_network_input(x)
    assert y.dtype == np.float32
    assert y.flags.c_contiguous
    np.testing.assert_array_equal(y, x.astype(np.float32))


def test_network_input_may_hold_anything() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in (np.nan, np.inf, -np.inf, 0.0, -1.0, 1.0, 5.0):
            assert check_network_input(np.full((1, 4, 4, 3), value)).shape == (1, 4, 4, 3)
        mixed = np.zeros((1, 4, 4, 3), np.float32)
        mixed[0, 0, 0] = [np.nan, np.inf, 300]
        check_network_input(mixed)
        assert check_network_input(np.zeros((0, 4, 4, 3))).shape == (0, 4, 4, 3)
        black = preprocess_input(np.random.default_rng(0).integers(0, 2, (1, 9, 9, 3)))
        check_network_input(black)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((4, 4, 3)), r"x\[None\]"),
        (np.zeros((1, 4, 4, 3), np.uint8), "call preprocess_input"),
        (np.zeros((1, 3, 4, 4)), r"transpose\(0, 2, 3, 1\)"),
        (np.zeros((1, 4, 4, 1)), "3 channels"),
        (np.zeros((1, 0, 4, 3)), "must have pixels"),
        (np.array(["a"]), "takes numbers"),
    ],
)
def test_network_input_errors(x: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_network_input(x)


def test_pixel_values_that_were_not_scaled_warn_at_the_callers_line() -> None:
    x = np.random.default_rng(0).uniform(0, 255, (1, 8, 8, 3))
    with pytest.warns(UserWarning, match=r"\[.*\]; it was trained on \[-1, 1\]") as caught:
        check_network_input(x)
    assert Path(caught[0].filename) == Path(__file__)


def test_pixel_values_that_were_scaled_twice_warn() -> None:
    x = np.random.default_rng(0).uniform(0, 255, (1, 8, 8, 3))
    with pytest.warns(UserWarning, match="called twice"):
        check_network_input(preprocess_input(preprocess_input(x)))
