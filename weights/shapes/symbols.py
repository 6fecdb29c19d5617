"""Figures with parts or strokes: arrow, cross, lightning, spiral."""

from __future__ import annotations

import numpy as np

from .marks import Figure, Mark, Points, arc, fit, polar, soften

Rng = np.random.Generator
TAU = 2 * np.pi


def _soft(rng: Rng, points: Points, chance: float) -> Points:
    return soften(points, rng.uniform(0.04, 0.15)) if rng.random() < chance else points


def _mirror(half: Points) -> Points:
    """Close a path above the x axis with its mirror image below."""
    return np.concatenate([half, (half * [1.0, -1.0])[::-1]])


def _block_arrow(rng: Rng) -> Figure:
    shaft, head = rng.uniform(0.08, 0.34), rng.uniform(0.42, 0.85)
    neck, sweep = rng.uniform(-0.2, 0.6), rng.uniform(0.0, 0.25) * (rng.random() < 0.4)
    half = [[-1.0, shaft], [neck, shaft], [neck - sweep, max(head, shaft + 0.25)], [1.0, 0.0]]
    points = np.array(half)
    if rng.random() < 0.15:  # double-headed
        right = points[1:].copy()
        right[:2, 0] = np.maximum(right[:2, 0], 0.25)
        points = np.concatenate([(right * [-1.0, 1.0])[::-1], right])
    return [Mark(fit(_soft(rng, _mirror(points), 0.2)))]


def _dart(rng: Rng) -> Figure:
    notch, spread = rng.uniform(0.3, 0.6), rng.uniform(0.5, 0.9)
    half = np.array([[-1.0 + notch, 0.0], [-1.0, spread], [1.0, 0.0]])
    return [Mark(fit(_soft(rng, _mirror(half), 0.1)))]


def _line_arrow(rng: Rng) -> Figure:
    width, barb = rng.uniform(0.05, 0.28), rng.uniform(0.2, 0.7)
    opening = rng.uniform(0.45, 1.0)
    wing = np.array([[1 - barb * np.cos(opening), barb * np.sin(opening)], [1.0, 0.0]])
    end = 1.0 if rng.random() < 0.5 else 0.8
    if rng.random() < 0.25:  # a bent shaft that ends along +x
        bend = rng.uniform(0.8, 2.2)
        shaft = arc((end, 1.0), 1.0, -TAU / 4 - bend, -TAU / 4, 24)
    elif rng.random() < 0.15:  # a double shaft
        gap = rng.uniform(0.12, 0.25)
        shaft = np.array([[0.8, -gap], [-1.0, -gap], [-1.0, gap], [0.8, gap]])
        return [
            Mark(shaft[:2], "line", width),
            Mark(shaft[2:], "line", width),
            Mark(_mirror(wing), "line", width),
        ]
    else:
        shaft = np.array([[-1.0, 0.0], [end, 0.0]])
    head = _mirror(wing)
    if end < 1.0:
        return [Mark(shaft, "line", width), Mark(head[[0, 1, 3]], "area")]
    figure = [Mark(shaft, "line", width), Mark(head, "line", width)]
    if rng.random() < 0.12:
        figure.append(Mark(head * [-1.0, 1.0], "line", width))
    return figure


def arrow(rng: Rng) -> Figure:
    """Draw a block arrow, a stroke with a head, or a dart."""
    make = rng.choice(np.array([_block_arrow, _line_arrow, _dart]), p=[0.5, 0.38, 0.12])
    figure: Figure = make(rng)
    return figure


def _plus(arm: float, length: float, top: float, across: float) -> Points:
    half = np.array([[arm, -top], [arm, -arm], [across, -arm], [across, arm], [arm, arm]])
    half = np.concatenate([half, [[arm, length]]])
    return np.concatenate([half, (half * [-1.0, 1.0])[::-1]])


def _two_barred(rng: Rng) -> Figure:
    """Draw the cross of Lorraine."""
    width = rng.uniform(0.06, 0.2)
    long, short = rng.uniform(0.5, 0.8), rng.uniform(0.3, 0.5)
    low, high = rng.uniform(-0.2, 0.3), rng.uniform(-0.75, -0.55)
    strokes = [
        [[0.0, -1.0], [0.0, 1.0]],
        [[-long, low], [long, low]],
        [[-short, high], [short, high]],
    ]
    return [Mark(np.array(stroke), "line", width) for stroke in strokes]


def cross(rng: Rng) -> Figure:
    """Plus and saltire, Latin cross, two strokes, two bars, or arms that widen or taper."""
    kind = rng.random()
    if kind < 0.45:
        arm = rng.uniform(0.1, 0.42)
        return [Mark(fit(_soft(rng, _plus(arm, 1.0, 1.0, 1.0), 0.2)))]
    if kind < 0.6:
        arm, top = rng.uniform(0.08, 0.2), rng.uniform(0.35, 0.6)
        return [Mark(fit(_soft(rng, _plus(arm, 1.0, top, rng.uniform(0.45, 0.7)), 0.2)))]
    if kind < 0.85:
        width, lean = rng.uniform(0.06, 0.35), rng.uniform(-0.15, 0.15)
        ends = np.array([[-1.0, lean], [1.0, -lean]])
        upright = np.array([[lean, -1.0], [0.0, 1.0]])
        return [Mark(ends, "line", width), Mark(upright, "line", width)]
    if kind < 0.88:
        return _two_barred(rng)
    waist, tip = rng.uniform(0.08, 0.2), rng.uniform(0.04, 0.7)
    bow = (waist + tip) / 2 * rng.uniform(0.5, 1.0) if tip > waist else tip
    half = np.array([[waist, -waist], [0.55, -bow], [1.0, -tip], [1.0, tip], [0.55, bow]])
    quarter = [
        half @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        for a in np.arange(4) * TAU / 4
    ]
    return [Mark(fit(np.concatenate(quarter)))]


def _classic_bolt(rng: Rng) -> Points:
    points = np.array(
        [
            [0.1, -1.0],
            [-0.55, 0.12],
            [-0.06, 0.1],
            [-0.3, 1.0],
            [0.55, -0.25],
            [0.06, -0.2],
            [0.4, -1.0],
        ]
    )
    points += rng.uniform(-0.07, 0.07, points.shape)
    if rng.random() < 0.3:
        points = np.delete(points, 6, axis=0)
    return points


def _forked_bolt(rng: Rng) -> Points:
    """Make a thick zigzag whose width shrinks to a point; two or three kinks."""
    kinks = int(rng.integers(2, 4))
    y = np.linspace(-1.0, 1.0, 2 * kinks) + rng.uniform(-0.08, 0.08, 2 * kinks) / kinks
    step = np.tile([0.0, 1.0], kinks) * rng.uniform(0.25, 0.45)
    x = step * np.where(np.arange(2 * kinks) % 2, -1, 1) + 0.5 * np.linspace(0.5, -0.5, 2 * kinks)
    y[1::2] += rng.uniform(0.0, 0.25)
    y[-1] = 1.0
    width = np.linspace(rng.uniform(0.25, 0.5), 0.02, 2 * kinks)
    left, right = np.stack([x - width / 2, y], axis=1), np.stack([x + width / 2, y], axis=1)
    return np.concatenate([left, right[::-1]])


def lightning(rng: Rng) -> Figure:
    """Draw a bolt: the classic sign, or a tapering zigzag; either hand."""
    points = _classic_bolt(rng) if rng.random() < 0.8 else _forked_bolt(rng)
    points[:, 0] *= rng.choice([-1.0, 1.0]) * rng.uniform(0.75, 1.3)
    return [Mark(fit(_soft(rng, points, 0.15)))]


def spiral(rng: Rng) -> Figure:
    """Wind a line whose radius grows with the angle; either hand; some square or two-armed."""
    turns = rng.uniform(1.8, 5.5)
    angle = np.linspace(0.0, turns * TAU, int(turns * 40))
    if rng.random() < 0.2:
        radius = np.exp(rng.uniform(0.12, 0.22) * (angle - angle[-1]))
    else:
        start = rng.uniform(0.0, 0.2)
        radius = start + (1 - start) * (angle / angle[-1]) ** rng.uniform(0.8, 1.3)
    path = polar(radius, angle) * [1.0, rng.choice([-1.0, 1.0])]
    width = rng.uniform(0.15, 0.6) / turns
    if rng.random() < 0.1:  # square: the same turns, corners only
        corners = int(turns * 4)
        side = np.linspace(0.1, 1.4, corners)
        path = polar(side, np.arange(corners) * TAU / 4 + TAU / 8)
    if rng.random() < 0.07:
        return [Mark(path, "line", width * 0.6), Mark(-path, "line", width * 0.6)]
    return [Mark(path, "line", width)]
