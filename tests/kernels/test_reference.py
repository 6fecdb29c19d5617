"""The NumPy formulas against TensorFlow, in float64, and against definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from npinception.kernels import reference
from tests.kernels.cases import Windows, windows

tf = pytest.importorskip("tensorflow")

#: Both sides compute in float64, so only the order of a few hundred additions differs.
EXACT: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}


@given(case=windows(), depth=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_conv2d(case: Windows, depth: int) -> None:
    x, filters = case.picture().astype(float), case.filters(depth).astype(float)
    expected = tf.nn.conv2d(x, filters, case.stride, case.padding).numpy()
    actual = reference.conv2d(x, filters, case.stride, case.padding)
    assert actual.shape == expected.shape == (*case.output_shape, depth)
    assert actual.dtype == np.float64
    assert_allclose(actual, expected, **EXACT)


@given(case=windows())
@settings(max_examples=60, deadline=None)
def test_pools(case: Windows) -> None:
    x = case.picture().astype(float)
    arguments = (case.kernel, case.stride, case.padding)
    maximum = reference.max_pool(x, *arguments)
    mean = reference.avg_pool(x, *arguments)
    expected_maximum = tf.nn.max_pool2d(x, *arguments).numpy()
    assert maximum.shape == expected_maximum.shape
    assert np.array_equal(maximum, expected_maximum)
    # TensorFlow has no float64 average pool on SAME borders that differs in rounding.
    assert_allclose(mean, tf.nn.avg_pool2d(x, *arguments).numpy(), **EXACT)


@given(case=windows())
@settings(max_examples=40, deadline=None)
def test_full_divisor_counts_the_padding(case: Windows) -> None:
    x = case.picture().astype(float)
    arguments = (case.kernel, case.stride, case.padding)
    actual = reference.avg_pool(x, *arguments, divisor="full")
    filters = np.full((*case.kernel, 1, 1), 1 / np.prod(case.kernel))
    by_channel = np.moveaxis(x, 3, 0)[..., None]
    expected = [reference.conv2d(c, filters, case.stride, case.padding)[..., 0] for c in by_channel]
    assert_allclose(actual, np.stack(expected, axis=-1), **EXACT)


def test_border_divisors_at_corner_edge_and_centre() -> None:
    ones = np.ones((1, 5, 5, 1))
    full = reference.avg_pool(ones, (3, 3), divisor="full")[0, ..., 0]
    assert_allclose([full[0, 0], full[0, 2], full[2, 2]], [4 / 9, 6 / 9, 1])
    assert_allclose(reference.avg_pool(ones, (3, 3)), 1)
    with pytest.raises(ValueError, match="divisor"):
        reference.avg_pool(ones, (3, 3), divisor="nine")


@pytest.mark.parametrize("with_gamma", [False, True])
def test_batch_norm(with_gamma: bool) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 4, 5))
    beta, mean, gamma = rng.standard_normal((3, 5))
    variance = rng.uniform(0.1, 2, 5)
    scale = gamma if with_gamma else None
    expected = tf.nn.batch_normalization(x, mean, variance, beta, scale, 1e-3).numpy()
    actual = reference.batch_norm(x, beta, mean, variance, scale, 1e-3)
    assert actual.shape == x.shape
    assert_allclose(actual, expected, **EXACT)


def test_softmax_relu_dense_concat() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 7)) * 100
    assert_allclose(reference.softmax(x), tf.nn.softmax(x).numpy(), **EXACT)
    assert_allclose(reference.softmax(x + 1e4), reference.softmax(x), rtol=1e-9)
    assert np.array_equal(reference.relu(np.array([-1.0, 0, 2, np.nan])), [0, 0, 2, np.nan], True)
    weights, bias = rng.standard_normal((7, 2)), rng.standard_normal(2)
    assert_allclose(reference.dense(x, weights, bias), np.einsum("nc,co->no", x, weights) + bias)
    parts = [rng.standard_normal((2, 3, 3, c)) for c in (1, 4, 2)]
    joined = reference.concat(parts)
    assert joined.shape == (2, 3, 3, 7)
    assert np.array_equal(joined[..., 1:5], parts[1])


def test_im2col_row_is_the_window() -> None:
    x = np.arange(2 * 5 * 6 * 3, dtype=float).reshape(2, 5, 6, 3)
    matrix = reference.im2col(x, (3, 2), stride=2, padding="VALID")
    assert matrix.shape == (2 * 2 * 3, 3 * 2 * 3)
    row = (1 * 2 + 1) * 3 + 2  # picture 1, output row 1, output column 2
    assert np.array_equal(matrix[row], x[1, 2:5, 4:6].ravel())
    same = reference.im2col(x, (3, 2))
    assert same.shape == (2 * 5 * 6, 18)
    assert np.array_equal(same[0].reshape(3, 2, 3)[0], np.zeros((2, 3)))
