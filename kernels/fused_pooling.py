"""Max and mean pooling, row by row, as turns of a program.

A mean pool can end in bias and ReLU: then it stands behind its 1x1 convolution instead of
before it, which is the same sum in another order, over fewer channels.
"""

from __future__ import annotations

import numpy as np

from .arrays import Float32
from .jit import compiled_part
from .program import (
    BIAS,
    CHANNELS,
    FULL_DIVISOR,
    IN_HEIGHT,
    IN_WIDTH,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    KIND,
    MAX_POOL,
    OUT_HEIGHT,
    OUT_WIDTH,
    PAD_LEFT,
    PAD_TOP,
    RELU,
    STRIDE,
    X_PITCH,
    Y_PITCH,
    Block,
    X,
    Y,
)
from .register_tile import WIDTH, store_tile, tile_of_row
from .tile_arithmetic import add_tiles, divide_tile, larger_tile

#: Vectors of channels combined at once. Two leave the maximum waiting for itself: 20 % slower.
_VECTORS = 4
_STEP = _VECTORS * WIDTH


@compiled_part
def pool_rows(
    block: Block,
    first: int,
    count: int,
    x: Float32,
    y: Float32,
    biases: Float32,
    zeros: Float32,
) -> None:
    """Compute ``count`` rows of output, from row ``first`` of all pictures' rows."""
    in_height, in_width = block[IN_HEIGHT], block[IN_WIDTH]
    for unit in range(first, first + count):
        picture, row = divmod(unit, block[OUT_HEIGHT])
        top = row * block[STRIDE] - block[PAD_TOP]
        bottom = min(top + block[KERNEL_HEIGHT], in_height)
        top = max(top, 0)
        for column in range(block[OUT_WIDTH]):
            left = column * block[STRIDE] - block[PAD_LEFT]
            right = min(left + block[KERNEL_WIDTH], in_width)
            left = max(left, 0)
            corner = block[X] + ((picture * in_height + top) * in_width + left) * block[X_PITCH]
            at = block[Y] + (unit * block[OUT_WIDTH] + column) * block[Y_PITCH]
            if block[KIND] == MAX_POOL:
                max_window(block, corner, bottom - top, right - left, x, y, at)
            else:
                mean_window(block, corner, bottom - top, right - left, x, y, at, biases, zeros)


@compiled_part
def max_window(
    block: Block, corner: int, height: int, width: int, x: Float32, y: Float32, at: int
) -> None:
    """Write the maximum of one window, ``x`` from ``corner``, to ``y`` from ``at``."""
    pitch, in_width, channels = block[X_PITCH], block[IN_WIDTH], block[CHANNELS]
    for c in range(0, channels, _STEP):
        tile = tile_of_row(1, _VECTORS, x, corner + c)
        for i in range(height):
            for j in range(width):
                pixel = corner + (i * in_width + j) * pitch + c
                tile = larger_tile(tile, tile_of_row(1, _VECTORS, x, pixel))
        store_tile(tile, y, at + c, 0, 1, channels - c, False)


@compiled_part
def mean_window(
    block: Block,
    corner: int,
    height: int,
    width: int,
    x: Float32,
    y: Float32,
    at: int,
    biases: Float32,
    zeros: Float32,
) -> None:
    """Write the mean of one window to ``y``, plus bias and through ReLU where it has them."""
    pitch, in_width, channels = block[X_PITCH], block[IN_WIDTH], block[CHANNELS]
    count = height * width
    if block[FULL_DIVISOR] != 0:
        count = block[KERNEL_HEIGHT] * block[KERNEL_WIDTH]
    divisor = np.float32(count)
    for c in range(0, channels, _STEP):
        tile = tile_of_row(1, _VECTORS, zeros, 0)
        for i in range(height):
            for j in range(width):
                pixel = corner + (i * in_width + j) * pitch + c
                tile = add_tiles(tile, tile_of_row(1, _VECTORS, x, pixel))
        tile = divide_tile(tile, divisor)
        if block[BIAS] >= 0:
            tile = add_tiles(tile, tile_of_row(1, _VECTORS, biases, block[BIAS] + c))
        store_tile(tile, y, at + c, 0, 1, channels - c, block[RELU] != 0)
