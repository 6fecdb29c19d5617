"""The vocabulary of a figure: marks in a plane where the figure fills the square [-1, 1]^2.

A figure is a list of marks. Nothing here knows of pixels, colours or files: `outlines`,
`symbols` and `textures` make marks, `draw` puts them on a canvas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Kind = Literal["area", "hole", "line"]


@dataclass(frozen=True)
class Mark:
    """One polygon or polyline.

    Parameters
    ----------
    points
        float64 [n, 2], x to the right and y downwards.
    kind
        ``area`` is filled or outlined, ``hole`` is cut out of the areas before it,
        ``line`` is stroked.
    width
        Stroke width of a ``line`` in figure units.
    tone
        Which of the picture's foreground colours paints it.
    """

    points: Points
    kind: Kind = "area"
    width: float = 0.0
    tone: int = 0


Figure = list[Mark]


def polar(radius: Points | float, angle: Points) -> Points:
    """Points [n, 2] at `radius` and `angle` (radians, clockwise on a screen)."""
    return np.asarray(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))


def arc(centre: tuple[float, float], radius: float, start: float, stop: float, n: int) -> Points:
    """`n` points of a circular arc from angle `start` to `stop` (radians)."""
    return np.asarray(polar(radius, np.linspace(start, stop, n)) + np.asarray(centre))


def transform(figure: Figure, matrix: Points, shift: Points, unit: float) -> Figure:
    """Every point times `matrix` [2, 2] plus `shift` [2]; widths times `unit`."""
    return [
        replace(mark, points=mark.points @ matrix.T + shift, width=mark.width * unit)
        for mark in figure
    ]


def fit(points: Points) -> Points:
    """Centre a polygon and scale it so that its farthest point lies at distance 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    centred = points - (low + high) / 2
    return np.asarray(centred / np.hypot(centred[:, 0], centred[:, 1]).max())


def soften(points: Points, amount: float, rounds: int = 3) -> Points:
    """Round the corners of a closed polygon by Chaikin's corner cutting.

    The first cut takes `amount` (0 to 0.5) of each edge, the following ones a quarter.
    """
    if amount <= 0.0:
        return points
    for step in range(rounds):
        cut = amount if step == 0 else 0.25
        following = np.roll(points, -1, axis=0)
        near, far = (1 - cut) * points + cut * following, cut * points + (1 - cut) * following
        points = np.stack([near, far], axis=1).reshape(-1, 2)
    return points


def densify(points: Points, closed: bool, step: float = 0.04) -> Points:
    """Insert points so that no edge is longer than `step`."""
    ends = np.roll(points, -1, axis=0) if closed else points[1:]
    starts = points if closed else points[:-1]
    pieces = []
    for start, end in zip(starts, ends, strict=True):
        n = max(1, int(np.ceil(np.hypot(*(end - start)) / step)))
        pieces.append(start + (end - start) * (np.arange(n) / n)[:, None])
    if not closed:
        pieces.append(points[-1:])
    return np.concatenate(pieces)


def wobble(rng: np.random.Generator, points: Points, closed: bool, amount: float) -> Points:
    """Displace a path smoothly, as a hand would, by about `amount` figure units."""
    points = densify(points, closed)
    phase = np.linspace(0.0, 2 * np.pi, len(points), endpoint=not closed)
    offset = np.zeros_like(points)
    for frequency in range(2, 9):
        for axis in (0, 1):
            turn = rng.uniform(0.0, 2 * np.pi)
            offset[:, axis] += rng.normal() * np.sin(frequency * phase + turn)
    return points + offset * amount / 2.6
