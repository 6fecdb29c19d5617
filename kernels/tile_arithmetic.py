"""Operations on the elements of register tiles: partial sums of convolutions, and pools."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from .arrays import Float32
from .jit import compiled_part
from .vector_code import INT, VECTOR, WIDTH, broadcast, element_address, load_vector, store_whole
from .vector_unit import vector_unit

_LARGEST = max(rows * vectors for rows, vectors in vector_unit().tiles) * WIDTH


@intrinsic
def save_tile(_: Any, tile: Any, memory: Any) -> Any:
    """Write a tile to ``memory`` (see :func:`tile_memory`)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = element_address(context, builder, signature.args[1], args[1], INT(0))
        count = tile.rows * tile.vectors
        values = [builder.extract_value(args[0], i) for i in range(count)]
        store_whole(builder, start, values, align=4 * WIDTH)
        return context.get_dummy_value()

    return types.void(tile, memory), generate


@intrinsic
def add_saved_tile(_: Any, tile: Any, memory: Any) -> Any:
    """Return the tile plus the one last written to ``memory``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        result = args[0]
        start = element_address(context, builder, signature.args[1], args[1], INT(0))
        for i in range(tile.rows * tile.vectors):
            address = builder.gep(start, [INT(i * WIDTH)])
            saved = load_vector(builder, address, align=4 * WIDTH)
            total = builder.fadd(saved, builder.extract_value(result, i))
            result = builder.insert_value(result, total, i)
        return result

    return tile(tile, memory), generate


@compiled_part
def tile_memory() -> Float32:
    """Return room for the largest tile, starting at a multiple of 64 bytes."""
    raw = np.empty(_LARGEST + 16, np.float32)
    skip = -(address_of(raw) // 4) % 16
    return raw[skip : skip + _LARGEST]


@intrinsic
def address_of(_: Any, array: Any) -> Any:
    """Return the address of an array's first element."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = element_address(context, builder, signature.args[0], args[0], INT(0))
        return builder.ptrtoint(start, INT)

    return types.int64(array), generate


@intrinsic
def add_tiles(_: Any, a: Any, b: Any) -> Any:
    """Return the sum of two tiles of one size."""
    return a(a, b), _elementwise(lambda builder, p, q: builder.fadd(p, q))


@intrinsic
def larger_tile(_: Any, a: Any, b: Any) -> Any:
    """Return the larger of each two elements, or NaN if either is NaN."""

    def choose(builder: Any, p: Any, q: Any) -> Any:
        below = builder.or_(builder.fcmp_ordered("<", p, q), builder.fcmp_unordered("!=", q, q))
        return builder.select(below, q, p)

    return a(a, b), _elementwise(choose)


@intrinsic
def divide_tile(_: Any, tile: Any, divisor: Any) -> Any:
    """Return the tile divided by a number."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        result, number = args
        for i in range(tile.rows * tile.vectors):
            quotient = builder.fdiv(
                builder.extract_value(result, i), broadcast(builder, number, VECTOR)
            )
            result = builder.insert_value(result, quotient, i)
        return result

    return tile(tile, types.float32), generate


def _elementwise(operation: Any) -> Any:
    """Return the code generator that applies ``operation`` to each register of two tiles."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        result, other = args
        for i in range(signature.return_type.rows * signature.return_type.vectors):
            pair = builder.extract_value(result, i), builder.extract_value(other, i)
            result = builder.insert_value(result, operation(builder, *pair), i)
        return result

    return generate
