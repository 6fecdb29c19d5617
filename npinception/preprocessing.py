"""From a picture's pixels to the network's input, and a check that this was done.

A network's recipe (:class:`~npinception.recipes.Recipe`) says which part of the
picture it sees, how that is resized and how pixel values are scaled. Nothing is ever
scaled inside the network.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .architecture import Size
from .errors import InputError
from .framing import central_crop, frame
from .pictures import Source, read_picture
from .recipes import Recipe

__all__ = ["central_crop", "check_network_input", "prepare", "preprocess_input"]

Array: TypeAlias = NDArray[Any]
Float32: TypeAlias = NDArray[np.float32]

#: No recipe maps 0..255 beyond this; the least any pixel scale would give is 255.
_FAR_OUTSIDE = 10.0


def preprocess_input(x: ArrayLike) -> Float32:
    """Return pixel values 0..255 scaled to [-1, 1], as ``x / 127.5 - 1`` in float32.

    The scaling of Keras' ``inception_v3.preprocess_input``, to the last bit, but the
    argument is never changed.

    Parameters
    ----------
    x
        ``[N, H, W, 3]`` or ``[H, W, 3]``, RGB, any integer or floating point dtype,
        values 0..255. NaN and infinities pass through.

    Returns
    -------
    float32 of the same shape, a new array.

    Raises
    ------
    InputError
        If the shape or dtype is another.
    """
    pixels = _numeric(x, "preprocess_input")
    if pixels.ndim not in (3, 4):
        raise InputError(
            "preprocess_input takes pictures [N, H, W, 3] or one picture [H, W, 3], "
            f"not an array of shape {list(pixels.shape)}"
        )
    _check_channels(pixels)
    scaled = pixels.astype(np.float32)
    scaled /= np.float32(127.5)
    scaled -= np.float32(1.0)
    return scaled


def prepare(picture: Source, recipe: Recipe, size: Size) -> Float32:
    """Return one picture as the network's input: crop, resize, scale by the recipe.

    Parameters
    ----------
    picture
        A path, binary file, Pillow image, or array ``[H, W, 3]`` or ``[H, W]`` with values
        0..255; see :mod:`npinception.pictures`.
    recipe
        The variant's or the weights file's.
    size
        Height and width of the network's input, in pixels.

    Returns
    -------
    float32 ``[height, width, 3]``, in [-1, 1] but for recipes with ``mean`` and ``std``.

    Raises
    ------
    ImageError, InputError
        If the picture cannot be read, or the array is none.
    """
    scaled = frame(read_picture(picture), recipe, size)
    if recipe.clip:
        np.clip(scaled, 0.0, 255.0, out=scaled)
    scaled /= np.float32(recipe.scale)
    scaled -= np.float32(recipe.offset)
    scaled -= np.asarray(recipe.mean, np.float32)
    scaled /= np.asarray(recipe.std, np.float32)
    return scaled if recipe.channels == "RGB" else np.ascontiguousarray(scaled[..., ::-1])


def check_network_input(x: ArrayLike) -> Float32:
    """Return a batch as contiguous float32, or say what was meant instead.

    NaN and infinities are the network's to propagate, and an odd range is a
    researcher's right, so values never raise; pixel values that were not scaled, or
    were scaled twice, are the classical mistake and give a ``UserWarning`` that points
    at the first caller outside this package.

    Parameters
    ----------
    x
        Floating point ``[N, H, W, 3]``, RGB, as from :func:`preprocess_input`.

    Raises
    ------
    InputError
        If the shape or dtype is another.
    """
    batch = _numeric(x, "the network")
    if batch.ndim != 4:
        hint = "; add the batch axis with x[None]" if batch.ndim == 3 else ""
        raise InputError(f"the network takes a batch [N, H, W, 3], not {list(batch.shape)}{hint}")
    _check_channels(batch)
    if batch.dtype.kind != "f":
        raise InputError(
            f"the network takes floating point values in [-1, 1], not {batch.dtype}; "
            "call preprocess_input on pixel values first"
        )
    with np.errstate(over="ignore"):  # a float64 beyond float32's range is infinite
        batch = np.ascontiguousarray(batch, dtype=np.float32)
    if mistake := _scaling_mistake(batch):
        warnings.warn(mistake, UserWarning, stacklevel=_callers_level())
    return batch


def _scaling_mistake(batch: Float32) -> str | None:
    """Return what is odd about the values' range; None if nothing is, or NaN hides it."""
    if batch.size == 0:
        return None
    with np.errstate(invalid="ignore"):
        low, high = float(batch.min()), float(batch.max())
    if _FAR_OUTSIDE < high < np.inf or -np.inf < low < -_FAR_OUTSIDE:
        return (
            f"the network's input is in [{low:g}, {high:g}]; it was trained on [-1, 1]: "
            "call preprocess_input on pixel values 0..255"
        )
    # A second x / 127.5 - 1 squeezes [-1, 1] into this band round -1.
    band = 1.0 / 127.5 + 1e-6
    if -1.0 - band <= low < -1.0 and high <= -1.0 + band:
        return (
            f"the network's input is in [{low:g}, {high:g}], as if preprocess_input had "
            "been called twice; call it once, on pixel values 0..255"
        )
    return None


def _callers_level() -> int:
    """Return the ``stacklevel`` of the first frame outside this package."""
    level = 1
    while sys._getframe(level).f_globals.get("__name__", "").startswith(f"{__package__}."):
        level += 1
    return level


def _numeric(x: ArrayLike, taker: str) -> Array:
    """Return ``x`` as an integer or floating point array."""
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise InputError(f"{taker} takes one array; pictures of several sizes: {error}") from None
    if array.dtype.kind not in "uif":
        raise InputError(f"{taker} takes numbers, not an array of dtype {array.dtype}")
    return array


def _check_channels(array: Array) -> None:
    """Raise unless the last axis is RGB and no side is empty."""
    *_, height, width, channels = array.shape
    if channels != 3:
        hint = ""
        if array.shape[-3] == 3:
            axes = "(0, 2, 3, 1)" if array.ndim == 4 else "(1, 2, 0)"
            hint = f"; the channels seem to come first: call x.transpose{axes}"
        raise InputError(
            f"the last axis must be the 3 channels of RGB, not {channels} "
            f"(shape {list(array.shape)}){hint}"
        )
    if height == 0 or width == 0:
        raise InputError(f"pictures must have pixels, not shape {list(array.shape)}")
