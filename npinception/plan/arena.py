"""Where each buffer lies in the one block of memory that holds all activations."""

from __future__ import annotations

from collections.abc import Mapping

from .stages import Lifetime

#: Buffers start at multiples of this many floats: a cache line of 64 bytes.
ALIGNMENT = 16


def arena_offsets(
    sizes: Mapping[str, int], lifetimes: Mapping[str, Lifetime]
) -> tuple[dict[str, int], int]:
    """Return the offset of each buffer, and the arena's size, in floats.

    Buffers that live at the same time never overlap. Largest first, each goes into the
    smallest gap left by those it shares a stage with: the usual greedy packing.
    """
    offsets: dict[str, int] = {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        taken = sorted(
            (offsets[other], offsets[other] + _rounded(sizes[other]))
            for other in offsets
            if lifetimes[name].overlaps(lifetimes[other])
        )
        offsets[name] = _best_gap(_rounded(sizes[name]), taken)
    size = max((offsets[name] + _rounded(sizes[name]) for name in offsets), default=0)
    return offsets, size


def _rounded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _best_gap(size: int, taken: list[tuple[int, int]]) -> int:
    """Return the start of the smallest gap that holds ``size``, or the end of all taken."""
    best: tuple[int, int] | None = None
    end = 0
    for start, stop in taken:
        if start - end >= size and (best is None or start - end < best[0]):
            best = (start - end, end)
        end = max(end, stop)
    return end if best is None else best[1]
