"""Two Numba types that live in registers: a tile of sums, and the addresses of its inputs."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import models, register_model

from .vector_code import FLOAT, VECTOR, WIDTH


class Tile(types.Type):
    """``rows`` x ``vectors`` registers, row by row."""

    def __init__(self, rows: int, vectors: int) -> None:
        """Name the type by its size: one size, one type."""
        self.rows = rows
        self.vectors = vectors
        super().__init__(f"Tile({rows}x{vectors}x{WIDTH})")


class Rows(types.Type):
    """The addresses of ``count`` input pixels."""

    def __init__(self, count: int) -> None:
        """Name the type by its size: one size, one type."""
        self.count = count
        super().__init__(f"Rows({count})")


@register_model(Tile)
class _TileModel(models.PrimitiveModel):
    def __init__(self, manager: Any, tile: Tile) -> None:
        super().__init__(manager, tile, ir.ArrayType(VECTOR, tile.rows * tile.vectors))


@register_model(Rows)
class _RowsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, rows: Rows) -> None:
        super().__init__(manager, rows, ir.ArrayType(FLOAT.as_pointer(), rows.count))
