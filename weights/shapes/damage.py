"""What happens to a picture on its way: blur, noise, exposure, JPEG, resampling."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Rng = np.random.Generator
Pixels = NDArray[np.float64]  # [H, W, 3], 0 to 255


def to_image(pixels: Pixels) -> Image.Image:
    """Round and clip to an 8-bit RGB picture."""
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def expose(rng: Rng, pixels: Pixels) -> Pixels:
    """Contrast, brightness, gamma."""
    if rng.random() < 0.4:
        pixels = (pixels - 128.0) * rng.uniform(0.6, 1.1) + 128.0 + rng.uniform(-25.0, 25.0)
    if rng.random() < 0.2:
        pixels = 255.0 * (np.clip(pixels, 0, 255) / 255.0) ** rng.uniform(0.6, 1.6)
    return pixels


def noise(rng: Rng, pixels: Pixels) -> Pixels:
    """Gaussian noise in a third of the pictures, salt and pepper in a few."""
    if rng.random() < 0.35:
        channels = int(rng.choice([1, 3]))
        spread = rng.uniform(2.0, 20.0)
        pixels = pixels + rng.normal(0.0, spread, (*pixels.shape[:2], channels))
    if rng.random() < 0.06:
        hit = rng.random(pixels.shape[:2]) < rng.uniform(0.002, 0.04)
        pixels = pixels.copy()
        pixels[hit] = np.where(rng.random((int(hit.sum()), 1)) < 0.5, 0.0, 255.0)
    return pixels


def blur(rng: Rng, picture: Image.Image, most: float) -> Image.Image:
    """Gaussian blur of up to `most` pixels in three pictures of ten."""
    if rng.random() < 0.3:
        return picture.filter(ImageFilter.GaussianBlur(most * rng.uniform(0.2, 1.0)))
    return picture


def jpeg(rng: Rng, picture: Image.Image) -> Image.Image:
    """One trip through JPEG at quality 20 to 90 in four pictures of ten."""
    if rng.random() < 0.4:
        store = io.BytesIO()
        picture.save(store, "JPEG", quality=int(rng.integers(20, 91)))
        with Image.open(store) as again:
            return again.convert("RGB")
    return picture


def resample(rng: Rng, picture: Image.Image, size: int) -> Image.Image:
    """To `size` x `size`, in half the pictures without antialiasing, as the recipe does it."""
    if picture.size == (size, size):
        return picture
    kind = rng.random()
    if kind < 0.35:
        return picture.resize((size, size), Image.Resampling.BILINEAR)
    if kind < 0.87:  # bilinear without antialiasing, pixel centres at one half
        scale = picture.width / size
        matrix = (scale, 0.0, 0.0, 0.0, scale, 0.0)
        return picture.transform(
            (size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
        )
    if kind < 0.95:
        return picture.resize((size, size), Image.Resampling.BICUBIC)
    return picture.resize((size, size), Image.Resampling.NEAREST)
