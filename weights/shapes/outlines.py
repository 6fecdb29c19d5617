"""Figures that are one closed outline: circle, polygons, star, heart, drop, cloud, crescent."""

from __future__ import annotations

import numpy as np

from .marks import Figure, Mark, Points, arc, fit, polar, soften

Rng = np.random.Generator
TAU = 2 * np.pi


def _maybe_soft(rng: Rng, points: Points, chance: float = 0.3, most: float = 0.25) -> Points:
    return soften(points, rng.uniform(0.05, most)) if rng.random() < chance else points


def _regular(rng: Rng, sides: int, jitter: float) -> Points:
    points = polar(1.0, np.arange(sides) * TAU / sides - TAU / 4)
    return fit(points + rng.uniform(-jitter, jitter, points.shape))


def circle(rng: Rng) -> Figure:
    """Draw a disc, or a ring with a wide hole in one picture of five."""
    disc = Mark(arc((0.0, 0.0), 1.0, 0.0, TAU, 97)[:-1])
    if rng.random() < 0.8:
        return [disc]
    inner = rng.uniform(0.4, 0.9)
    return [disc, Mark(arc((0.0, 0.0), inner, 0.0, TAU, 97)[:-1], "hole")]


def triangle(rng: Rng) -> Figure:
    """Equilateral, isosceles or scalene, no angle under about 25 degrees."""
    if rng.random() < 0.5:
        points = _regular(rng, 3, 0.04)
    else:
        apex = rng.uniform(-1.0, 1.0) * (rng.random() < 0.5)
        points = np.array([[-1.0, 0.0], [1.0, 0.0], [apex, -rng.uniform(1.0, 2.4)]])
    return [Mark(_maybe_soft(rng, fit(points), 0.25, 0.18))]


def square(rng: Rng) -> Figure:
    """Four equal sides, corners sometimes rounded."""
    return [Mark(_maybe_soft(rng, _regular(rng, 4, 0.025), 0.3, 0.13))]


def pentagon(rng: Rng) -> Figure:
    """Five equal sides."""
    return [Mark(_maybe_soft(rng, _regular(rng, 5, 0.025), 0.2, 0.11))]


def hexagon(rng: Rng) -> Figure:
    """Six equal sides."""
    return [Mark(_maybe_soft(rng, _regular(rng, 6, 0.025), 0.2, 0.09))]


def star(rng: Rng) -> Figure:
    """Five points mostly; four, six or eight sometimes; or the pentagram in one stroke."""
    if rng.random() < 0.06:
        return [Mark(polar(1.0, np.arange(5) * 2 * TAU / 5 - TAU / 4))]
    tips = int(rng.choice([5, 4, 6, 7, 8], p=[0.66, 0.1, 0.14, 0.03, 0.07]))
    low, high = {4: (0.2, 0.5), 5: (0.3, 0.6), 6: (0.35, 0.65), 7: (0.4, 0.7), 8: (0.4, 0.72)}[tips]
    radius = np.where(np.arange(2 * tips) % 2 == 0, 1.0, rng.uniform(low, high))
    points = polar(radius, np.arange(2 * tips) * TAU / (2 * tips) - TAU / 4)
    points += rng.uniform(-0.02, 0.02, points.shape)
    return [Mark(_maybe_soft(rng, points, 0.25, 0.2))]


def _heart_curve(rng: Rng) -> Points:
    t = np.linspace(0.0, TAU, 96, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = rng.uniform(12, 14) * np.cos(t) - rng.uniform(4, 6.5) * np.cos(2 * t)
    y -= 2 * np.cos(3 * t) + np.cos(4 * t)
    return np.stack([x, -y * rng.uniform(0.85, 1.15)], axis=1)


def _heart_lobes(rng: Rng) -> Points:
    """Two lobes of a circle, joined at a notch, and sides that run to the tip."""
    spread, tip, bow = rng.uniform(0.75, 0.98), rng.uniform(1.5, 2.4), rng.uniform(-0.1, 0.3)
    notch = np.arccos(min(1.0, spread))
    right = arc((spread, 0.0), 1.0, -np.pi + notch, rng.uniform(0.1, 0.7), 32)
    down = np.linspace(0.0, 1.0, 16)[:, None]
    side = right[-1] * (1 - down) + np.array([0.0, tip]) * down
    side[:, 0] += bow * np.sin(np.pi * down[:, 0])
    half = np.concatenate([right, side[1:]])
    return np.concatenate([half, (half * [-1.0, 1.0])[::-1]])


def heart(rng: Rng) -> Figure:
    """Draw the parametric curve or two arcs with straight or bowed sides."""
    make = _heart_curve if rng.random() < 0.5 else _heart_lobes
    return [Mark(fit(make(rng)))]


def crescent(rng: Rng) -> Figure:
    """Take from a disc a second disc shifted along x; the tips are where the two circles meet."""
    while True:
        bite, shift = rng.uniform(0.7, 1.1), rng.uniform(0.25, 0.9)
        x = (1 - bite**2 + shift**2) / (2 * shift)
        if abs(x) < 0.98 and 0.2 < 1.0 + shift - bite < 1.0:
            break
    y = np.sqrt(1 - x**2)
    outer = np.arctan2(y, x)
    inner = np.arctan2(y, x - shift)
    back = arc((0.0, 0.0), 1.0, outer, TAU - outer, 64)
    front = arc((shift, 0.0), bite, TAU - inner, inner, 64)
    return [Mark(fit(np.concatenate([back, front[1:-1]])))]


def drop(rng: Rng) -> Figure:
    """Draw a teardrop: x = sin t sin^m(t/2), y = cos t, or a circle with two tangents to a tip."""
    if rng.random() < 0.5:
        t = np.linspace(0.0, TAU, 96, endpoint=False)
        width = rng.uniform(0.7, 1.1)
        x = width * np.sin(t) * np.sin(t / 2) ** rng.uniform(1.0, 2.6)
        return [Mark(fit(np.stack([x, -np.cos(t)], axis=1)))]
    tip = rng.uniform(1.6, 2.6)
    touch = np.arccos(1 / tip)
    body = arc((0.0, 0.0), 1.0, touch - TAU / 4, 3 * TAU / 4 - touch, 64)
    return [Mark(fit(np.concatenate([[[0.0, -tip]], body])))]


def cloud(rng: Rng) -> Figure:
    """Puffs along a base line: the farthest exit of each ray from the middle over all discs."""
    n = int(rng.integers(3, 7))
    x = np.linspace(-1.0, 1.0, n) * rng.uniform(0.8, 1.1) + rng.uniform(-0.08, 0.08, n)
    radius = (0.42 + 0.35 * (1 - np.abs(x) ** 1.5 / 1.3)) * rng.uniform(0.8, 1.2, n) * 4.2 / (n + 1)
    radius = np.clip(radius, 0.3, 0.85)
    lift = rng.uniform(0.0, 0.15) if rng.random() < 0.3 else 0.0
    centres = np.stack([x, -radius + lift * rng.uniform(-1, 1, n)], axis=1)
    origin = np.array([0.0, -0.35])
    angle = np.linspace(0.0, TAU, 240, endpoint=False)
    ray = polar(1.0, angle)
    toward = (centres - origin) @ ray.T
    miss = ((centres - origin) ** 2).sum(axis=1)[:, None] - toward**2
    reach = toward + np.sqrt(np.maximum(radius[:, None] ** 2 - miss, 0.0))
    points = origin + ray * np.where(miss < radius[:, None] ** 2, reach, 0.15).max(axis=0)[:, None]
    if lift == 0.0:  # a flat base between the outermost discs
        level = rng.uniform(-0.12, 0.0)
        flat = (points[:, 1] > -0.42) & (np.abs(points[:, 0]) < np.abs(x).max())
        points[flat | (points[:, 1] > level), 1] = level
    return [Mark(fit(points * [rng.uniform(0.9, 1.1), rng.uniform(0.95, 1.2)]))]
