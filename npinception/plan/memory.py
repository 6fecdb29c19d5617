"""Where every tensor lies in the arena."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from .arena import arena_offsets
from .packing import OVERREAD
from .placement import Tensor
from .stages import buffer_lifetimes
from .steps import StepList

#: The network's input is no part of the arena: it stays where the caller has it.
INPUT = "input"


@dataclass(frozen=True)
class Place:
    """Offset of a tensor's first value, and floats from one of its pixels to the next."""

    offset: int
    pitch: int
    tensor: Tensor


class Memory:
    """Offsets and pitches of all buffers, for a number of pictures side by side."""

    def __init__(
        self, steps: StepList, stages: list[int], pictures: int, kept: Iterable[Tensor]
    ) -> None:
        """Give each buffer its place; those of ``kept`` tensors still hold them at the end."""
        lifetimes = buffer_lifetimes(steps.steps, stages, kept)
        pixels = {step.target.buffer: prod(step.target.shape[:2]) for step in steps.steps}
        self._pitches = {name: pixel_pitch(steps.channels[name]) for name in pixels}
        sizes = {name: pictures * pixels[name] * self._pitches[name] for name in pixels}
        self._offsets, floats = arena_offsets(sizes, lifetimes)
        self.arena_floats = floats + OVERREAD

    def find(self, tensor: Tensor) -> Place:
        """Return where a tensor lies."""
        if tensor.buffer == INPUT:
            return Place(0, tensor.shape[2], tensor)
        offset = self._offsets[tensor.buffer] + tensor.first_channel
        return Place(offset, self._pitches[tensor.buffer], tensor)


def pixel_pitch(channels: int) -> int:
    """Return how many floats apart the pixels of a buffer are.

    Pixels a multiple of 1 KB apart compete for a quarter of the first-level cache's sets or
    less, and a tile reads 14 of them at once: a cache line of padding spreads them (0.5 %
    of the whole network).
    """
    return channels + 16 if channels % 256 == 0 else channels
