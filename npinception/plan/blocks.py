"""The block table: every step cut into blocks, every block as the numbers kernels read."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..kernels import program as field
from ..kernels.geometry import padding_before
from ..kernels.vector_unit import VectorUnit
from .memory import INPUT, Memory, Place
from .packing import PackedLayout
from .steps import ConvolutionStep, PoolStep, Step
from .taps import Int32, tap_table
from .tiles import tile_runs
from .turns import Work

Int64: TypeAlias = NDArray[np.int64]

#: Clock cycles of a tile besides its multiply-adds, and of a pool's window; measured.
TILE_OVERHEAD, WINDOW_OVERHEAD = 150, 100

#: Products in a partial sum. Rounding errors of K products summed in parts of B grow with
#: the root of B + K/B; 64 and 256 were 0.9 and 1.3 times as far from the truth, at
#: 102 % and 100 % of the time.
TERMS_PER_SUM = 128

#: Floats in a cache line: no step of a tile need look further ahead.
_LINE = 16


class BlockTable:
    """Collects blocks and tap tables, step by step."""

    def __init__(
        self, memory: Memory, pictures: int, layout: PackedLayout, unit: VectorUnit
    ) -> None:
        """Start without blocks."""
        self._memory = memory
        self._pictures = pictures
        self._layout = layout
        self._unit = unit
        self._rows: list[list[int]] = []
        self._tables: list[Int32] = []
        self._table_places: dict[tuple[object, ...], tuple[int, int]] = {}
        self._table_end = 0
        self.zero_floats = 4 * unit.width  # a pool's sums start from this many

    def add(self, step: Step) -> list[Work]:
        """Append the blocks of one step; return their work."""
        return [self._pool(step)] if isinstance(step, PoolStep) else self._convolution(step)

    def blocks(self) -> Int64:
        """Return the table, each convolution's block looking ahead to the next one's filters."""
        own = [row for row in self._rows if row[field.KIND] >= 0]
        panels = {row[field.FILTERS]: self._panel_floats(row) for row in own}
        following = dict(pairwise(panels))
        for row in own:
            ahead = following.get(row[field.FILTERS])
            if ahead is not None:
                tiles = -(-row[field.PIXELS] // self._unit.tiles[row[field.KIND]][0])
                steps = tiles * row[field.TAP_COUNT] * row[field.DEPTH]
                row[field.AHEAD] = ahead
                row[field.AHEAD_STEP] = min(_LINE, -(-panels[ahead] // steps))
        return np.array(self._rows, np.int64).reshape(-1, field.FIELDS)

    def taps(self) -> Int32:
        """Return all tap tables, one behind the other."""
        return np.concatenate([*self._tables, np.zeros(1, np.int32)])

    def _panel_floats(self, row: list[int]) -> int:
        _, vectors = self._unit.tiles[row[field.KIND]]
        return row[field.TAP_COUNT] * row[field.DEPTH] * vectors * self._unit.width

    def _convolution(self, step: ConvolutionStep) -> list[Work]:
        """Append a block for each block of output channels and each tile shape it needs."""
        x, y = self._memory.find(step.source), self._memory.find(step.target)
        depth, taps_per_row = step.source.shape[2], step.kernel[1]
        if step.padding == "VALID" and x.pitch == depth:
            # The pixels under a row of the kernel are one run of floats: one long tap.
            depth, taps_per_row = depth * taps_per_row, 1
        table, table_pitch = self._tap_table(step, taps_per_row)
        taps = step.kernel[0] * taps_per_row
        self.zero_floats = max(self.zero_floats, depth)
        pixels = self._pictures * prod(step.target.shape[:2])
        works = []
        for packed in self._layout.blocks[step.node]:
            for run in tile_runs(pixels, packed.vectors, self._unit):
                row = self._row(run.kind, x, y)
                row[field.Y] += packed.first_channel + run.first * y.pitch
                row[field.CHANNELS] = packed.channels
                row[field.BIAS] = packed.bias if step.bias else field.NO_BIAS
                row[field.RELU] = int(step.relu)
                row[field.TAPS], row[field.TAP_PITCH] = table + run.first, table_pitch
                row[field.TAP_COUNT], row[field.DEPTH] = taps, depth
                row[field.SUM_TAPS], row[field.SUM_DEPTH] = partial_sum(taps, depth)
                row[field.FILTERS], row[field.PIXELS] = packed.filters, pixels - run.first
                rows, vectors = self._unit.tiles[run.kind]
                cost = taps * depth * rows * vectors / 2 + TILE_OVERHEAD
                works.append(Work(len(self._rows) - 1, run.tiles, cost))
        return works

    def _pool(self, step: PoolStep) -> Work:
        """Append a pool's one block, whose units are rows of output."""
        x, y = self._memory.find(step.source), self._memory.find(step.target)
        height, width, channels = step.source.shape
        rows, columns, _ = step.target.shape
        row = self._row(field.MAX_POOL if step.maximum else field.MEAN_POOL, x, y)
        bias_of = step.bias_of
        row[field.BIAS] = -1 if bias_of is None else self._layout.blocks[bias_of][0].bias
        row[field.RELU] = int(bias_of is not None)
        row[field.CHANNELS] = channels
        row[field.IN_HEIGHT], row[field.IN_WIDTH] = height, width
        row[field.OUT_HEIGHT], row[field.OUT_WIDTH] = rows, columns
        row[field.KERNEL_HEIGHT], row[field.KERNEL_WIDTH] = step.kernel
        row[field.STRIDE] = step.stride
        row[field.PAD_TOP] = padding_before(height, step.kernel[0], step.stride, step.padding)
        row[field.PAD_LEFT] = padding_before(width, step.kernel[1], step.stride, step.padding)
        row[field.FULL_DIVISOR] = int(step.full_divisor)
        vectors = -(-channels // self._unit.width)
        cost = columns * (1.5 * prod(step.kernel) * vectors + WINDOW_OVERHEAD)
        return Work(len(self._rows) - 1, self._pictures * rows, cost)

    def _row(self, kind: int, x: Place, y: Place) -> list[int]:
        """Append a block with the fields that all kinds share."""
        row = [0] * field.FIELDS
        row[field.KIND] = kind
        row[field.FROM_INPUT] = int(x.tensor.buffer == INPUT)
        row[field.X], row[field.X_PITCH] = x.offset, x.pitch
        row[field.Y], row[field.Y_PITCH] = y.offset, y.pitch
        self._rows.append(row)
        return row

    def _tap_table(self, step: ConvolutionStep, taps_per_row: int) -> tuple[int, int]:
        """Return offset and pitch of a step's tap table; steps of one geometry share it."""
        height, width, _ = step.source.shape
        key = (height, width, step.kernel, step.stride, step.padding, taps_per_row)
        if key not in self._table_places:
            spare = max(rows for rows, _ in self._unit.tiles)
            table = tap_table(
                self._pictures, height, width, step.kernel, step.stride, step.padding, spare
            )[:: step.kernel[1] // taps_per_row]
            self._tables.append(table.ravel())
            self._table_places[key] = (self._table_end, table.shape[1])
            self._table_end += table.size
        return self._table_places[key]


def partial_sum(taps: int, depth: int) -> tuple[int, int]:
    """Return how many taps, and how many channels of each, are summed before they are added up.

    Their product is about `TERMS_PER_SUM`: several taps whole, or equal parts of one.
    """
    pieces = -(-depth // TERMS_PER_SUM)
    return (1, -(-depth // pieces)) if pieces > 1 else (min(taps, TERMS_PER_SUM // depth), depth)
