"""Recipes in weights files: all that are published survive, and the usual ones add nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from npinception.errors import InputError, WeightsError
from npinception.recipes import RECIPES, Recipe
from npinception.weights.store import open_weights, verify_weights, write_weights

from .conftest import stem

RARE = ("recipe_fit", "recipe_clip", "recipe_mean", "recipe_std")


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_survives(name: str, tmp_path: Path) -> None:
    metadata, parameters = stem()
    metadata = replace(metadata, recipe=RECIPES[name])
    write_weights(tmp_path / "w.h5", metadata, parameters)
    found = verify_weights(tmp_path / "w.h5").metadata
    assert found == metadata
    assert type(found.recipe.clip) is bool
    assert all(type(value) is float for value in (*found.recipe.mean, *found.recipe.std))


def test_usual_recipes_have_no_rare_attributes(tmp_path: Path) -> None:
    metadata, parameters = stem()
    for name in ("slim", "keras", "fid"):
        write_weights(tmp_path / "w.h5", replace(metadata, recipe=RECIPES[name]), parameters)
        with h5py.File(tmp_path / "w.h5") as file:
            assert not set(RARE) & set(file.attrs)


def test_a_changed_recipe_is_found_by_the_content_hash(stem_file: Path) -> None:
    with h5py.File(stem_file, "r+") as file:
        file.attrs["recipe_mean"] = np.array([0.1, 0.2, 0.3])
    assert open_weights(stem_file).metadata.recipe.mean == (0.1, 0.2, 0.3)
    with pytest.raises(WeightsError, match="content hash"):
        verify_weights(stem_file)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recipe_fit", "stretch"),
        ("recipe_fit", 1),
        ("recipe_clip", 1),
        ("recipe_clip", "yes"),
        ("recipe_mean", 0.5),
        ("recipe_mean", [0.5, 0.5]),
        ("recipe_mean", [1, 2, 3]),
        ("recipe_mean", [0.5, np.nan, 0.5]),
        ("recipe_std", [0.5, 0.0, 0.5]),
        ("recipe_std", [0.5, np.inf, 0.5]),
        ("recipe_std", "abc"),
        ("recipe_std", np.ones(9000)),
    ],
)
def test_hostile_attributes(stem_file: Path, name: str, value: Any) -> None:
    with h5py.File(stem_file, "r+") as file:
        file.attrs[name] = value
    with pytest.raises(WeightsError) as caught:
        open_weights(stem_file)
    assert name.removeprefix("recipe_") in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe("bicubic"),  # type: ignore[arg-type]
        Recipe("nearest", fit="stretch"),  # type: ignore[arg-type]
        Recipe("nearest", mean=(0.0, 0.0)),  # type: ignore[arg-type]
        Recipe("nearest", std=(1.0, -1.0, 1.0)),
        Recipe("nearest", std=(1.0, float("nan"), 1.0)),
    ],
)
def test_recipes_that_cannot_be_written(recipe: Recipe) -> None:
    metadata, _ = stem()
    with pytest.raises(InputError):
        replace(metadata, recipe=recipe)
