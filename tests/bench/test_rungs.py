"""The ladder's own kernels against the NumPy formula in float64, within a rigorous bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npinception.kernels import direct, reference, tiled_gemm
from tests.kernels.cases import Windows, windows
from tests.tolerances import sum_bound


@given(case=windows(), depth=st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_direct_loops(case: Windows, depth: int) -> None:
    x, filters = case.picture(), case.filters(depth)
    arguments = (case.stride, case.padding)
    exact = reference.conv2d(x.astype(float), filters.astype(float), *arguments)
    magnitude = reference.conv2d(abs(x.astype(float)), abs(filters.astype(float)), *arguments)
    y = direct.conv2d(x, filters, *arguments)
    assert y.shape == exact.shape
    assert y.dtype == np.float32
    terms = case.kernel[0] * case.kernel[1] * case.channels
    assert np.all(abs(y - exact) <= sum_bound(terms, magnitude))


@given(m=st.integers(1, 40), k=st.integers(1, 200), n=st.integers(1, 100))
@settings(max_examples=40, deadline=None)
def test_tiled_gemm(m: int, k: int, n: int) -> None:
    rng = np.random.default_rng(m * k * n)
    a, b = rng.standard_normal((m, k), np.float32), rng.standard_normal((k, n), np.float32)
    out = np.full((m + 1, n), np.nan, np.float32)
    y = tiled_gemm.gemm(a, tiled_gemm.pack(b), n, out=out[:m])
    assert np.isnan(out[m]).all(), "it wrote behind its last row"
    assert np.all(abs(y - a.astype(float) @ b) <= sum_bound(k, abs(a.astype(float)) @ abs(b)))


def test_tiled_gemm_checks_its_arguments() -> None:
    packed = tiled_gemm.pack(np.zeros((5, 3), np.float32))
    assert packed.ctypes.data % 64 == 0
    with pytest.raises(ValueError, match="packed"):
        tiled_gemm.gemm(np.zeros((2, 6), np.float32), packed, 3)


def test_direct_loops_check_their_arguments() -> None:
    x = np.zeros((1, 4, 4, 2), np.float32)
    with pytest.raises(ValueError, match="need"):
        direct.conv2d(x, np.zeros((3, 3, 3, 1), np.float32))
    with pytest.raises(ValueError, match="padding"):
        direct.conv2d(x, np.zeros((3, 3, 2, 1), np.float32), padding="FULL")
