"""The matrix product in Numba, four rows at a time."""

from __future__ import annotations

from .arrays import Float32, contiguous, output_array
from .jit import compiled


def gemm(a: Float32, b: Float32, out: Float32 | None = None) -> Float32:
    """Return ``a @ b``: [M, K] by [K, N] gives [M, N], all float32.

    Each output is one chain of fused multiply-adds over k in ascending order, whatever
    the shapes: the same bits for any number of rows.

    Raises
    ------
    ValueError
        If the inner sizes differ.
    """
    a, b = contiguous(a), contiguous(b)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"cannot multiply {a.shape} by {b.shape}: need [M, K] and [K, N]")
    out = output_array(out, (a.shape[0], b.shape[1]))
    _gemm(a, b, out)
    return out


@compiled
def _gemm(a: Float32, b: Float32, out: Float32) -> None:
    """Compute ``out = a @ b``.

    The inner loop runs along rows of ``b`` and ``out``, so that it needs no transposition
    and LLVM turns it into vector multiply-adds. Each element of ``b`` that is loaded
    serves four rows of ``a``.
    """
    m, depth = a.shape
    n = b.shape[1]
    out[...] = 0.0
    for i in range(0, m - m % 4, 4):
        for k in range(depth):
            a0, a1, a2, a3 = a[i, k], a[i + 1, k], a[i + 2, k], a[i + 3, k]
            for j in range(n):
                value = b[k, j]
                out[i, j] += a0 * value
                out[i + 1, j] += a1 * value
                out[i + 2, j] += a2 * value
                out[i + 3, j] += a3 * value
    for i in range(m - m % 4, m):
        for k in range(depth):
            a0 = a[i, k]
            for j in range(n):
                out[i, j] += a0 * b[k, j]
