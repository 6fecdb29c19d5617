"""The foreign test set: the same classes drawn by other hands than `draw`.

Font glyphs, matplotlib's markers, patches, hatches and plots, and SVG files rendered by resvg.
None of these ever trains the model; they say whether it learned the shapes or our drawing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .entry import Entry, random_look


@dataclass(frozen=True)
class ForeignPicture:
    """A rendered entry with its true label."""

    name: str
    label: str
    renderer: str
    image: Image.Image


def entries() -> list[Entry]:
    """Every entry of every renderer; imports matplotlib and resvg."""
    from . import glyphs, plots, svg

    return [*glyphs.entries(), *plots.entries(), *svg.entries()]


def pictures(looks: int = 3, seed: int = 0) -> Iterator[ForeignPicture]:
    """Yield `looks` renderings of every entry; each depends only on the entry's name and `seed`."""
    for entry in entries():
        rng = np.random.default_rng([zlib.crc32(entry.name.encode()), seed])
        for k in range(looks):
            image = entry.render(random_look(rng)).convert("RGB")
            yield ForeignPicture(f"{entry.name}-{k}", entry.label, entry.renderer, image)
