"""From marks to coverage masks, with Pillow: fill, outline, dashes, holes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from .marks import Figure, Mark, Points, densify

OVERSAMPLE = 2  # masks are drawn this many times larger and reduced: antialiased edges


@dataclass(frozen=True)
class Style:
    """How areas are rendered; widths and dashes in pixels, no dash where `dash` is 0."""

    fill: bool = True
    edge: float = 0.0
    dash: float = 0.0


@dataclass
class Masks:
    """Coverage of each foreground tone and of the outline, [size, size] images, 0 to 255."""

    tones: list[Image.Image]
    edge: Image.Image

    def reduced(self) -> Masks:
        """Return the same at the picture's own resolution."""
        return Masks([m.reduce(OVERSAMPLE) for m in self.tones], self.edge.reduce(OVERSAMPLE))


def _flat(points: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]


def stroke(pen: ImageDraw.ImageDraw, points: Points, width: float, ink: int = 255) -> None:
    """Draw a polyline with round joints and ends."""
    pixels = max(1, round(width))
    pen.line(_flat(points), fill=ink, width=pixels, joint="curve")
    if pixels > 2:
        radius = pixels / 2
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def dashes(points: Points, closed: bool, on: float, off: float) -> list[Points]:
    """Cut a path into pieces of length `on` with gaps of length `off`."""
    path = densify(points, closed, max(1.0, on / 8))
    if closed:
        path = np.concatenate([path, path[:1]])
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    turn = np.floor(length / (on + off))
    lit = length - turn * (on + off) <= on
    pieces = [path[lit & (turn == k)] for k in range(int(turn[-1]) + 1)]
    return [piece for piece in pieces if len(piece) > 1]


def _outline(pen: ImageDraw.ImageDraw, mark: Mark, style: Style, ink: int = 255) -> None:
    if style.dash:
        gap = style.dash * 0.8 + style.edge
        for piece in dashes(mark.points, mark.kind != "line", style.dash, gap):
            stroke(pen, piece, style.edge, ink)
        return
    closed = np.concatenate([mark.points, mark.points[:2]])
    stroke(pen, closed, style.edge, ink)


def render(figure: Figure, style: Style, size: int) -> Masks:
    """Coverage masks of a figure given in pixels of the oversampled canvas.

    Parameters
    ----------
    figure
        Marks in pixel coordinates of a canvas `size * OVERSAMPLE` wide.
    style
        Widths in the same pixels.
    size
        Width and height of the masks returned.
    """
    full = (size * OVERSAMPLE, size * OVERSAMPLE)
    tones = 1 + max(mark.tone for mark in figure)
    masks = Masks([Image.new("L", full) for _ in range(tones)], Image.new("L", full))
    pens = [ImageDraw.Draw(mask) for mask in masks.tones]
    edge_pen = ImageDraw.Draw(masks.edge)
    for mark in figure:
        if mark.kind == "line":
            if style.dash and not style.fill:
                dash = max(style.dash, 1.5 * mark.width)  # shorter ones would be dots
                _outline(pens[mark.tone], mark, Style(edge=mark.width, dash=dash))
            else:
                stroke(pens[mark.tone], mark.points, mark.width)
            continue
        if style.fill:
            for tone, pen in enumerate(pens):
                ink = 255 if mark.kind == "area" and tone == mark.tone else 0
                pen.polygon(_flat(mark.points), fill=ink)
        if style.edge:
            _outline(edge_pen, mark, style)
    return masks.reduced()
