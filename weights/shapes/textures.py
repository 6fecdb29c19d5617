"""Figures that fill a field: they cover [-reach, reach]^2 so that any rotation leaves no gap."""

from __future__ import annotations

import numpy as np

from .marks import Figure, Kind, Mark, Points, arc

Rng = np.random.Generator
TAU = 2 * np.pi
# Between its turns a sine leaves a zigzag by a tenth of the height of both: at this height that is
# a pixel of 144, and below it any blur makes the two classes one.
LEAST_HEIGHT = 0.17
COVER = 1.6  # more than sqrt(2): a turned field still reaches the corners of the canvas


def _box(x0: float, y0: float, x1: float, y1: float) -> Points:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _ticks(rng: Rng, pitch: float, reach: float) -> Points:
    """Positions `pitch` apart that cover [-reach, reach], with a random phase."""
    n = int(np.ceil(reach / pitch)) + 1
    return np.asarray((np.arange(-n, n + 1) + rng.uniform(0.0, 1.0)) * pitch, np.float64)


def _pitch(rng: Rng, few: float, many: float) -> float:
    """Period such that `few` to `many` of them fit the canvas (2 units), evenly in the log."""
    return float(2.0 / np.exp(rng.uniform(np.log(few), np.log(many))))


def checkerboard(rng: Rng) -> Figure:
    """Alternate squares of two colours."""
    x_pitch = _pitch(rng, 4.0, 15.0)
    y_pitch = x_pitch * rng.uniform(0.85, 1.15)
    xs, ys = _ticks(rng, x_pitch, COVER), _ticks(rng, y_pitch, COVER)
    return [
        Mark(_box(x, y, x + x_pitch, y + y_pitch))
        for i, x in enumerate(xs)
        for j, y in enumerate(ys)
        if (i + j) % 2 == 0
    ]


def stripes(rng: Rng) -> Figure:
    """Parallel bars, even or of varying width, in one to three colours; a few that end."""
    if rng.random() < 0.12:
        n, length = int(rng.integers(3, 9)), rng.uniform(0.35, 1.0)
        wide = 2.0 / n * rng.uniform(0.25, 0.7)
        return [Mark(_box(-length, y, length, y + wide)) for y in np.arange(n) * 2.0 / n - 1.0]
    pitch, duty = _pitch(rng, 4.0, 28.0), rng.uniform(0.12, 0.75)
    uneven = rng.uniform(0.0, 0.35) * (rng.random() < 0.3)
    tones = int(rng.choice([1, 2, 3], p=[0.7, 0.15, 0.15]))
    flag = tones == 3 and rng.random() < 0.4  # bars that touch
    figure = []
    for k, y in enumerate(_ticks(rng, pitch, COVER)):
        share = 1.0 if flag else np.clip(duty + uneven * rng.uniform(-1, 1), 0.1, 0.85)
        figure.append(Mark(_box(-2.4, y, 2.4, y + pitch * share), tone=k % tones))
    return figure


def dots(rng: Rng) -> Figure:
    """Discs on a square, staggered or scattered lattice."""
    pitch = _pitch(rng, 3.0, 18.0)
    radius = pitch * rng.uniform(0.18, 0.4)
    stagger = rng.choice([0.0, 0.5]) * pitch
    scatter = max(0.0, pitch / 2 - radius) * rng.uniform(0.0, 1.0) * (rng.random() < 0.35)
    row = pitch * (rng.uniform(0.85, 1.0) if stagger else 1.0)
    tones = int(rng.choice([1, 2, 3], p=[0.75, 0.1, 0.15]))
    missing = rng.uniform(0.0, 0.3) * (rng.random() < 0.25)
    figure = []
    for j, y in enumerate(_ticks(rng, row, COVER)):
        for x in _ticks(rng, pitch, COVER) if scatter else _ticks_from(pitch, (j % 2) * stagger):
            if rng.random() >= missing:
                centre = (x + scatter * rng.uniform(-1, 1), y + scatter * rng.uniform(-1, 1))
                size = radius * (rng.uniform(0.6, 1.0) if scatter else 1.0)
                points = arc(centre, size, 0.0, TAU, 25)[:-1]
                figure.append(Mark(points, tone=int(rng.integers(tones))))
    return figure


def _ticks_from(pitch: float, start: float) -> Points:
    n = int(np.ceil(COVER / pitch)) + 1
    return np.asarray(np.arange(-n, n + 1) * pitch + start, np.float64)


def _bands(rng: Rng, path: Points, rows: tuple[float, float, int], widest_stroke: float) -> Figure:
    """Put copies of a path below one another: bands with sharp corners, or strokes.

    A stroke has round joints and a sharper inner side: above some width it rounds a zigzag and
    sharpens a wave until they look alike.
    """
    pitch, thickness, count = rows
    stroke = rng.random() < 0.35
    figure = []
    for y in (np.arange(count) - (count - 1) / 2) * pitch:
        if stroke:
            width = min(thickness * 0.8, widest_stroke)
            figure.append(Mark(path + np.array([0.0, y]), "line", width))
        else:
            low = (path + np.array([0.0, y + thickness]))[::-1]
            figure.append(Mark(np.concatenate([path + np.array([0.0, y]), low])))
    return figure


def _rows(rng: Rng, height: float) -> tuple[float, float, int]:
    """Pitch, thickness and number of bands, for bands of `height`: few lines or a full field."""
    if rng.random() < 0.45:
        count = int(rng.integers(1, 5))
        thickness = rng.uniform(0.06, 0.22)
        return height * rng.uniform(0.7, 1.2) + thickness * 1.6, thickness, count
    pitch = max(height * rng.uniform(0.5, 1.3), 0.2)
    return pitch, pitch * rng.uniform(0.25, 0.65), int(np.ceil(2 * COVER / pitch)) + 2


def _length(rng: Rng) -> float:
    """Half the length of a band: across the whole canvas, or a finite piece."""
    return float(2.0 if rng.random() < 0.7 else rng.uniform(0.75, 1.0))


def zigzag(rng: Rng) -> Figure:
    """Bands or lines with sharp turns: one line up to a field of chevrons."""
    half = _pitch(rng, 4.0, 9.0)
    height = max(half * rng.uniform(0.6, 1.6), LEAST_HEIGHT)
    n = int(np.ceil(_length(rng) / half)) + 1
    k = np.arange(-n, n + 1)
    path = np.stack([k * half, (k % 2 - 0.5) * height], axis=1)
    return _bands(rng, path, _rows(rng, height), height / 2)


def waves(rng: Rng) -> Figure:
    """Bands or lines that follow a sine, low or steep: one line up to a field."""
    period = _pitch(rng, 1.8, 4.0)
    steepness = rng.uniform(0.55, 1.1) if rng.random() < 0.35 else rng.uniform(0.22, 0.55)
    height = max(period * steepness, LEAST_HEIGHT)
    reach = _length(rng)
    x = np.linspace(-reach, reach, int(reach / period * 48) + 2)
    y = 0.5 * height * np.sin(TAU * x / period + rng.uniform(0.0, TAU))
    sharpest = (period / TAU) ** 2 / (height / 2)  # radius of curvature at a crest
    return _bands(rng, np.stack([x, y], axis=1), _rows(rng, height), 1.8 * sharpest)


def grid(rng: Rng) -> Figure:
    """Two families of thin lines at right angles."""
    pitch, duty = _pitch(rng, 3.0, 20.0), rng.uniform(0.08, 0.3)
    other = pitch * rng.uniform(0.8, 1.25)
    if rng.random() < 0.15:  # a few lines that end: the number sign, a small lattice
        n = int(rng.integers(2, 7))
        at, half = (np.arange(n) - (n - 1) / 2) * 1.6 / n, rng.uniform(0.12, 0.5) / (n + 1)
        upright = [Mark(_box(x - half, -1.0, x + half, 1.0)) for x in at]
        return upright + [Mark(_box(-1.0, y - half, 1.0, y + half)) for y in at]
    wide = duty * pitch
    upright = [Mark(_box(x, -2.4, x + wide, 2.4)) for x in _ticks(rng, pitch, COVER)]
    return upright + [Mark(_box(-2.4, y, 2.4, y + wide)) for y in _ticks(rng, other, COVER)]


def bricks(rng: Rng) -> Figure:
    """Rows of oblong blocks, each row shifted by half a block, mortar between."""
    height = _pitch(rng, 4.0, 15.0)
    width, joint = height * rng.uniform(1.6, 3.2), height * rng.uniform(0.06, 0.25)
    shift, tones = width * rng.uniform(0.4, 0.6), int(rng.choice([1, 3], p=[0.6, 0.4]))
    figure = []
    for j, y in enumerate(_ticks(rng, height, COVER)):
        for x in _ticks_from(width, (j % 2) * shift):
            box = _box(x, y, x + width - joint, y + height - joint)
            figure.append(Mark(box, tone=int(rng.integers(tones))))
    return figure


def target(rng: Rng) -> Figure:
    """Two rings or more about one centre, or one about a bull's eye, as bands or lines."""
    rings = int(rng.integers(1, 8))
    eye = 1 if rings == 1 else int(rng.integers(0, 2))
    outer = rng.uniform(0.95, 1.0) if rings == 1 or rng.random() < 0.75 else 1.7
    edges = np.linspace(outer, 0.0, 2 * rings + eye, endpoint=False)
    if rng.random() < 0.35:  # lines rather than bands
        gap = (edges[0] - edges[1]) * rng.uniform(0.3, 0.9)
        edges[1::2] = edges[0::2][: len(edges[1::2])] - gap
    tones = int(rng.choice([1, 2], p=[0.8, 0.2]))
    cycle: list[tuple[Kind, int]] = [("area", 0), ("hole", 0), ("area", tones - 1), ("hole", 0)]
    if rng.random() < 0.15:  # rings that touch, in three colours
        cycle = [("area", 0), ("area", 1), ("area", 2)]
    figure = []
    for k, radius in enumerate(edges[edges > 0.015]):
        kind, tone = cycle[k % len(cycle)]
        figure.append(Mark(arc((0.0, 0.0), float(radius), 0.0, TAU, 97)[:-1], kind, tone=tone))
    return figure
