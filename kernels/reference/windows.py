"""Sliding windows as strided slices: what im2col and both pools share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..geometry import output_size, padding_after, padding_before


def pad(
    x: NDArray[np.floating], kernel: tuple[int, int], stride: int, padding: str, value: float
) -> NDArray[np.floating]:
    """Return ``x`` [N, H, W, C] with the border its windows reach over filled by ``value``."""
    border = [
        (padding_before(size, k, stride, padding), padding_after(size, k, stride, padding))
        for size, k in zip(x.shape[1:3], kernel, strict=True)
    ]
    return np.pad(x, [(0, 0), *border, (0, 0)], constant_values=value)


def taps(
    x: NDArray[np.floating],
    kernel: tuple[int, int],
    stride: int,
    padding: str,
    value: float = 0.0,
) -> Iterator[tuple[int, int, NDArray[np.floating]]]:
    """Yield ``(i, j, view)``: what tap (i, j) of every window sees, as [N, H', W', C].

    The tap in row i and column j of the window at output position (r, c) lies over
    pixel ``(r * stride + i, c * stride + j)`` of the padded picture, so all windows
    together see one strided slice of it.
    """
    rows = output_size(x.shape[1], kernel[0], stride, padding)
    columns = output_size(x.shape[2], kernel[1], stride, padding)
    padded = pad(x, kernel, stride, padding, value)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            yield i, j, padded[:, i::stride, j::stride][:, :rows, :columns]
