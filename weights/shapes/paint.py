"""Laying paint on a picture: a figure's masks, its shadow, and the clutter around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from .colours import Palette, ramp
from .strokes import Masks

Rng = np.random.Generator
Pixels = NDArray[np.float64]  # [H, W, 3], 0 to 255


def blend(pixels: Pixels, paint: Pixels, mask: Image.Image, strength: float = 1.0) -> Pixels:
    """Cover `pixels` with `paint` (a colour or a picture) where the mask is set."""
    alpha = np.asarray(mask, np.float64)[..., None] * (strength / 255.0)
    return np.asarray(pixels + (paint - pixels) * alpha)


def paint(rng: Rng, pixels: Pixels, masks: Masks, colours: Palette) -> Pixels:
    """Lay down the tones, some as gradients, and the outline; a shadow in one picture of twelve."""
    if rng.random() < 0.08:
        pixels = _shadow(rng, pixels, masks.tones[0])
    for tone, mask in enumerate(masks.tones):
        fill: Pixels = colours.tones[tone]
        if rng.random() < 0.2:
            fill = ramp(rng, fill, fill + rng.normal(0.0, 30.0, 3), len(pixels))
        pixels = blend(pixels, fill, mask)
    ink = colours.edge if masks.tones[0].getbbox() else colours.tones[0]
    return blend(pixels, ink, masks.edge)


def _shadow(rng: Rng, pixels: Pixels, mask: Image.Image) -> Pixels:
    size = len(pixels)
    dx, dy = (int(v) for v in rng.uniform(-0.04, 0.04, 2) * size)
    shade = mask.filter(ImageFilter.GaussianBlur(size * rng.uniform(0.005, 0.03)))
    shade = shade.transform(shade.size, Image.Transform.AFFINE, (1, 0, dx, 0, 1, dy))
    return blend(pixels, np.zeros(3), shade, rng.uniform(0.15, 0.45))


def panel(rng: Rng, ground: Pixels, pixels: Pixels, colours: Palette) -> Pixels:
    """Show `pixels` inside a rectangle only, half of these framed; outside ground or plain."""
    size = len(pixels)
    window = Image.new("L", (size, size))
    low, high = rng.uniform(0.02, 0.25, 2) * size, (1 - rng.uniform(0.02, 0.25, 2)) * size
    ImageDraw.Draw(window).rectangle((*low, *high), fill=255)
    plain = np.broadcast_to(rng.choice([0.0, 255.0, 200.0]), pixels.shape)
    pixels = blend(ground if rng.random() < 0.6 else plain, pixels, window)
    if rng.random() < 0.5:
        return pixels
    frame, width = Image.new("L", (size, size)), max(1, round(size * rng.uniform(0.006, 0.025)))
    ImageDraw.Draw(frame).rectangle((*low, *high), outline=255, width=width)
    return blend(pixels, colours.tones[0], frame)


def clutter(rng: Rng, pixels: Pixels, colours: Palette, bold: bool) -> Pixels:
    """Scatter a few thin lines, specks or faint discs."""
    size = len(pixels)
    mask = Image.new("L", (size, size))
    pen = ImageDraw.Draw(mask)
    for _ in range(int(rng.integers(1, 9 if bold else 4))):
        x, y = rng.uniform(0.0, size, 2)
        if rng.random() < 0.35:
            far = rng.uniform(0.0, size, 2)
            pen.line((x, y, *far), fill=255, width=max(1, round(size * rng.uniform(0.004, 0.012))))
        else:
            radius = size * rng.uniform(0.004, 0.025)
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    if bold and rng.random() < 0.2:  # a frame
        margin = size * rng.uniform(0.0, 0.05)
        box = (margin, margin, size - 1 - margin, size - 1 - margin)
        pen.rectangle(box, outline=255, width=max(1, round(size * 0.012)))
    ink = colours.tones[2] if rng.random() < 0.7 else colours.tones[0]
    return blend(pixels, ink, mask, rng.uniform(0.25, 1.0))
