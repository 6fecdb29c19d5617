"""Which part of a picture a network sees, resized to its input.

A recipe either crops first and squashes what is left into the input's shape, or resizes
at the picture's own ratio and cuts the input out of the middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .architecture import Size
from .errors import InputError
from .recipes import Fit, Recipe
from .resize import resize

Array: TypeAlias = NDArray[Any]
Float32: TypeAlias = NDArray[np.float32]


def frame(picture: Array, recipe: Recipe, size: Size) -> Float32:
    """Return what the recipe shows of ``[H, W, 3]``, in its values: ``[height, width, 3]``."""
    return _FITS[recipe.fit](picture, recipe, size)


def central_crop(picture: Array, share: float) -> Array:
    """Return the middle ``share`` of each side of ``[H, W, C]``, as a view.

    The border is rounded down, as in ``tf.image.central_crop``: the crop is never less
    than the share, and both borders are equally wide.

    Raises
    ------
    InputError
        If ``share`` is not above 0 and up to 1.
    """
    if not 0.0 < share <= 1.0:
        raise InputError(f"the share to crop to must be above 0 and at most 1, not {share!r}")
    height, width = picture.shape[:2]
    top, left = int((height - height * share) / 2), int((width - width * share) / 2)
    return picture[top : height - top, left : width - left]


def _squash(picture: Array, recipe: Recipe, size: Size) -> Float32:
    """Return the middle share of a picture, both sides resized to ``size``."""
    return resize(central_crop(picture, recipe.central_crop), size, recipe.resize)


def _cover(picture: Array, recipe: Recipe, size: Size) -> Float32:
    """Return the middle of a picture that was resized at its own ratio."""
    resized = resize(picture, covering_size(picture.shape, recipe, size), recipe.resize)
    # Half a pixel goes to the even side: Python's round, as in torchvision's center_crop.
    top, left = (round((n - m) / 2) for n, m in zip(resized.shape[:2], size, strict=True))
    return np.ascontiguousarray(resized[top : top + size[0], left : left + size[1]])


def covering_size(shape: tuple[int, ...], recipe: Recipe, size: Size) -> Size:
    """Return the height and width to which a picture is resized before the input is cut out.

    The side with less to spare becomes the input's divided by the recipe's share, the
    other keeps the ratio, both rounded down; as torchvision's ``Resize(shorter side)``
    for a square input.
    """
    # The quotient of a quotient may fall short of a whole number by a rounding.
    height, width = (math.floor(side / recipe.central_crop + 1e-6) for side in size)
    if shape[0] * width <= shape[1] * height:
        return height, int(height * shape[1] / shape[0])
    return int(width * shape[0] / shape[1]), width


_FITS: dict[Fit, Callable[[Array, Recipe, Size], Float32]] = {"squash": _squash, "cover": _cover}
