"""Which steps can run side by side, and how long each buffer must live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .placement import Tensor
from .steps import Step


@dataclass(frozen=True)
class Lifetime:
    """First stage that writes a buffer and last stage that reads it, both included."""

    first: int
    last: int

    def overlaps(self, other: Lifetime) -> bool:
        """Whether both buffers hold values in some stage."""
        return self.first <= other.last and other.first <= self.last


def stage_of_steps(steps: Iterable[Step]) -> list[int]:
    """Return the stage of each step: one after the latest stage that writes its source.

    Steps of one stage read nothing another of them writes: they need no order and share
    one barrier. Parallel branches of an Inception block advance together.
    """
    stages: list[int] = []
    written: list[tuple[Tensor, int]] = []
    for step in steps:
        before = (stage for tensor, stage in written if overlap(tensor, step.source))
        stage = 1 + max(before, default=-1)
        stages.append(stage)
        written.append((step.target, stage))
    return stages


def overlap(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors have channels of a buffer in common."""
    return (
        a.buffer == b.buffer
        and a.first_channel < b.first_channel + b.shape[2]
        and b.first_channel < a.first_channel + a.shape[2]
    )


def buffer_lifetimes(
    steps: list[Step], stages: list[int], kept: Iterable[Tensor]
) -> dict[str, Lifetime]:
    """Return the lifetime of every buffer the steps write; ``kept`` ones live to the end."""
    end = max(stages, default=0) + 1
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for step, stage in zip(steps, stages, strict=True):
        target, source = step.target.buffer, step.source.buffer
        first[target] = min(first.get(target, stage), stage)
        last[target] = max(last.get(target, stage), stage)
        last[source] = max(last.get(source, stage), stage)
    for tensor in kept:
        last[tensor.buffer] = end
    return {name: Lifetime(stage, last[name]) for name, stage in first.items()}
