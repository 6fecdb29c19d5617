"""One entry of the foreign test set, and what varies between its renderings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

Rng = np.random.Generator
SIZES = (160, 224, 299, 400)
INKS = ("#000000", "#1f3b73", "#b3202a", "#0a7d4f", "#7a3e9d", "#d9730d", "#444444")
PAPERS = ("#ffffff", "#ffffff", "#f4efe2", "#dbe9f4", "#fff7b0")


@dataclass(frozen=True)
class Look:
    """What varies between two renderings of one entry."""

    ink: str
    paper: str
    size: int  # pixels
    angle: float  # degrees
    scale: float  # share of the picture the figure spans


@dataclass(frozen=True)
class Entry:
    """One thing to render, and how."""

    name: str
    label: str
    renderer: str
    render: Callable[[Look], Image.Image]


def random_look(rng: Rng) -> Look:
    """Dark on light in four of five; upright in half; 45 % to 90 % of the picture."""
    ink, paper = str(rng.choice(INKS)), str(rng.choice(PAPERS))
    if rng.random() < 0.2:
        ink, paper = paper, ink
    angle = 0.0 if rng.random() < 0.5 else float(rng.uniform(0.0, 360.0))
    return Look(ink, paper, int(rng.choice(SIZES)), angle, float(rng.uniform(0.45, 0.9)))
