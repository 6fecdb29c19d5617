"""The table a compiled network is: what each number in it means to the kernels.

A *program* is a list of stages. A stage is a list of turns that may run in any order and
on any thread; the next stage starts when all are done. A turn is a range of units of one
*block*: tiles of a convolution's block of output channels, or rows of a pool. Blocks are
rows of an int64 table; the constants below name its columns. All offsets count elements.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: A row of the block table, and the whole table.
Block: TypeAlias = NDArray[np.int64]
Int32: TypeAlias = NDArray[np.int32]

# Common to every block
KIND = 0  # index of a tile shape, or MAX_POOL, or MEAN_POOL
FROM_INPUT = 1  # 1: reads the picture; 0: reads the arena
X = 2  # offset of the input's first channel of its first pixel
X_PITCH = 3  # from one input pixel to the next
Y = 4  # offset of the first output channel of the first pixel
Y_PITCH = 5  # from one output pixel to the next
CHANNELS = 6  # output channels; a convolution's block may be padded beyond
BIAS = 7  # offset of the biases; -1 for a pool without
RELU = 8  # 1: store max(0, value)

# Convolutions
TAPS = 9  # offset of the tap table
TAP_PITCH = 10  # from one tap to the next
TAP_COUNT = 11
DEPTH = 12  # floats summed per tap
FILTERS = 13  # offset of the packed filters, a multiple of the vector width
PIXELS = 14  # output pixels of all pictures
SUM_TAPS = 15  # taps and
SUM_DEPTH = 16  # floats of each that are summed before they are added to the total
AHEAD = 17  # offset of the filters to bring into the cache meanwhile
AHEAD_STEP = 18  # floats of them for each step of a tile

# Pools
IN_HEIGHT = 9
IN_WIDTH = 10
OUT_HEIGHT = 11
OUT_WIDTH = 12
KERNEL_HEIGHT = 13
KERNEL_WIDTH = 14
STRIDE = 15
PAD_TOP = 16
PAD_LEFT = 17
FULL_DIVISOR = 18  # 1: divide by the whole window; 0: by its pixels inside the map

FIELDS = 19

#: Offset of a run of zeros among the biases, three vectors long: where sums without bias start.
NO_BIAS = 0

MAX_POOL = -1
MEAN_POOL = -2

# Columns of the turn table (int32)
BLOCK = 0
FIRST = 1
COUNT = 2

#: Counters of two stages are this many int64 apart, so that no two share a cache line.
COUNTER_PITCH = 16
