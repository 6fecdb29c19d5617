"""SVG documents written by hand, rendered by resvg."""

from __future__ import annotations

import io
from functools import partial

from PIL import Image

from .entry import Entry, Look

# A 100 x 100 plane, paths as in common icon sets: {label: path data of one or more drawings}.
PATHS: dict[str, tuple[str, ...]] = {
    "circle": ("M50 10 A40 40 0 1 0 50 90 A40 40 0 1 0 50 10 Z",),
    "triangle": ("M50 10 L92 86 L8 86 Z", "M10 10 L10 90 L90 90 Z"),
    "square": ("M14 14 H86 V86 H14 Z", "M50 8 L92 50 L50 92 L8 50 Z"),
    "pentagon": ("M50 8 L92 40 L76 88 L24 88 L8 40 Z",),
    "hexagon": ("M27 10 H73 L96 50 L73 90 H27 L4 50 Z",),
    "star": (
        "M50 5 L61 38 H96 L68 59 L79 92 L50 72 L21 92 L32 59 L4 38 H39 Z",
        "M50 4 Q54 46 96 50 Q54 54 50 96 Q46 54 4 50 Q46 46 50 4 Z",
    ),
    "heart": (
        "M50 88 C20 62 6 48 6 30 C6 16 17 8 28 8 C38 8 46 14 50 22 C54 14 62 8 72 8 "
        "C83 8 94 16 94 30 C94 48 80 62 50 88 Z",
        "M50 90 L12 50 A24 24 0 0 1 50 20 A24 24 0 0 1 88 50 Z",
    ),
    "arrow": (
        "M6 38 H54 V16 L94 50 L54 84 V62 H6 Z",
        "M50 4 L82 40 H60 V96 H40 V40 H18 Z",
    ),
    "cross": (
        "M36 6 H64 V36 H94 V64 H64 V94 H36 V64 H6 V36 H36 Z",
        "M20 8 L50 38 L80 8 L92 20 L62 50 L92 80 L80 92 L50 62 L20 92 L8 80 L38 50 L8 20 Z",
        "M42 4 H58 V28 H80 V44 H58 V96 H42 V44 H20 V28 H42 Z",
    ),
    "crescent": (
        "M62 6 A44 44 0 1 0 94 66 A36 36 0 0 1 62 6 Z",
        "M70 8 A44 44 0 1 0 70 92 A50 50 0 0 1 70 8 Z",
    ),
    "lightning": (
        "M58 4 L18 56 H46 L38 96 L82 40 H52 Z",
        "M40 4 H72 L56 38 H80 L30 96 L44 52 H22 Z",
    ),
    "cloud": (
        "M26 78 A20 20 0 0 1 24 38 A28 28 0 0 1 76 34 A22 22 0 0 1 76 78 Z",
        "M20 74 C2 74 2 48 22 48 C20 26 52 18 60 38 C76 30 90 44 82 54 C98 58 94 74 80 74 Z",
    ),
    "drop": (
        "M50 4 C50 4 82 42 82 64 A32 32 0 0 1 18 64 C18 42 50 4 50 4 Z",
        "M50 6 L76 50 A30 30 0 1 1 24 50 Z",
    ),
}
STROKES: dict[str, tuple[str, ...]] = {
    "arrow": ("M8 50 H90 M62 22 L90 50 L62 78", "M16 84 L84 16 M40 16 H84 V60"),
    "cross": ("M50 8 V92 M8 50 H92", "M15 15 L85 85 M85 15 L15 85"),
    "spiral": (
        "M50 50 A4 4 0 0 1 58 50 A10 10 0 0 1 38 50 A16 16 0 0 1 70 50 A22 22 0 0 1 26 50 "
        "A28 28 0 0 1 82 50 A34 34 0 0 1 14 50",
        "M52 50 C52 46 46 46 46 51 C46 60 62 60 62 48 C62 34 36 34 36 52 "
        "C36 74 74 72 74 48 C74 18 24 20 24 54",
    ),
    "zigzag": ("M2 60 L18 36 L34 60 L50 36 L66 60 L82 36 L98 60",),
    "waves": (
        "M2 50 Q14 24 26 50 T50 50 T74 50 T98 50",
        "M2 30 Q14 14 26 30 T50 30 T74 30 T98 30 M2 60 Q14 44 26 60 T50 60 T74 60 T98 60",
    ),
}
# {label: drawings of one (width, height) tile of a <pattern>}; LINE stands for an unfilled stroke.
PATTERNS: dict[str, tuple[tuple[int, int, str], ...]] = {
    "checkerboard": (
        (24, 24, '<path d="M0 0 H12 V12 H0 Z M12 12 H24 V24 H12 Z" fill="INK"/>'),
        (40, 40, '<path d="M0 0 H20 V20 H0 Z M20 20 H40 V40 H20 Z" fill="INK"/>'),
    ),
    "stripes": (
        (10, 10, '<rect width="5" height="10" fill="INK"/>'),
        (18, 18, '<rect width="18" height="6" fill="INK"/>'),
    ),
    "dots": (
        (16, 16, '<circle cx="8" cy="8" r="5" fill="INK"/>'),
        (
            20,
            20,
            '<g fill="INK"><circle cx="5" cy="5" r="3.5"/><circle cx="15" cy="15" r="3.5"/></g>',
        ),
    ),
    "zigzag": ((20, 16, '<path d="M-2 14 L10 4 L22 14" stroke-width="4" LINE/>'),),
    "waves": ((28, 14, '<path d="M0 7 Q7 -3 14 7 T28 7" stroke-width="3" LINE/>'),),
    "grid": (
        (14, 14, '<path d="M0 0 H14 M0 0 V14" stroke-width="3" LINE/>'),
        (25, 25, '<path d="M0 0 H25 M0 0 V25" stroke-width="4" LINE/>'),
    ),
    "bricks": (
        (30, 20, '<path d="M0 0 H30 M0 10 H30 M0 0 V10 M15 10 V20" stroke-width="2" LINE/>'),
        (
            40,
            24,
            '<path d="M1 1 H39 V11 H1 Z M-19 13 H19 V23 H-19 Z M21 13 H59 V23 H21 Z" fill="INK"/>',
        ),
    ),
}
LINE = 'stroke="INK" fill="none"'
RINGS = "".join(
    f'<circle cx="50" cy="50" r="{r}" fill="{f}"/>'
    for r, f in ((45, "INK"), (35, "PAPER"), (25, "INK"), (15, "PAPER"), (7, "INK"))
)


def _document(body: str, look: Look) -> Image.Image:
    """Paper, and the body about its centre at the look's scale and angle."""
    import resvg_py

    half = 50 * (1 - look.scale)
    for word, value in (("LINE", LINE), ("INK", look.ink), ("PAPER", look.paper)):
        body = body.replace(word, value)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{look.size}" height="{look.size}" '
        f'viewBox="0 0 100 100"><rect width="100" height="100" fill="{look.paper}"/>'
        f'<g transform="translate({half} {half}) scale({look.scale}) rotate({look.angle} 50 50)">'
        f"{body}</g></svg>"
    )
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg))))


def _pattern(tile: tuple[int, int, str], look: Look) -> Image.Image:
    width, height, content = tile
    body = (
        f'<defs><pattern id="p" width="{width}" height="{height}" patternUnits="userSpaceOnUse">'
        f'{content}</pattern></defs><rect x="-80" y="-80" width="260" height="260" fill="url(#p)"/>'
    )
    return _document(body, look)


def entries() -> list[Entry]:
    """Paths filled and outlined, strokes thin and thick, patterns, and a target."""
    found = [Entry("svg-target", "target", "svg", partial(_document, RINGS))]

    def add(name: str, label: str, body: str) -> None:
        found.append(Entry(f"svg-{label}-{name}", label, "svg", partial(_document, body)))

    for label, paths in PATHS.items():
        for k, path in enumerate(paths):
            add(f"{k}-fill", label, f'<path d="{path}" fill="INK"/>')
            for width in (2, 6):
                add(f"{k}-outline{width}", label, f'<path d="{path}" stroke-width="{width}" LINE/>')
    for label, paths in STROKES.items():
        for k, path in enumerate(paths):
            for width in (3, 8):
                body = f'<path d="{path}" stroke-width="{width}" LINE/>'
                add(f"{k}-stroke{width}", label, body)
    for label, tiles in PATTERNS.items():
        for k, tile in enumerate(tiles):
            found.append(Entry(f"svg-{label}-p{k}", label, "svg", partial(_pattern, tile)))
    return found
