"""Where filters lie when packed for register tiles, and how they get there.

A convolution's output channels are cut into blocks of two or three vectors. The filters of
a block are stored as the tile reads them, ``[tap][input channel][block's channels]``, so
that one step of the inner loop is one aligned load per vector. Channels that do not exist
are zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..nodes import Convolution, Node
from .folding import Float32, Float64

#: Pools read whole vectors and drop what lies behind the last channel: up to this many floats
#: behind the end of an array.
OVERREAD = 64


@dataclass(frozen=True)
class PackedBlock:
    """Some output channels of one convolution.

    Attributes
    ----------
    first_channel, channels
        Which; ``channels`` exist, the block is ``vectors`` wide.
    filters, bias
        Offsets in the arrays of all packed filters and of all biases, in floats.
    """

    first_channel: int
    channels: int
    vectors: int
    filters: int
    bias: int


@dataclass(frozen=True)
class PackedLayout:
    """Blocks of every convolution of a network, and the sizes of the two arrays."""

    width: int
    blocks: dict[str, tuple[PackedBlock, ...]]
    filter_floats: int
    bias_floats: int


def vectors_per_block(channels: int, width: int) -> list[int]:
    """Cut ``channels`` into blocks of two vectors, and one of three if their number is odd.

    So 48 or 80 channels waste nothing on vectors of 16; a lone vector is padded to two.
    """
    vectors = max(2, -(-channels // width))
    odd = vectors % 2
    return [3] * odd + [2] * ((vectors - 3 * odd) // 2)


def packed_layout(convolutions: Iterable[Node], width: int) -> PackedLayout:
    """Lay out all convolutions one after the other, for vectors of ``width`` floats."""
    blocks: dict[str, tuple[PackedBlock, ...]] = {}
    filters, bias = 0, 3 * width
    for node in convolutions:
        operation = node.operation
        assert isinstance(operation, Convolution)
        depth = operation.kernel[0] * operation.kernel[1] * operation.in_depth
        first, own = 0, []
        for vectors in vectors_per_block(operation.out_depth, width):
            channels = min(vectors * width, operation.out_depth - first)
            own.append(PackedBlock(first, channels, vectors, filters, bias))
            filters += depth * vectors * width
            bias += vectors * width
            first += channels
        blocks[node.name] = tuple(own)
    return PackedLayout(width, blocks, filters, bias + OVERREAD)


def pack_filters(
    weights: Float32, scale: Float64, blocks: Iterable[PackedBlock], width: int, out: Float32
) -> None:
    """Write ``weights * scale``, computed in float64 and rounded once, block by block.

    ``weights`` is HWIO; ``scale`` (O,); ``out`` the array of all packed filters.
    """
    matrix = weights.reshape(-1, weights.shape[3])
    for block in blocks:
        columns = block.vectors * width
        packed = out[block.filters : block.filters + len(matrix) * columns].reshape(-1, columns)
        last = block.first_channel + block.channels
        packed[:, block.channels :] = 0
        np.multiply(
            matrix[:, block.first_channel : last],
            scale[block.first_channel : last],
            out=packed[:, : block.channels],
            dtype=np.float64,
            casting="same_kind",
        )
