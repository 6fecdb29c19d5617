"""Colours and backgrounds: what is painted, and what it is painted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rng = np.random.Generator
Colour = NDArray[np.float64]  # [3], 0 to 255
MIN_DISTANCE = 105.0  # between figure and ground, of at most 441 in RGB


@dataclass(frozen=True)
class Palette:
    """A ground, a second ground for gradients, three figure colours and an edge colour."""

    ground: Colour
    ground_end: Colour
    tones: tuple[Colour, Colour, Colour]
    edge: Colour


def _near(rng: Rng, colour: Colour, spread: float) -> Colour:
    return np.asarray(np.clip(colour + rng.normal(0.0, spread, 3), 0, 255))


def _grey(colours: Colour) -> Colour:
    """Return the same brightness without colour, by the weights of BT.601."""
    return np.repeat(colours @ np.array([[0.299], [0.587], [0.114]]), 3, axis=-1)


def _apart_from(
    rng: Rng, grounds: list[Colour], grey: bool, distance: float = MIN_DISTANCE
) -> Colour:
    """Pick a colour at least `distance` from every ground (or the best of forty tries)."""
    tries = rng.uniform(0.0, 255.0, (40, 3))
    tries[::4] = np.where(rng.random((10, 1)) < 0.5, 20.0, 235.0) + rng.normal(0, 12, (10, 3))
    tries = np.clip(_grey(tries) if grey else tries, 0, 255)
    nearest = np.min([np.linalg.norm(tries - g, axis=1) for g in grounds], axis=0)
    good = np.flatnonzero(nearest >= distance)
    return np.asarray(tries[rng.choice(good) if len(good) else int(nearest.argmax())])


def palette(rng: Rng) -> Palette:
    """White or black paper in four pictures of ten, greys in one of ten, any colours else."""
    kind, grey = rng.random(), rng.random() < 0.1
    if kind < 0.3:
        ground = np.full(3, 255.0) if rng.random() < 0.5 else _near(rng, np.full(3, 243.0), 8)
    elif kind < 0.4:
        ground = _near(rng, np.full(3, 12.0), 8)
    else:
        ground = rng.uniform(0.0, 255.0, 3)
    end = _near(rng, ground, rng.choice([0.0, 12.0, 40.0]))
    if grey:
        ground, end = _grey(ground), _grey(end)
    first = _apart_from(rng, [ground, end], grey)
    if kind < 0.4 and rng.random() < 0.5:
        first = 255.0 - ground
    others = [_apart_from(rng, [ground, end], grey) for _ in range(2)]
    edge = _apart_from(rng, [ground, end, first], grey, 70.0)
    return Palette(ground, end, (first, others[0], others[1]), edge)


def ramp(rng: Rng, start: Colour, end: Colour, size: int) -> NDArray[np.float64]:
    """Return a linear or radial gradient [size, size, 3]."""
    y, x = np.mgrid[0:size, 0:size] / size - 0.5
    if rng.random() < 0.6:
        angle = rng.uniform(0.0, 2 * np.pi)
        t = x * np.cos(angle) + y * np.sin(angle)
    else:
        cx, cy = rng.uniform(-0.4, 0.4, 2)
        t = np.hypot(x - cx, y - cy)
    t = (t - t.min()) / np.ptp(t)
    return np.asarray(start + (end - start) * t[..., None])


def clouds(rng: Rng, size: int) -> NDArray[np.float64]:
    """Smooth random relief [size, size, 1] of unit variance: a small noise image enlarged."""
    cells = int(rng.integers(3, 24))
    small = Image.fromarray(rng.normal(0.0, 1.0, (cells, cells)).astype(np.float32))
    relief = np.asarray(small.resize((size, size), Image.Resampling.BICUBIC), np.float64)
    return relief[..., None]


def background(rng: Rng, colours: Palette, size: int) -> NDArray[np.float64]:
    """Paint the ground [size, size, 3]: flat, gradient, blotches, grain, weave or two halves."""
    kind = rng.random()
    flat = np.broadcast_to(colours.ground, (size, size, 3)).copy()
    if kind < 0.42:
        return flat
    graded = ramp(rng, colours.ground, colours.ground_end, size)
    if kind < 0.62:
        return graded
    if kind < 0.76:
        return np.asarray(graded + clouds(rng, size) * rng.uniform(4.0, 18.0))
    if kind < 0.88:
        grain = rng.normal(0.0, rng.uniform(4.0, 16.0), (size, size, int(rng.choice([1, 3]))))
        return np.asarray(graded + grain)
    if kind < 0.95:
        tile = rng.normal(0.0, rng.uniform(3.0, 14.0), (int(rng.integers(2, 12)),) * 2)
        times = -(-size // len(tile))
        return np.asarray(graded + np.tile(tile, (times, times))[:size, :size, None])
    edge = int(size * rng.uniform(0.2, 0.8))
    flat[edge:] = colours.ground_end
    return flat if rng.random() < 0.5 else flat.transpose(1, 0, 2).copy()
