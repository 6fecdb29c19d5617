"""The tables of docs/variants.md, made from the records.

``python -m tests.docs.variants_page`` writes them, and the measured costs, into the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npinception.config import Config
from npinception.graph import minimum_input
from npinception.model import InceptionV3
from npinception.preprocessing import prepare
from npinception.recipes import IMAGENET_MEAN, IMAGENET_STD, RECIPES, Recipe
from npinception.variants import VARIANTS, Variant
from npinception.weights.initial import initial_parameters
from npinception.weights.metadata import Metadata
from tests.tolerances import relative_l2

PAGE = Path(__file__).parents[2] / "docs" / "variants.md"

Float32 = NDArray[np.float32]


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    header = list(header)
    lines = [header, ["---"] * len(header), *map(list, rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def yes(value: bool) -> str:
    return "yes" if value else "no"


def recipe_name(recipe: Recipe) -> str:
    return next(name for name, published in RECIPES.items() if published == recipe)


VARIANT_COLUMNS: dict[str, Callable[[Variant], str]] = {
    "variant": lambda v: f"`{v.name}`",
    "BN gamma": lambda v: yes(v.bn_gamma),
    "BN epsilon": lambda v: f"{v.bn_epsilon:g}",
    "border of 3x3 average pools divided by": lambda v: {"valid": "4, 6", "full": "9"}[
        v.avg_pool_divisor
    ],
    "pool of `Mixed_7c`": lambda v: v.last_block_pool,
    "classes": lambda v: str(v.num_classes),
    "labels": lambda v: v.label_set or "its own",
    "aux head": lambda v: yes(v.aux),
    "final pool": lambda v: "global" if v.global_pool else "8x8",
    "input": lambda v: "x".join(map(str, v.input_size)),
    "least input": lambda v: str(minimum_input(Config.of(v))),
    "recipe": lambda v: f"`{recipe_name(v.recipe)}`",
}

RECIPE_COLUMNS: dict[str, Callable[[Recipe], str]] = {
    "recipe": lambda r: f"`{recipe_name(r)}`",
    "crop and fit": lambda r: {
        "squash": f"middle {r.central_crop:.4g} of each side, squashed"
        if r.central_crop < 1
        else "all, squashed",
        "cover": f"shorter side to {int(299 / r.central_crop + 1e-6)}, middle 299x299",
    }[r.fit],
    "resize": lambda r: f"`{r.resize}`" + (", clipped to 0..255" if r.clip else ""),
    "a pixel `v` of 0..255 becomes": lambda r: (
        (f"`v / {r.scale:g}" + (f" - {r.offset:g}`" if r.offset else "`"))
        + (f", then less {r.mean}, over {r.std}" if r.mean != (0, 0, 0) else "")
    ),
}


def variant_table() -> str:
    """Return a row for each variant."""
    rows = ([cell(v) for cell in VARIANT_COLUMNS.values()] for v in VARIANTS.values())
    return table(VARIANT_COLUMNS, rows)


def recipe_table() -> str:
    """Return a row for each recipe; equal ones share it."""
    rows = []
    for recipe in dict.fromkeys(RECIPES.values()):
        names = ", ".join(f"`{name}`" for name, r in RECIPES.items() if r == recipe)
        rows.append([names, *(cell(recipe) for cell in list(RECIPE_COLUMNS.values())[1:])])
    return table(RECIPE_COLUMNS, rows)


def costs(photograph: NDArray[np.uint8]) -> dict[str, float]:
    """Return how far each mistake moves the pooled feature: relative L2, random parameters.

    The network is that of ``fid`` with average pools throughout, which Keras' is too.
    """
    fid = VARIANTS["fid"]
    base = replace(fid, last_block_pool="avg", recipe=RECIPES["keras"])
    config = Config.of(base, num_classes=None)
    parameters = initial_parameters(config, seed=0)

    def feature(variant: Variant = base, recipe: Recipe = base.recipe) -> Float32:
        x = prepare(photograph, recipe, (299, 299))[None]
        metadata = Metadata(config.with_options(variant=variant), recipe)
        return InceptionV3(metadata, parameters).features(x)

    right = feature()
    keras = RECIPES["keras"]
    imagenet = replace(keras, scale=255.0, offset=0.0, mean=IMAGENET_MEAN, std=IMAGENET_STD)
    wrong = {
        "average pools divide by 9 at the border": feature(replace(base, avg_pool_divisor="full")),
        "`Mixed_7c` pools by maximum": feature(replace(base, last_block_pool="max")),
        "`v / 128 - 1` for `v / 127.5 - 1`": feature(recipe=replace(keras, scale=128.0)),
        "`v / 255` for `v / 127.5 - 1`": feature(recipe=replace(keras, scale=255.0, offset=0.0)),
        "ImageNet's mean and deviation for `v / 127.5 - 1`": feature(recipe=imagenet),
        "BGR for RGB": feature(recipe=replace(keras, channels="BGR")),
        **{
            f"resized by `{method}` for `{keras.resize}`": feature(
                recipe=replace(keras, resize=method)
            )
            for method in ("tf1_bilinear", "antialias_bilinear_8bit", "nearest")
        },
    }
    return {mistake: relative_l2(value, right) for mistake, value in wrong.items()}


def cost_table(measured: dict[str, float]) -> str:
    """Return a row for each mistake."""
    rows = ([mistake, f"{cost:.1e}"] for mistake, cost in measured.items())
    return table(("mistake", "relative L2 of the 2048 features"), rows)


def block(name: str, text: str) -> str:
    """Return a table between its marks."""
    return f"<!-- {name} -->\n{text}<!-- end -->"


def put(page: str, name: str, text: str) -> str:
    """Return the page with one table replaced."""
    pattern = re.compile(f"<!-- {name} -->\n.*?<!-- end -->", re.DOTALL)
    assert len(pattern.findall(page)) == 1, name
    return pattern.sub(lambda _: block(name, text), page)


if __name__ == "__main__":
    import skimage.data

    text = PAGE.read_text()
    tables = {"variants": variant_table(), "recipes": recipe_table()}
    tables["costs"] = cost_table(costs(skimage.data.chelsea()))
    for name, rendered in tables.items():
        text = put(text, name, rendered)
    PAGE.write_text(text)
