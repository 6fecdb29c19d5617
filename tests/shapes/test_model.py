"""The model in the box: what the file holds, and that it knows its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npinception import InceptionV3
from npinception.preprocessing import prepare
from npinception.weights.published import BUNDLED
from npinception.weights.shapes import dataset, foreign
from npinception.weights.shapes.draw import draw
from npinception.weights.shapes.labels import LABELS
from npinception.weights.store import verify_weights

EXAMPLES = Path(__file__).parents[2] / "examples"
LARGEST = 8_000_000  # bytes

#: The model card measures 98.9 % on 2,200 drawings; 220 scatter by 0.7 %, so three standard
#: deviations below. The foreign pictures only have to meet their target.
DRAWN_LEAST = 0.968
FOREIGN_LEAST = 0.85

#: Seeds that neither trained the model nor made its card.
FRESH = 5_000_000


@cache
def model() -> InceptionV3:
    return InceptionV3.load("shapes")


def accuracy(pictures: Iterable[tuple[str, Image.Image]]) -> float:
    labels, images = zip(*pictures, strict=True)
    size, recipe = model().config.input_size, model().recipe
    batch = np.stack([prepare(np.asarray(image), recipe, size) for image in images])
    answers = model().predict(batch).argmax(axis=1)
    return float(np.mean([LABELS[k] == label for k, label in zip(answers, labels, strict=True)]))


def test_the_file_is_small_whole_and_says_where_it_comes_from() -> None:
    path = BUNDLED["shapes"]
    assert path.stat().st_size <= LARGEST
    metadata = verify_weights(path).metadata
    assert metadata.labels == LABELS
    assert metadata.config.aux
    assert metadata.config.depth_multiplier == 0.25
    assert metadata.recipe.central_crop == 1.0
    assert metadata.licence == "Apache-2.0"
    assert metadata.source_sha256
    assert "seed" in metadata.notes


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.[pj][np]g")), ids=lambda p: p.name)
def test_examples_are_named_after_what_they_show(example: Path) -> None:
    (best, _), *_ = model().classify([example], top=1)[0]
    assert best == example.stem


def test_a_dozen_examples() -> None:
    assert len(list(EXAMPLES.glob("*.[pj][np]g"))) >= 12


def test_fresh_drawings() -> None:
    seeds = range(FRESH, FRESH + 10)
    assert seeds[0] > dataset.HELD_OUT
    pictures = ((label, draw(label, seed)) for seed in seeds for label in LABELS)
    assert accuracy(pictures) >= DRAWN_LEAST


def test_foreign_pictures() -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("resvg_py")
    pictures = ((p.label, p.image) for p in foreign.pictures(1, seed=FRESH))
    assert accuracy(pictures) >= FOREIGN_LEAST


def test_accuracy_falls_when_labels_are_wrong() -> None:
    swapped = {"star": "heart", "heart": "star"}
    pictures = [(swapped[label], draw(label, FRESH)) for label in swapped]
    assert accuracy(pictures) == 0.0
