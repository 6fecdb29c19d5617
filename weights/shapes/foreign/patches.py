"""Shapes as matplotlib patches: its own where it has them, polygons and Bezier paths otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from matplotlib import patches
from matplotlib.path import Path


def _heart(scale: float) -> patches.Patch:
    t = np.linspace(0, 2 * np.pi, 100)
    x = np.sqrt(2) * np.sin(t) ** 3
    y = 2 * np.cos(t) - np.cos(t) ** 2 - np.cos(t) ** 3
    return patches.Polygon(np.stack([x, y + 0.4], axis=1) * scale * 0.6, closed=True)


def _crescent(scale: float) -> patches.Patch:
    tip = np.pi / 3  # where the unit circles about 0 and about 1 meet
    back = np.linspace(tip, 2 * np.pi - tip, 60)
    front = np.linspace(np.pi + tip, np.pi - tip, 60)
    outer = np.stack([np.cos(back), np.sin(back)], axis=1)
    inner = np.stack([np.cos(front) + 1, np.sin(front)], axis=1)
    return patches.Polygon(np.concatenate([outer, inner]) * scale, closed=True)


def _cloud(scale: float) -> patches.Patch:
    discs = [(-0.5, -0.1, 0.32), (-0.05, 0.15, 0.45), (0.45, -0.05, 0.36)]
    paths = [Path.circle((x * scale, y * scale), r * scale) for x, y, r in discs]
    base = Path(np.array([[-0.5, -0.42], [0.45, -0.42], [0.45, 0], [-0.5, 0]]) * scale)
    return patches.PathPatch(Path.make_compound_path(*paths, base))


def _drop(scale: float) -> patches.Patch:
    corners = [(0, 1), (0.15, 0.5), (0.6, 0.1), (0.6, -0.35), (0.6, -0.75), (0.3, -1), (0, -1)]
    corners += [(-0.3, -1), (-0.6, -0.75), (-0.6, -0.35), (-0.6, 0.1), (-0.15, 0.5), (0, 1)]
    return patches.PathPatch(Path(np.array(corners) * scale, [1] + [4] * 12))


def _bolt(scale: float) -> patches.Patch:
    corners = [(0.2, 1), (-0.5, -0.1), (-0.05, -0.1), (-0.2, -1), (0.5, 0.2), (0.05, 0.2)]
    return patches.Polygon(np.array(corners) * scale, closed=True)


def _arrow(style: str, scale: float) -> patches.Patch:
    ends = ((-0.95 * scale, -0.3 * scale), (0.95 * scale, 0.3 * scale))
    return patches.FancyArrowPatch(*ends, arrowstyle=style, mutation_scale=60 * scale)


def _regular(sides: int, scale: float) -> patches.Patch:
    return patches.RegularPolygon((0, 0), sides, radius=scale, orientation=0.3)


SOLIDS: dict[str, list[Callable[[float], patches.Patch]]] = {
    "circle": [
        lambda s: patches.Circle((0, 0), s),
        lambda s: patches.Wedge((0, 0), s, 0, 360, width=s * 0.3),
    ],
    "triangle": [partial(_regular, 3)],
    "square": [lambda s: patches.Rectangle((-s * 0.7, -s * 0.7), s * 1.4, s * 1.4)],
    "pentagon": [partial(_regular, 5)],
    "hexagon": [partial(_regular, 6)],
    "heart": [_heart],
    "crescent": [_crescent],
    "cloud": [_cloud],
    "drop": [_drop],
    "lightning": [_bolt],
    "arrow": [
        lambda s: patches.Arrow(-s, 0, 2 * s, 0, width=s),
        lambda s: patches.FancyArrow(
            -s, -s / 2, 1.6 * s, s, width=s / 8, length_includes_head=True
        ),
        partial(_arrow, "simple,head_width=0.8,tail_width=0.3"),
    ],
}


INNER_EDGES = {("cloud", 0), ("circle", 1)}  # drawn only filled
