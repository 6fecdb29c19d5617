"""Seeded pictures of every class: `draw(label, seed, size)` is a pure function.

The order of events is the order of the code: a figure, its pose, a palette and a background,
clutter behind, the figure's paint, clutter in front, damage, and the last resampling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import outlines, symbols, textures
from .colours import background, palette
from .damage import blur, expose, jpeg, noise, resample, to_image
from .labels import LABELS, SHAPES
from .marks import Figure, Points, transform, wobble
from .paint import clutter, paint, panel
from .strokes import OVERSAMPLE, Masks, Style, render

Rng = np.random.Generator
Pixels = NDArray[np.float64]
TAU = 2 * np.pi

FIGURES: dict[str, Callable[[Rng], Figure]] = {
    "circle": outlines.circle,
    "triangle": outlines.triangle,
    "square": outlines.square,
    "pentagon": outlines.pentagon,
    "hexagon": outlines.hexagon,
    "star": outlines.star,
    "heart": outlines.heart,
    "arrow": symbols.arrow,
    "cross": symbols.cross,
    "crescent": outlines.crescent,
    "spiral": symbols.spiral,
    "lightning": symbols.lightning,
    "cloud": outlines.cloud,
    "drop": outlines.drop,
    "checkerboard": textures.checkerboard,
    "stripes": textures.stripes,
    "dots": textures.dots,
    "zigzag": textures.zigzag,
    "waves": textures.waves,
    "grid": textures.grid,
    "bricks": textures.bricks,
    "target": textures.target,
}


def draw(label: str, seed: int, size: int = 144) -> Image.Image:
    """Draw one picture of a class.

    Parameters
    ----------
    label
        One of `LABELS`.
    seed
        Any non-negative integer; the same label, seed and size give the same picture.
    size
        Width and height of the picture in pixels, at least 32.

    Returns
    -------
    PIL.Image.Image
        RGB, `size` x `size`.

    Raises
    ------
    ValueError
        For an unknown label or a size below 32.
    """
    if label not in FIGURES:
        raise ValueError(f"label {label!r}: expected one of {', '.join(LABELS)}")
    if size < 32:
        raise ValueError(f"size {size}: expected at least 32 pixels")
    rng = np.random.default_rng([LABELS.index(label), seed])
    native = round(size * 2.0 ** rng.uniform(-0.4, 1.6)) if rng.random() < 0.7 else size
    colours = palette(rng)
    pixels = background(rng, colours, native)
    shape = label in SHAPES or label == "target"
    if rng.random() < (0.3 if shape else 0.08):
        pixels = clutter(rng, pixels, colours, bold=True)
    ground = pixels
    pixels = paint(rng, ground, _masks(rng, label, native), colours)
    if not shape and rng.random() < 0.25:
        pixels = panel(rng, ground, pixels, colours)
    if rng.random() < 0.12:
        pixels = clutter(rng, pixels, colours, bold=False)
    return _damaged(rng, pixels, size, 1.7 if shape else 1.1)


def _pose(rng: Rng, label: str, canvas: int) -> tuple[Points, Points, float]:
    """Matrix, shift and pixels per figure unit."""
    upright = rng.random() < (0.5 if label in SHAPES else 0.6)
    angle = rng.normal(0.0, 0.06) if upright else rng.uniform(0.0, TAU)
    if label not in SHAPES and rng.random() < 0.4:
        angle += rng.integers(4) * TAU / 8
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    wide = rng.random() < 0.15  # a picture of other proportions, squashed to a square
    squash = np.exp(rng.uniform(-0.35, 0.35, 2) if wide else rng.normal(0.0, 0.05, 2))
    squash /= max(1.0, squash.max())
    lean = np.array([[1.0, rng.normal(0.0, 0.04)], [0.0, 1.0]])
    half = canvas / 2
    if label in SHAPES:
        unit = half * rng.uniform(0.6 if label == "spiral" else 0.4, 0.97)
        room = max(half - unit, 0.04 * half)
        shift = half + rng.uniform(-room, room, 2)
        if label == "spiral" and rng.random() < 0.1:
            unit = half * rng.uniform(1.0, 1.8)  # cut off by the border
    else:
        unit = half * rng.uniform(0.85, 1.1)
        shift = half + rng.uniform(-0.15, 0.15, 2) * half
        if label == "target":
            unit *= rng.uniform(0.45, 0.95)
        elif label in {"zigzag", "waves"} and rng.random() < 0.25:
            unit *= rng.uniform(0.55, 0.95)
    return (np.diag(squash) @ lean @ turn) * unit, shift, unit


def _style(rng: Rng, label: str, holed: bool, canvas: int) -> Style:
    """Choose: filled, filled with an outline, outlined, dashed; textures mostly filled.

    A figure with a hole is only ever filled: a ring with both its edges drawn is a target.
    """
    outlined = label in SHAPES or (label in {"dots", "bricks"} and rng.random() < 0.2)
    if holed or not outlined:
        return Style()
    kind = rng.random()
    thick = 0.12 if label == "circle" else 0.05
    edge = canvas * float(np.exp(rng.uniform(np.log(0.009), np.log(thick))))
    if kind < 0.45:
        return Style()
    if kind < 0.62:
        return Style(edge=min(edge, 0.04 * canvas))  # a wide one round a disc would be a target
    if kind < 0.94 or label not in SHAPES or label == "spiral":
        return Style(fill=False, edge=edge)
    edge = min(edge, 0.03 * canvas)
    return Style(fill=False, edge=edge, dash=edge * rng.uniform(0.3, 3.0) + 0.012 * canvas)


def _masks(rng: Rng, label: str, native: int) -> Masks:
    figure = FIGURES[label](rng)
    if label in SHAPES and rng.random() < 0.15:
        shake = rng.uniform(0.008, 0.026)
        figure = [replace(m, points=wobble(rng, m.points, m.kind != "line", shake)) for m in figure]
    canvas = native * OVERSAMPLE
    figure = transform(figure, *_pose(rng, label, canvas))
    thin = 0.009 * canvas
    figure = [replace(m, width=max(m.width, thin)) if m.width else m for m in figure]
    holed = any(m.kind == "hole" for m in figure)
    return render(figure, _style(rng, label, holed, canvas), native)


def _damaged(rng: Rng, pixels: Pixels, size: int, most: float) -> Image.Image:
    pixels = expose(rng, pixels)
    early = rng.random() < 0.5
    picture = to_image(noise(rng, pixels) if early else pixels)
    picture = blur(rng, picture, most * len(pixels) / 144)
    picture = resample(rng, jpeg(rng, picture), size)
    if early:
        return picture
    return jpeg(rng, to_image(noise(rng, np.asarray(picture, np.float64))))
