"""matplotlib's markers, patches, hatches and plots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, product
from typing import Any

import numpy as np
from matplotlib import patches
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from .entry import Entry, Look
from .patches import INNER_EDGES, SOLIDS

MARKERS = {
    "circle": "o",
    "triangle": "^v<>",
    "square": "sD",
    "pentagon": "p",
    "hexagon": "hH",
    "star": "*",
    "cross": "+xPX",
}
MATHTEXT = {
    "heart": r"\heartsuit",
    "arrow": r"\rightarrow \Rightarrow \nearrow \Longrightarrow",
    "star": r"\bigstar \star",
    "triangle": r"\bigtriangleup \blacktriangle",
    "circle": r"\bigcirc \bullet",
    "cross": r"\times \dagger",
}
HATCHES = {
    "stripes": ("//", "--", "||", "\\\\\\"),
    "grid": ("++", "xx", "+"),
    "dots": ("oo", ".", "O", "oo.."),
}
WIDTHS = (0.008, 0.024)  # of lines, in points a pixel of the picture


def _render(paint: Callable[[Any, Look], None], look: Look) -> Image.Image:
    """Draw a square figure whose axes span [-1, 1]^2."""
    figure = Figure(figsize=(look.size / 100, look.size / 100), dpi=100, facecolor=look.paper)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(-1, 1), ylim=(-1, 1))
    axes.set_axis_off()
    paint(axes, look)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


def _marker(sign: str, filled: bool, axes: Any, look: Look) -> None:
    face = look.ink if filled else "none"
    size = look.size * look.scale * 0.6  # points at 100 dpi, a little under the span
    axes.plot(0, 0, marker=sign, ms=size, mfc=face, mec=look.ink, mew=max(2.0, size * 0.04))


def _hatch(pattern: str, axes: Any, look: Look) -> None:
    box = patches.Rectangle((-0.9, -0.9), 1.8, 1.8, fill=False, ec=look.ink, hatch=pattern)
    axes.add_patch(box)


def _patch(make: Callable[[float], patches.Patch], filled: bool, axes: Any, look: Look) -> None:
    patch = make(look.scale)
    patch.set(facecolor=look.ink if filled else "none", edgecolor=look.ink)
    patch.set_linewidth(look.size * (0.005 if filled else 0.017))
    axes.add_patch(patch)


def _line(make: Callable[[], tuple[Any, Any]], width: float, axes: Any, look: Look) -> None:
    x, y = make()
    axes.plot(
        np.asarray(x) * look.scale, np.asarray(y) * look.scale, color=look.ink, lw=width * look.size
    )


def _image(make: Callable[[Any, Any], Any], axes: Any, look: Look) -> None:
    """Show a formula over the plane in two colours."""
    from matplotlib.colors import ListedColormap

    x, y = np.meshgrid(np.linspace(-1, 1, 400), np.linspace(-1, 1, 400))
    turn = np.exp(1j * np.radians(look.angle)) * (x + 1j * y)
    colours = ListedColormap([look.paper, look.ink])
    axes.imshow(make(turn.real, turn.imag) > 0, cmap=colours, extent=(-1, 1, -1, 1))


def _bricks(axes: Any, look: Look) -> None:
    for row in range(-5, 6):
        spans = [(-2.2 + 0.44 * k + 0.22 * (row % 2), 0.41) for k in range(10)]
        axes.broken_barh(spans, (row * 0.2, 0.17), facecolor=look.ink)


def _scatter(axes: Any, look: Look) -> None:
    x, y = np.meshgrid(np.linspace(-0.85, 0.85, 6), np.linspace(-0.85, 0.85, 6))
    axes.scatter(x, y, s=(look.size / 18) ** 2, c=look.ink)


def _rings(axes: Any, look: Look) -> None:
    for radius in np.arange(1, 6) / 5:
        ring = patches.Circle((0, 0), radius * look.scale, fill=False, ec=look.ink)
        ring.set_linewidth(look.size / 70)
        axes.add_patch(ring)


def _archimedes() -> tuple[Any, Any]:
    t = np.linspace(0, 8 * np.pi, 500)
    return t / t[-1] * np.cos(t), t / t[-1] * np.sin(t)


def _logarithmic() -> tuple[Any, Any]:
    t = np.linspace(0, 6 * np.pi, 500)
    return np.exp(0.18 * (t - t[-1])) * np.cos(t), np.exp(0.18 * (t - t[-1])) * np.sin(t)


LINES: dict[str, list[Callable[[], tuple[Any, Any]]]] = {
    "spiral": [_archimedes, _logarithmic],
    "zigzag": [
        lambda: (np.linspace(-1.2, 1.2, 9), 0.3 * (-1.0) ** np.arange(9)),
        lambda: (np.linspace(-1, 1, 15), 0.15 * (-1.0) ** np.arange(15)),
    ],
    "waves": [
        lambda: (np.linspace(-1.2, 1.2, 300), 0.4 * np.sin(np.linspace(0, 6 * np.pi, 300))),
        lambda: (np.linspace(-1, 1, 300), 0.2 * np.sin(np.linspace(0, 10 * np.pi, 300))),
    ],
}
FIELDS: dict[str, list[Callable[[Any, Any], Any]]] = {
    "checkerboard": [
        lambda x, y: np.sin(12 * x) * np.sin(12 * y),
        lambda x, y: np.sin(7 * x) * np.sin(7 * y),
    ],
    "stripes": [lambda x, y: np.sin(20 * x), lambda x, y: np.sin(12 * y) - 0.4],
    "dots": [lambda x, y: np.cos(14 * x) + np.cos(14 * y) - 1.0],
    "grid": [lambda x, y: np.maximum(np.cos(16 * x), np.cos(16 * y)) - 0.85],
    "waves": [lambda x, y: np.sin(22 * (y + 0.12 * np.sin(9 * x)))],
    "zigzag": [lambda x, y: np.sin(20 * (y + 0.2 * np.abs((3 * x) % 2 - 1)))],
    "target": [lambda x, y: np.sin(24 * np.hypot(x, y))],
    "spiral": [lambda x, y: np.sin(16 * np.hypot(x, y) + np.arctan2(y, x))],
}


Painter = Callable[[Any, Look], None]
Named = tuple[str, str, Painter]  # name, label, painter


def _signs() -> Iterator[Named]:
    for label, signs in MARKERS.items():
        for sign, filled in product(signs, (True, False)):
            yield f"marker-{ord(sign):x}-{filled}", label, partial(_marker, sign, filled)
    for label, words in MATHTEXT.items():
        for word in words.split():
            yield f"mathtext-{word[1:]}", label, partial(_marker, f"${word}$", True)


def _shapes() -> Iterator[Named]:
    for label, makers in SOLIDS.items():
        for (k, make), filled in product(enumerate(makers), (True, False)):
            if filled or (label, k) not in INNER_EDGES:
                yield f"patch-{label}-{k}-{filled}", label, partial(_patch, make, filled)
    for label, curves in LINES.items():
        for (k, curve), width in product(enumerate(curves), WIDTHS):
            yield f"line-{label}-{k}-{width}", label, partial(_line, curve, width)
    yield "circles-target", "target", _rings


def _textures() -> Iterator[Named]:
    for label, hatches in HATCHES.items():
        for k, hatch in enumerate(hatches):
            yield f"hatch-{label}-{k}", label, partial(_hatch, hatch)
    for label, fields in FIELDS.items():
        for k, field in enumerate(fields):
            yield f"field-{label}-{k}", label, partial(_image, field)
    yield "bars-bricks", "bricks", _bricks
    yield "scatter-dots", "dots", _scatter


def entries() -> list[Entry]:
    """Return one entry for each marker, patch, curve, hatch and field."""
    return [
        Entry(name, label, "matplotlib", partial(_render, painter))
        for name, label, painter in chain(_signs(), _shapes(), _textures())
    ]
