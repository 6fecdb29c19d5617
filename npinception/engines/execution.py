"""Running a program once: the calling thread, its helpers, and the arena they fill."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..kernels.arrays import aligned_empty
from ..kernels.fused_program import run_program
from ..kernels.program import COUNTER_PITCH
from ..plan.folding import Float32
from ..plan.memory import INPUT, Place
from ..plan.program import Program, empty_program
from .workers import HELPERS, Job, pauses


def execute(
    program: Program,
    x: Float32,
    arena: Float32,
    filters: Float32,
    biases: Float32,
    threads: int,
) -> None:
    """Compute ``program`` for pictures ``x`` [program.pictures, H, W, 3] into ``arena``.

    Returns when everything is computed. Helpers that have not begun by then find no work
    left: each run has counters of its own, so none can touch the next one.
    """
    # Compiled for writable arrays only; a read-only picture would be a second signature.
    picture = np.require(x, np.float32, ["C", "A", "W"]).reshape(-1)
    job = _job(program, picture, arena, filters, biases)
    if threads > 1:
        HELPERS.invite(job, threads - 1)
    job()


def view(place: Place, arena: Float32, x: Float32) -> Float32:
    """Return a node's values [N, H, W, C], where they lie; ``x`` are the pictures."""
    if place.tensor.buffer == INPUT:
        return x
    height, width, channels = place.tensor.shape
    strides = (height * width * place.pitch, width * place.pitch, place.pitch, 1)
    return as_strided(
        arena[place.offset :],
        (len(x), height, width, channels),
        tuple(arena.itemsize * floats for floats in strides),
        writeable=False,
    )


def load_kernels() -> None:
    """Compile the kernels, or load them from the cache, by running an empty program."""
    nothing = aligned_empty(0)
    _job(empty_program(), nothing, nothing, nothing, nothing)()


def _job(
    program: Program, picture: Float32, arena: Float32, filters: Float32, biases: Float32
) -> Job:
    """Return the function that every thread calls to run ``program`` once."""
    zeros = np.zeros(program.zero_floats, np.float32)
    counters = np.zeros(2 * COUNTER_PITCH * len(program.stages), np.int64)
    tables = program.blocks, program.turns, program.stages

    def job() -> None:
        run_program(
            picture, arena, filters, biases, program.taps, zeros, *tables, counters, pauses()
        )

    return job
