"""Resizers, each the arithmetic of a named original, in NumPy.

Two programs that "resize bilinearly" seldom give the same picture, and the difference
moves a network's answer. So each method here is one original's, bit for bit:

- ``tf1_bilinear`` is ``tf.compat.v1.image.resize_bilinear``: pixel ``i`` is sampled at
  ``i * in / out``, which shifts the picture by up to half a pixel.
- ``half_pixel_bilinear`` is ``tf.image.resize``: sampled at pixel centres. When it
  shrinks, pixels between the samples are never read.
- ``nearest`` is Pillow's ``NEAREST``, the default of Keras' ``load_img``: the pixel that
  holds the centre of the new one.
- ``antialias_bilinear`` and ``antialias_bicubic`` are Pillow's ``BILINEAR`` and
  ``BICUBIC`` on floating point pictures (mode ``F``): an average under a kernel as wide
  as the shrinkage. With ``_8bit``, the same on 8-bit pictures (mode ``RGB``), rounded to
  bytes as Pillow rounds. See :mod:`npinception.antialias`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .antialias import (
    antialias_bicubic,
    antialias_bicubic_8bit,
    antialias_bilinear,
    antialias_bilinear_8bit,
)
from .architecture import Size
from .errors import InputError

Picture: TypeAlias = NDArray[Any]
Float32: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.intp]


def resize(picture: Picture, size: Size, method: str) -> Float32:
    """Return ``picture`` resized to ``size``, its sides' ratio changed where they differ.

    Parameters
    ----------
    picture
        ``[H, W, C]``, any real dtype and range; it is not changed.
    size
        Height and width of the result, in pixels.
    method
        A name in :data:`METHODS`.

    Returns
    -------
    float32 ``[height, width, C]`` in the picture's range; the cubic can overshoot it.

    Raises
    ------
    InputError
        If an argument is not as described.
    """
    if method not in METHODS:
        raise InputError(f"unknown resize method {method!r}; choose one of {', '.join(METHODS)}")
    if picture.ndim != 3 or 0 in picture.shape:
        raise InputError(f"a picture to resize must be [H, W, C], not {list(picture.shape)}")
    if len(size) != 2 or min(size) < 1:
        raise InputError(f"the size to resize to must be two positive numbers, not {size!r}")
    return METHODS[method](picture, size)


def tf1_bilinear(picture: Picture, size: Size) -> Float32:
    """Interpolate between the four pixels round ``i * in / out``."""
    rows, columns = (
        _between(_steps(n_out) * _ratio(n_in, n_out), n_in)
        for n_in, n_out in zip(picture.shape[:2], size, strict=True)
    )
    return _bilinear(picture, rows, columns)


def half_pixel_bilinear(picture: Picture, size: Size) -> Float32:
    """Interpolate between the four pixels round ``(i + 1/2) * in / out - 1/2``."""
    half = np.float32(0.5)
    rows, columns = (
        _between((_steps(n_out) + half) * _ratio(n_in, n_out) - half, n_in)
        for n_in, n_out in zip(picture.shape[:2], size, strict=True)
    )
    return _bilinear(picture, rows, columns)


def nearest(picture: Picture, size: Size) -> Float32:
    """Take the pixel that holds ``(i + 1/2) * in / out``.

    The positions are summed up step by step, as Pillow does: where a centre falls on
    the border of two pixels, the rounding of that sum decides.
    """
    rows, columns = (
        np.add.accumulate(np.r_[0.5 * (n_in / n_out), np.full(n_out - 1, n_in / n_out)])
        for n_in, n_out in zip(picture.shape[:2], size, strict=True)
    )
    return picture[np.ix_(rows.astype(np.intp), columns.astype(np.intp))].astype(np.float32)


METHODS: dict[str, Callable[[Picture, Size], Float32]] = {
    method.__name__: method
    for method in (
        tf1_bilinear,
        half_pixel_bilinear,
        nearest,
        antialias_bilinear,
        antialias_bicubic,
        antialias_bilinear_8bit,
        antialias_bicubic_8bit,
    )
}


def _steps(n_out: int) -> Float32:
    """Return 0, 1, ..., n_out - 1."""
    return np.arange(n_out, dtype=np.float32)


def _ratio(n_in: int, n_out: int) -> np.float32:
    """Return the step in the input per pixel of output, rounded as TensorFlow does."""
    return np.float32(n_in) / np.float32(n_out)


def _between(position: Float32, n_in: int) -> tuple[Indices, Indices, Float32]:
    """Return the pixels before and after each position, and how far it is past the first."""
    below = np.floor(position)
    low = np.maximum(below, 0).astype(np.intp)
    high = np.minimum(np.ceil(position), n_in - 1).astype(np.intp)
    return low, high, position - below


def _bilinear(
    picture: Picture,
    rows: tuple[Indices, Indices, Float32],
    columns: tuple[Indices, Indices, Float32],
) -> Float32:
    """Interpolate along rows, then between them, as ``first + (second - first) * share``."""
    top, bottom, down = rows
    left, right, along = columns
    down, along = down[:, None, None], along[None, :, None]

    def corner(row: Indices, column: Indices) -> Float32:
        return picture[np.ix_(row, column)].astype(np.float32)

    upper, lower = corner(top, left), corner(bottom, left)
    upper += (corner(top, right) - upper) * along
    lower += (corner(bottom, right) - lower) * along
    upper += (lower - upper) * down
    return upper
