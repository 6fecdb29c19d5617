"""LLVM instructions on one vector register, for the operations on tiles built from them."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils

from .vector_unit import vector_unit

#: Floats in a register.
WIDTH = vector_unit().width

FLOAT = ir.FloatType()
INT = ir.IntType(64)
VECTOR = ir.VectorType(FLOAT, WIDTH)
MASK = ir.VectorType(ir.IntType(1), WIDTH)


def element_address(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """Return the address of an element of a one-dimensional contiguous array."""
    return builder.gep(context.make_array(array_type)(context, builder, array).data, [index])


def load_vector(builder: Any, address: Any, align: int = 4) -> Any:
    """Return the vector at a float's address; ``align`` is in bytes."""
    return builder.load(builder.bitcast(address, VECTOR.as_pointer()), align=align)


def broadcast(builder: Any, scalar: Any, vector_type: Any) -> Any:
    """Return a vector of WIDTH copies of ``scalar``."""
    undefined = ir.Constant(vector_type, ir.Undefined)
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    one = builder.insert_element(undefined, scalar, ir.IntType(32)(0))
    return builder.shuffle_vector(one, undefined, lanes)


def multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """Return ``a * b + c``, rounded once where the machine can."""
    if not vector_unit().fused:  # without the instruction, LLVM would call fmaf per lane
        return builder.fadd(builder.fmul(a, b), c)
    signature = ir.FunctionType(VECTOR, [VECTOR] * 3)
    fma = cgutils.get_or_insert_function(builder.module, signature, f"llvm.fma.v{WIDTH}f32")
    return builder.call(fma, [a, b, c])


def store_whole(builder: Any, row: Any, vectors: list[Any], align: int = 4) -> None:
    """Store vectors side by side; ``align`` is in bytes."""
    for v, values in enumerate(vectors):
        address = builder.gep(row, [INT(v * WIDTH)])
        builder.store(values, builder.bitcast(address, VECTOR.as_pointer()), align=align)


def store_masked(builder: Any, row: Any, vectors: list[Any], columns: Any) -> None:
    """Store the lanes below ``columns``; the memory behind them belongs to a neighbour."""
    wide = ir.VectorType(INT, WIDTH)
    signature = ir.FunctionType(ir.VoidType(), [VECTOR, VECTOR.as_pointer(), ir.IntType(32), MASK])
    name = f"llvm.masked.store.v{WIDTH}f32.p0"
    masked_store = cgutils.get_or_insert_function(builder.module, signature, name)
    for v, values in enumerate(vectors):
        lanes = ir.Constant(wide, [v * WIDTH + lane for lane in range(WIDTH)])
        mask = builder.icmp_signed("<", lanes, broadcast(builder, columns, wide))
        address = builder.bitcast(builder.gep(row, [INT(v * WIDTH)]), VECTOR.as_pointer())
        builder.call(masked_store, [values, address, ir.IntType(32)(4), mask])
