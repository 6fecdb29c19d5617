"""Convolution as im2col and one matrix product, in Numba."""

from __future__ import annotations

from .arrays import Float32, output_array, window_shape
from .gemm import gemm
from .im2col import im2col


def conv2d(
    x: Float32,
    filters: Float32,
    stride: int = 1,
    padding: str = "SAME",
    out: Float32 | None = None,
) -> Float32:
    """Return the cross-correlation of ``x`` with ``filters``, as ``tf.nn.conv2d`` has it.

    [N, H, W, C] by HWIO [KH, KW, C, O] gives [N, H', W', O]. One picture after the other:
    the window matrix of the widest layer takes 18 MB a picture, and a second one would
    only push the first out of the cache.

    Raises
    ------
    ValueError
        If ``x`` and ``filters`` disagree on the number of channels.
    """
    kernel = filters.shape[0], filters.shape[1]
    channels, depth = filters.shape[2:]
    if x.ndim != 4 or x.shape[3] != channels:
        raise ValueError(f"filters {filters.shape} need [N, H, W, {channels}], not {x.shape}")
    out = output_array(out, (*window_shape(x, kernel, stride, padding), depth))
    matrix = filters.reshape(-1, depth)
    windows: Float32 | None = None
    for picture, result in zip(x, out, strict=True):
        windows = im2col(picture[None], kernel, stride, padding, out=windows)
        gemm(windows, matrix, out=result.reshape(-1, depth))
    return out
