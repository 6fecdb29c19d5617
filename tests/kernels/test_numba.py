"""Each Numba kernel against its NumPy formula in float64, within a rigorous bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from npinception.kernels import reference
from npinception.kernels.batch_norm import batch_norm
from npinception.kernels.conv import conv2d
from npinception.kernels.dense import dense
from npinception.kernels.gemm import gemm
from npinception.kernels.im2col import im2col
from npinception.kernels.pointwise import concat, relu, softmax
from npinception.kernels.pool import avg_pool, global_avg_pool, max_pool
from tests.kernels.cases import Windows, windows
from tests.tolerances import SOFTMAX, UNIT_ROUNDOFF, sum_bound

Float32 = NDArray[np.float32]


def check(actual: Float32, truth: NDArray[np.float64], bound: NDArray[np.float64] | float) -> None:
    """Compare shape, dtype, then values element by element."""
    assert actual.shape == truth.shape
    assert actual.dtype == np.float32
    assert truth.dtype == np.float64
    assert np.all(np.abs(actual - truth) <= bound)


@given(case=windows())
@settings(max_examples=60, deadline=None)
def test_im2col_moves_without_change(case: Windows) -> None:
    x = case.picture()
    actual = im2col(x, case.kernel, case.stride, case.padding)
    assert actual.dtype == np.float32
    assert np.array_equal(actual, reference.im2col(x, case.kernel, case.stride, case.padding))


@given(m=st.integers(1, 23), k=st.integers(1, 300), n=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_gemm(m: int, k: int, n: int) -> None:
    rng = np.random.default_rng(m * k * n)
    a, b = rng.standard_normal((m, k), np.float32), rng.standard_normal((k, n), np.float32)
    exact = reference.gemm(a.astype(float), b.astype(float))
    check(gemm(a, b), exact, sum_bound(k, reference.gemm(abs(a.astype(float)), abs(b))))


def test_gemm_bits_do_not_depend_on_the_number_of_rows() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((13, 500), np.float32), rng.standard_normal((500, 37), np.float32)
    whole = gemm(a, b)
    for rows in (1, 3, 4, 7):
        assert np.array_equal(gemm(a[:rows], b), whole[:rows])


@given(case=windows(), depth=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_conv2d(case: Windows, depth: int) -> None:
    x, filters = case.picture(), case.filters(depth)
    arguments = (case.stride, case.padding)
    exact = reference.conv2d(x.astype(float), filters.astype(float), *arguments)
    magnitude = reference.conv2d(abs(x.astype(float)), abs(filters.astype(float)), *arguments)
    terms = case.kernel[0] * case.kernel[1] * case.channels
    check(conv2d(x, filters, *arguments), exact, sum_bound(terms, magnitude))


@given(case=windows(), divisor=st.sampled_from(["valid", "full"]))
@settings(max_examples=60, deadline=None)
def test_pools(case: Windows, divisor: str) -> None:
    x = case.picture()
    arguments = (case.kernel, case.stride, case.padding)
    assert np.array_equal(max_pool(x, *arguments), reference.max_pool(x, *arguments))
    exact = reference.avg_pool(x.astype(float), *arguments, divisor)
    magnitude = reference.avg_pool(abs(x.astype(float)), *arguments, divisor)
    terms = case.kernel[0] * case.kernel[1]
    check(avg_pool(x, *arguments, divisor), exact, sum_bound(terms, magnitude))


def test_global_pool() -> None:
    x = np.random.default_rng(0).standard_normal((2, 8, 7, 5), np.float32)
    exact = reference.global_avg_pool(x.astype(float))
    check(global_avg_pool(x), exact, sum_bound(56, reference.global_avg_pool(abs(x.astype(float)))))


@pytest.mark.parametrize("with_gamma", [False, True])
def test_batch_norm(with_gamma: bool) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 4, 5), np.float32)
    beta, mean, gamma = rng.standard_normal((3, 5), np.float32)
    variance = rng.uniform(0.1, 2, 5).astype(np.float32)
    scale = gamma if with_gamma else None
    wide = [None if a is None else a.astype(float) for a in (beta, mean, variance, scale)]
    exact = reference.batch_norm(x.astype(float), *wide, epsilon=1e-3)
    # Eight roundings: epsilon's own, sum, root, reciprocal, gamma, difference, product, sum.
    factor = abs(gamma) / np.sqrt(variance)
    bound = (
        8
        * UNIT_ROUNDOFF
        * ((abs(x) + abs(mean)) * np.maximum(factor, 1 / np.sqrt(variance)) + abs(beta))
    )
    check(batch_norm(x, beta, mean, variance, scale, 1e-3), exact, bound)


def test_pointwise() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 1001), np.float32) * 20
    check(softmax(x), reference.softmax(x.astype(float)), SOFTMAX)
    assert np.array_equal(relu(x), np.maximum(x, 0))
    parts = [rng.standard_normal((2, 3, 3, c), np.float32) for c in (1, 4, 2)]
    assert np.array_equal(concat(parts), reference.concat(parts))
    weights, bias = rng.standard_normal((1001, 3), np.float32), np.ones(3, np.float32)
    wide = [a.astype(float) for a in (x, weights, bias)]
    bound = sum_bound(1002, reference.dense(*map(abs, wide)))  # type: ignore[arg-type]
    check(dense(x, weights, bias), reference.dense(*wide), bound)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_inf_go_where_the_formulas_send_them(bad: float) -> None:
    x = np.random.default_rng(0).standard_normal((1, 6, 6, 2), np.float32)
    x[0, 2, 3, 1] = bad
    filters = np.ones((3, 3, 2, 4), np.float32)
    pairs: list[tuple[Callable[..., Float32], Callable[..., Float32], tuple[object, ...]]] = [
        (relu, reference.relu, ()),
        (max_pool, reference.max_pool, ((3, 3), 2, "VALID")),
        (avg_pool, reference.avg_pool, ((3, 3),)),
        (conv2d, reference.conv2d, (filters,)),
        (softmax, reference.softmax, ()),
    ]
    for ours, formula, arguments in pairs:
        with np.errstate(all="ignore"):
            expected = formula(x, *arguments)
        np.testing.assert_allclose(ours(x, *arguments), expected, rtol=1e-5, atol=1e-6)


def test_out_is_used_and_checked() -> None:
    x = np.zeros((1, 4, 4, 2), np.float32)
    out = np.empty_like(x)
    assert relu(x, out=out) is out
    with pytest.raises(ValueError, match="out must be"):
        relu(x, out=np.empty((1, 4, 4, 3), np.float32))
    with pytest.raises(ValueError, match="out must be"):
        relu(x, out=out[..., ::-1])
    with pytest.raises(ValueError, match="cannot multiply"):
        gemm(np.zeros((2, 3), np.float32), np.zeros((4, 2), np.float32))
    with pytest.raises(ValueError, match="padding"):
        conv2d(x, np.zeros((3, 3, 2, 1), np.float32), padding="FULL")


def test_the_bound_catches_a_fault() -> None:
    """A kernel that forgets one of its terms is outside the bound."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((8, 200), np.float32), rng.standard_normal((200, 8), np.float32)
    exact = reference.gemm(a.astype(float), b.astype(float))
    bound = sum_bound(200, reference.gemm(abs(a.astype(float)), abs(b)))
    with pytest.raises(AssertionError):
        check(gemm(a[:, :-1], b[:-1]), exact, bound)
