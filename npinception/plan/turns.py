"""How the work of a stage is cut into turns for the threads to draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

#: A turn takes about this many clock cycles at most (60 microseconds), and at least.
LARGEST_TURN = 200_000
SMALLEST_TURN = 6_000

#: A turn is at most this share of what each thread has left to do in the stage.
SHARE = 8


@dataclass(frozen=True)
class Work:
    """A block's units, tiles or rows, of about ``cost`` clock cycles each."""

    block: int
    units: int
    cost: float


class Turn(NamedTuple):
    """``units`` units of a block, from unit ``first``."""

    block: int
    first: int
    units: int


def cut_into_turns(works: Iterable[Work], threads: int) -> list[Turn]:
    """Return every unit of ``works`` once, in turns that shrink towards the end.

    Large turns cost few draws and keep a thread on the same filters; small ones at the
    end let all threads finish together ("guided self-scheduling").
    """
    works = list(works)
    left = sum(work.units * work.cost for work in works)
    turns: list[Turn] = []
    for work in works:
        first = 0
        while first < work.units:
            target = min(LARGEST_TURN, max(SMALLEST_TURN, left / (threads * SHARE)))
            count = min(work.units - first, max(1, round(target / work.cost)))
            turns.append(Turn(work.block, first, count))
            first += count
            left -= count * work.cost
    return turns
