"""A tile of the output that lives in vector registers, as a Numba type.

The product at the heart of a convolution is computed tile by tile: ``rows`` pixels by
``vectors`` registers of output channels, held in registers from the bias they start at
to the ReLU they are stored through. Numba has no type for a register, so this module
adds two, and the handful of operations the loops around them need:

=====================  ========================================================
`tile_of_row`          a tile whose rows are all the bias (or a pixel, in a pool)
`gather_rows`          the addresses of the tile's input pixels (implicit im2col)
`add_outer_product`    tile += column of inputs x row of filters
`store_tile`           write the tile's rows, through ReLU if asked
=====================  ========================================================

Everything else (which pixels, which taps, which channels) is ordinary Python in
:mod:`.fused_convolution`. A tile is an SSA value to LLVM: it never touches memory unless
it has more accumulators than the machine has registers.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .tile_types import Rows, Tile
from .vector_code import (
    INT,
    MASK,
    VECTOR,
    WIDTH,
    broadcast,
    element_address,
    load_vector,
    multiply_add,
    store_masked,
    store_whole,
)

__all__ = [
    "WIDTH",
    "Rows",
    "Tile",
    "add_outer_product",
    "gather_rows",
    "prefetch",
    "store_tile",
    "tile_of_row",
]


@intrinsic(prefer_literal=True)
def tile_of_row(_: Any, rows: Any, vectors: Any, array: Any, first: Any) -> Any:
    """Return a tile whose rows are all ``array[first : first + vectors * WIDTH]``."""
    tile_type = Tile(rows.literal_value, vectors.literal_value)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = element_address(context, builder, signature.args[2], args[2], args[3])
        tile = ir.Constant(context.get_value_type(tile_type), ir.Undefined)
        for v in range(tile_type.vectors):
            values = load_vector(builder, builder.gep(start, [INT(v * WIDTH)]))
            for r in range(tile_type.rows):
                tile = builder.insert_value(tile, values, r * tile_type.vectors + v)
        return tile

    return tile_type(rows, vectors, array, types.int64), generate


@intrinsic(prefer_literal=True)
def gather_rows(
    _: Any, count: Any, x: Any, base: Any, pitch: Any, zeros: Any, table: Any, first: Any
) -> Any:
    """Return the addresses ``x[base + table[first + r] * pitch]`` of ``count`` pixels.

    A negative entry of the table (int32) is a pixel in the padding: it reads ``zeros``.
    """
    rows_type = Rows(count.literal_value)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = element_address(context, builder, signature.args[1], args[1], args[2])
        padding = element_address(context, builder, signature.args[4], args[4], INT(0))
        numbers = element_address(context, builder, signature.args[5], args[5], args[6])
        rows = ir.Constant(context.get_value_type(rows_type), ir.Undefined)
        for r in range(rows_type.count):
            number = builder.load(builder.gep(numbers, [INT(r)]))
            pixel = builder.gep(start, [builder.mul(builder.sext(number, INT), args[3])])
            inside = builder.icmp_signed(">=", number, number.type(0))
            rows = builder.insert_value(rows, builder.select(inside, pixel, padding), r)
        return rows

    return rows_type(count, x, types.int64, types.int64, zeros, table, types.int64), generate


@intrinsic
def add_outer_product(_: Any, tile: Any, rows: Any, channel: Any, filters: Any, at: Any) -> Any:
    """Return ``tile[r, c] + rows[r][channel] * filters[at + c]``, each rounded once with FMA.

    One channel of every pixel is broadcast against one packed row of filters: the whole
    convolution is this step, repeated over taps and channels.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        result, pixels, k = args[:3]
        start = element_address(context, builder, signature.args[3], args[3], args[4])
        row = [
            load_vector(builder, builder.gep(start, [INT(v * WIDTH)]), align=4 * WIDTH)
            for v in range(tile.vectors)
        ]
        for r in range(tile.rows):
            value = builder.load(builder.gep(builder.extract_value(pixels, r), [k]))
            lanes = broadcast(builder, value, VECTOR)
            for v in range(tile.vectors):
                i = r * tile.vectors + v
                total = multiply_add(builder, lanes, row[v], builder.extract_value(result, i))
                result = builder.insert_value(result, total, i)
        return result

    return tile(tile, rows, types.int64, filters, types.int64), generate


@intrinsic
def store_tile(
    _: Any, tile: Any, y: Any, first: Any, pitch: Any, rows: Any, columns: Any, relu: Any
) -> Any:
    """Write row r to ``y[first + r * pitch :]``, for the first ``rows`` and ``columns``.

    ReLU keeps NaN, as IEEE comparison and TensorFlow do: only what is below 0 becomes 0.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value, _, _, step, row_count, column_count, through_relu = args
        start = element_address(context, builder, signature.args[1], args[1], args[2])
        whole = builder.icmp_signed(">=", column_count, INT(tile.vectors * WIDTH))
        zero = ir.Constant(VECTOR, [0.0] * WIDTH)
        for r in range(tile.rows):
            with builder.if_then(builder.icmp_signed("<", INT(r), row_count), likely=True):
                row = builder.gep(start, [builder.mul(step, INT(r))])
                out = []
                for v in range(tile.vectors):
                    total = builder.extract_value(value, r * tile.vectors + v)
                    cut = builder.and_(
                        builder.fcmp_ordered("<", total, zero),
                        broadcast(builder, through_relu, MASK),
                    )
                    out.append(builder.select(cut, zero, total))
                with builder.if_else(whole, likely=True) as (all_columns, some_columns):
                    with all_columns:
                        store_whole(builder, row, out)
                    with some_columns:
                        store_masked(builder, row, out, column_count)
        return context.get_dummy_value()

    arguments = (tile, y, types.int64, types.int64, types.int64, types.int64, types.boolean)
    return types.void(*arguments), generate


@intrinsic
def prefetch(_: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of ``array[index]`` to be brought into the cache."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        address = builder.bitcast(
            element_address(context, builder, signature.args[0], args[0], args[1]), byte
        )
        function = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        call = cgutils.get_or_insert_function(builder.module, function, "llvm.prefetch.p0")
        builder.call(call, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate
