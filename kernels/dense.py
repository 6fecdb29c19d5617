"""A fully connected layer in Numba."""

from __future__ import annotations

from .arrays import Float32, contiguous
from .gemm import gemm
from .jit import compiled


def dense(x: Float32, weights: Float32, bias: Float32, out: Float32 | None = None) -> Float32:
    """Return ``x @ weights + bias``: [N, C] by [C, O] plus [O] gives [N, O]."""
    out = gemm(x, weights, out)
    _add_bias(out, contiguous(bias))
    return out


@compiled
def _add_bias(out: Float32, bias: Float32) -> None:
    """Add ``bias`` [O] to every row of ``out`` [N, O]."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] += bias[j]
