"""Which register tiles cover a convolution's output pixels."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ..kernels.vector_unit import VectorUnit


class TileRun(NamedTuple):
    """``tiles`` tiles of one shape, from pixel ``first``; ``kind`` indexes the unit's tiles."""

    kind: int
    first: int
    tiles: int


@lru_cache(maxsize=256)
def tile_runs(pixels: int, vectors: int, unit: VectorUnit) -> tuple[TileRun, ...]:
    """Cover ``pixels`` with tiles ``vectors`` wide, computing as few rows in vain as possible.

    Two shapes can be mixed: 16 tiles of 14 and 5 of 13 cover a 17x17 map exactly, where 21
    of 14 alone would compute 5 rows of 294 for nothing.
    """
    kinds = [k for k, (_, wide) in enumerate(unit.tiles) if wide == vectors]
    main = kinds[0]
    rows = unit.tiles[main][0]
    best: tuple[TileRun, ...] = (TileRun(main, 0, -(-pixels // rows)),)
    waste = best[0].tiles * rows - pixels
    for other in kinds[1:]:
        other_rows = unit.tiles[other][0]
        most = pixels // rows  # fewer than `other_rows` less leave every remainder there is
        for count in range(most, max(-1, most - other_rows), -1):
            rest = -(-(pixels - count * rows) // other_rows)
            if count * rows + rest * other_rows - pixels < waste:
                waste = count * rows + rest * other_rows - pixels
                runs = (TileRun(main, 0, count), TileRun(other, count * rows, rest))
                best = tuple(run for run in runs if run.tiles)
    return best
