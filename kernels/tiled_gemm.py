"""The matrix product in register tiles: the ladder's third rung.

A multiply-add is done twice a cycle, but a vector is loaded and stored at most as often. So
the sums must stay in registers: a tile of ``out`` is kept there for all of k, and each
vector of ``b`` that is loaded serves every row of the tile.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import Float32, aligned_empty, contiguous, output_array
from .jit import compiled
from .register_tile import WIDTH, add_outer_product, gather_rows, store_tile, tile_of_row
from .vector_unit import vector_unit

ROWS, VECTORS = vector_unit().tiles[0]
COLUMNS = VECTORS * WIDTH


def gemm(a: Float32, packed: Float32, columns: int, out: Float32 | None = None) -> Float32:
    """Return ``a @ b``: [M, K] by [K, N] gives [M, N], all float32.

    Parameters
    ----------
    a
        [M, K].
    packed
        ``b`` as :func:`pack` returns it.
    columns
        N.

    Raises
    ------
    ValueError
        If ``packed`` is not [ceil(N / COLUMNS), K, COLUMNS].
    """
    a = contiguous(a)
    m, k = a.shape
    expected = (-(-columns // COLUMNS), k, COLUMNS)
    if packed.shape != expected:
        raise ValueError(f"b must be packed as {expected}, not {packed.shape}")
    out = output_array(out, (m, columns))
    numbers = np.full(m + ROWS, -1, np.int32)  # rows behind the last one read zeros
    numbers[:m] = np.arange(m)
    _gemm(a.reshape(-1), packed.reshape(-1), numbers, np.zeros(max(k, COLUMNS), np.float32), out)
    return out


def pack(b: Float32) -> Float32:
    """Return ``b`` [K, N] as [blocks, K, COLUMNS]: the order in which tiles read it.

    Columns beyond N are zero. The array starts at a cache line, so no vector crosses one.
    """
    k, n = b.shape
    blocks = -(-n // COLUMNS)
    packed = aligned_empty(blocks * k * COLUMNS).reshape(blocks, k, COLUMNS)
    packed[-1] = 0
    for block in range(blocks):
        part = b[:, block * COLUMNS : (block + 1) * COLUMNS]
        packed[block, :, : part.shape[1]] = part
    return packed


@compiled
def _gemm(
    a: Float32, packed: Float32, numbers: NDArray[np.int32], zeros: Float32, out: Float32
) -> None:
    """Compute ``out`` [M, N] from flat ``a`` [M * K] and flat ``packed`` columns.

    ``numbers`` [M + ROWS] numbers the rows of ``a``; -1 stands for ``zeros`` [K].
    """
    m, n = out.shape
    k = a.size // m
    y = out.reshape(-1)
    for column in range(0, n, COLUMNS):
        for row in range(0, m, ROWS):
            tile = tile_of_row(ROWS, VECTORS, zeros, 0)
            rows = gather_rows(ROWS, a, 0, k, zeros, numbers, row)
            at = column * k
            for i in range(k):
                tile = add_outer_product(tile, rows, i, packed, at)
                at += COLUMNS
            store_tile(tile, y, row * n + column, n, m - row, n - column, False)
