"""Assembling the program: steps, stages, memory and turns as the tables kernels read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..graph import Graph
from ..kernels.program import FIELDS
from ..kernels.vector_unit import VectorUnit
from .blocks import BlockTable, Int64
from .memory import Memory, Place
from .packing import PackedLayout
from .stages import stage_of_steps
from .steps import PoolStep, Step, list_steps
from .taps import Int32
from .turns import Turn, cut_into_turns


@dataclass(frozen=True)
class Program:
    """A network for a number of pictures of one size; see :mod:`npinception.kernels.program`.

    Attributes
    ----------
    pictures
        Pictures it computes at once.
    arena_floats, zero_floats
        Size of the arena; longest run of zeros that padding reads.
    blocks, turns, stages, taps
        The kernels' tables.
    outputs
        Where the wanted nodes' values are when it has run. A softmax is not part of it: its
        place holds the logits.
    """

    pictures: int
    arena_floats: int
    zero_floats: int
    blocks: Int64
    turns: Int32
    stages: Int32
    taps: Int32
    outputs: dict[str, Place]


def build_program(
    graph: Graph,
    wanted: Iterable[str],
    pictures: int,
    threads: int,
    layout: PackedLayout,
    unit: VectorUnit,
) -> Program:
    """Return the program that computes the nodes called ``wanted``.

    Parameters
    ----------
    pictures
        How many it computes at once.
    threads
        How many threads the turns are cut for; no result depends on it.
    layout, unit
        Where packed filters lie, and the vector unit they are packed for.
    """
    wanted = list(wanted)
    steps = list_steps(graph, wanted)
    stages = stage_of_steps(steps.steps)
    memory = Memory(steps, stages, pictures, [steps.tensors[name] for name in wanted])
    table = BlockTable(memory, pictures, layout, unit)
    turns: list[Turn] = []
    first_turns = [0]
    for stage in range(max(stages, default=-1) + 1):
        own = [s for s, at in zip(steps.steps, stages, strict=True) if at == stage]
        works = [work for step in _pools_first(own) for work in table.add(step)]
        turns += cut_into_turns(works, threads)
        first_turns.append(len(turns))
    return Program(
        pictures,
        memory.arena_floats,
        table.zero_floats,
        table.blocks(),
        np.array(turns, np.int32).reshape(-1, 3),
        np.array(first_turns, np.int32),
        table.taps(),
        {name: memory.find(steps.tensors[name]) for name in wanted},
    )


def empty_program() -> Program:
    """Return a program without stages: running it does nothing but load the kernels."""
    blocks = np.zeros((0, FIELDS), np.int64)
    turns, one = np.zeros((0, 3), np.int32), np.zeros(1, np.int32)
    return Program(0, 0, 1, blocks, turns, one, one, {})


def _pools_first(steps: list[Step]) -> list[Step]:
    """Order a stage: pools are cut into coarse rows, so small tiles should come last."""
    return sorted(steps, key=lambda step: not isinstance(step, PoolStep))
