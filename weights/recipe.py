"""A recipe as attributes of a weights file."""

from __future__ import annotations

import math
from typing import Any, get_args

from npinception.errors import InputError
from npinception.recipes import Fit, Recipe, ResizeMethod

from .attributes import Attributes

#: Fields of the recipe that most recipes leave as they are: their attributes are present
#: only where the value is another.
RARE_RECIPE_FIELDS = ("fit", "clip", "mean", "std")


def check_recipe(recipe: Recipe) -> None:
    """Raise :class:`InputError` if a field of the recipe is not one of its values."""
    if recipe.resize not in get_args(ResizeMethod):
        raise InputError(
            f"unknown resize {recipe.resize!r}; choose one of {', '.join(get_args(ResizeMethod))}"
        )
    if recipe.fit not in get_args(Fit):
        raise InputError(f"unknown fit {recipe.fit!r}; choose one of {', '.join(get_args(Fit))}")
    if recipe.channels not in ("RGB", "BGR"):
        raise InputError(f"unknown channel order {recipe.channels!r}; choose RGB or BGR")
    if not 0 < recipe.central_crop <= 1:
        raise InputError(f"central_crop must be above 0, up to 1, not {recipe.central_crop!r}")
    if not (math.isfinite(recipe.scale) and recipe.scale > 0 and math.isfinite(recipe.offset)):
        raise InputError(
            f"scale must be above 0 and offset finite, not {recipe.scale!r} and {recipe.offset!r}"
        )
    for name, values in (("mean", recipe.mean), ("std", recipe.std)):
        if len(values) != 3 or not all(map(math.isfinite, values)):
            raise InputError(f"{name} must be three finite numbers, not {values!r}")
    if min(recipe.std) <= 0:
        raise InputError(f"std must be above 0, not {recipe.std!r}")


def recipe_attributes(recipe: Recipe) -> dict[str, Any]:
    """Return the attributes that say all about a recipe."""
    return {
        "recipe_resize": recipe.resize,
        "recipe_central_crop": float(recipe.central_crop),
        "recipe_scale": float(recipe.scale),
        "recipe_offset": float(recipe.offset),
        "recipe_channels": recipe.channels,
        **_rare_attributes(recipe),
    }


def recipe_fields(attributes: Attributes) -> dict[str, Any]:
    """Return the fields of the recipe that attributes describe.

    Raises
    ------
    WeightsError
        If an attribute is absent or has another type.
    """
    return {
        "resize": attributes.text("recipe_resize"),
        "central_crop": attributes.number("recipe_central_crop"),
        "scale": attributes.number("recipe_scale"),
        "offset": attributes.number("recipe_offset"),
        "channels": attributes.text("recipe_channels"),
        **_rare_fields(attributes),
    }


def _rare_attributes(recipe: Recipe) -> dict[str, Any]:
    """Return the attributes of those rare fields that differ from their defaults."""
    usual = Recipe(recipe.resize)
    values = {name: getattr(recipe, name) for name in RARE_RECIPE_FIELDS}
    return {f"recipe_{n}": v for n, v in values.items() if v != getattr(usual, n)}


def _rare_fields(attributes: Attributes) -> dict[str, Any]:
    """Return the rare fields whose attributes are present."""
    read = {str: attributes.text, bool: attributes.flag, tuple: attributes.triple}
    usual = Recipe("nearest")
    kinds = {name: type(getattr(usual, name)) for name in RARE_RECIPE_FIELDS}
    return {
        name: read[kind](f"recipe_{name}")
        for name, kind in kinds.items()
        if f"recipe_{name}" in attributes
    }
