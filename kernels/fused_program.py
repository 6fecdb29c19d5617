"""A whole network in one compiled call, made by every worker thread at once."""

from __future__ import annotations

from .arrays import Float32
from .fused_convolution import compile_convolution
from .fused_pooling import pool_rows
from .jit import compiled, compiled_part
from .program import BLOCK, COUNT, COUNTER_PITCH, FIRST, FROM_INPUT, KIND, Block, Int32
from .tile_arithmetic import tile_memory
from .vector_unit import vector_unit
from .work_sharing import Counters, Pauses, fetch_add, wait_for_count

# One kernel for each tile of the machine, three at most; Numba has no table of functions.
_CONVOLUTIONS = tuple(compile_convolution(shape) for shape in vector_unit().tiles)
_convolve_0, _convolve_1 = _CONVOLUTIONS[:2]
_convolve_2 = _CONVOLUTIONS[-1]


@compiled_part
def run_turn(
    block: Block,
    first: int,
    count: int,
    x: Float32,
    arena: Float32,
    filters: Float32,
    biases: Float32,
    taps: Int32,
    zeros: Float32,
    memory: Float32,
) -> None:
    """Compute ``count`` units of one block, which reads ``x``."""
    kind = block[KIND]
    if kind == 0:
        _convolve_0(block, first, count, x, arena, filters, biases, taps, zeros, memory)
    elif kind == 1:
        _convolve_1(block, first, count, x, arena, filters, biases, taps, zeros, memory)
    elif kind == 2:
        _convolve_2(block, first, count, x, arena, filters, biases, taps, zeros, memory)
    else:
        pool_rows(block, first, count, x, arena, biases, zeros)


@compiled
def run_program(
    picture: Float32,
    arena: Float32,
    filters: Float32,
    biases: Float32,
    taps: Int32,
    zeros: Float32,
    blocks: Block,
    turns: Int32,
    stages: Int32,
    counters: Counters,
    pauses: Pauses,
) -> None:
    """Work through a program, together with whichever threads call this for the same arrays.

    Parameters
    ----------
    picture
        The network's input, read by blocks with FROM_INPUT.
    arena
        Every activation.
    filters, biases
        Packed parameters; ``filters`` starts at a multiple of 64 bytes.
    taps, blocks, turns, stages
        The program's tables: [*], [blocks, FIELDS], [turns, 3] and, for each stage and
        for the end, the number of its first turn.
    zeros
        What padding reads.
    counters
        For each stage, COUNTER_PITCH apart, the turns drawn and the turns done; all 0 at
        the start.
    pauses
        See :func:`.work_sharing.wait_for_count`.
    """
    memory = tile_memory()
    for stage in range(len(stages) - 1):
        first_turn = stages[stage]
        turn_count = stages[stage + 1] - first_turn
        drawn = 2 * stage * COUNTER_PITCH
        done = drawn + COUNTER_PITCH
        while True:
            number = fetch_add(counters, drawn, 1)
            if number >= turn_count:
                break
            turn = turns[first_turn + number]
            block = blocks[turn[BLOCK]]
            source = picture if block[FROM_INPUT] != 0 else arena
            run_turn(
                block, turn[FIRST], turn[COUNT], source, arena, filters, biases, taps, zeros, memory
            )
            fetch_add(counters, done, 1)
        wait_for_count(counters, done, turn_count, pauses)
