"""Characters of the fonts that come with matplotlib, drawn by FreeType."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from PIL import Image

from .entry import Entry, Look

GLYPHS: dict[str, str] = {
    "circle": "●○⚫⚪⬤◯",
    "triangle": "▲△▼▽◀▷►◢◥",
    "square": "■□◆◇",
    "pentagon": "⬟⬠",
    "hexagon": "⬢⬡⎔",
    "star": "★☆✦✧✩✭✮✯✡✶✸",
    "heart": "♥♡❤❥",
    "arrow": "→←↑↓⇒⇐⇨➔➙➜➝➞➡➤⬅⬆⬇➸⇧",
    "cross": "+\N{MULTIPLICATION SIGN}✕✖✗✚✛✝✞✟✠☓☨†",
    "crescent": "☽☾",
    "lightning": "⚡",
    "cloud": "☁",
    "target": "◎◉⊚",
}
TEXTS: dict[str, tuple[str, ...]] = {
    "dots": (
        "●●●●\n●●●●\n●●●●\n●●●●",
        "• • • •\n • • • •\n• • • •\n • • • •",
        "○○○○○\n○○○○○\n○○○○○",
    ),
    "grid": ("┼┼┼┼┼\n┼┼┼┼┼\n┼┼┼┼┼", "╋╋╋╋\n╋╋╋╋\n╋╋╋╋", "▦"),
    "stripes": ("▌▌▌▌▌▌", "━━━━\n━━━━\n━━━━\n━━━━", "▤", "▥", "▨"),
    "zigzag": ("/\\/\\/\\/\\", "VVVVV"),
    "waves": ("∿∿∿∿", "≋"),
}
FONTS = ("DejaVu Sans", "DejaVu Sans Mono", "STIXGeneral")


def _has(font: str, text: str) -> bool:
    known = get_font(findfont(FontProperties(font))).get_charmap()
    return all(ord(c) in known or c.isspace() for c in text)


def _outline(text: str, font: str) -> Path:
    """One path for all lines of a text, set solid."""
    size = 0.62 if font == "DejaVu Sans Mono" else 0.8
    lines = [
        TextPath((0, -k * size), line, size=1.0, prop=FontProperties(font))
        for k, line in enumerate(text.split("\n"))
    ]
    return Path.make_compound_path(*lines)


def _render(text: str, font: str, look: Look) -> Image.Image:
    path = _outline(text, font)
    box = path.get_extents()
    reach = max(box.width, box.height) if "\n" in text else np.hypot(box.width, box.height)
    place = (
        Affine2D()
        .translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2)
        .scale(look.scale / reach)
        .rotate_deg(look.angle)
        .translate(0.5, 0.5)
    )
    figure = Figure(figsize=(look.size / 100, look.size / 100), dpi=100, facecolor=look.paper)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.add_patch(PathPatch(path.transformed(place), facecolor=look.ink, linewidth=0))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


def entries() -> list[Entry]:
    """Single characters in each font that has them, and blocks of text that make textures."""
    found = []
    for label, characters in GLYPHS.items():
        for text in characters:
            for font in (FONTS[0], FONTS[2]):
                if _has(font, text):
                    name = f"glyph-{font.split()[0].lower()}-{ord(text):04x}"
                    found.append(Entry(name, label, "glyph", partial(_render, text, font)))
    for label, texts in TEXTS.items():
        for k, text in enumerate(texts):
            if _has(FONTS[0 if label in ("waves", "dots") else 1], text):
                font = FONTS[0 if label in ("waves", "dots") else 1]
                draw = partial(_render, text, font)
                found.append(Entry(f"text-{label}-{k}", label, "glyph", draw))
    return found
