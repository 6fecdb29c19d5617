"""What the outputs of a classifier mean: ImageNet's class lists, and any other list.

The published networks speak of the same 1000 classes with heads of different widths:
1000 outputs, or 1001 where slim puts "background" first, so that every class moves by
one. A list of labels therefore always belongs to a width, and a wrong width is an error.
"""

from __future__ import annotations

import csv
import operator
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError
from .variants import LabelSet

BACKGROUND = "background"


class Label(NamedTuple):
    """A class: its identifier (WordNet's, for ImageNet) and its name."""

    identifier: str
    name: str


#: Widths that are no known label set, with what they usually are.
_LIKELY_CAUSE = {
    1008: "1008 is the width of the 2015 graph, only some of whose outputs are classes",
    2048: "2048 values are pooled features; call predict for probabilities",
}


@lru_cache
def default_labels(label_set: LabelSet) -> tuple[Label, ...]:
    """Return ImageNet's classes in the order of a published head.

    Parameters
    ----------
    label_set
        ``"imagenet-1000"``: Keras' class index, ``n01440764 tench`` first, or
        ``"imagenet-1001"``: slim's, the same behind ``background``.

    Raises
    ------
    InputError
        If there is no such label set.
    """
    if label_set == "imagenet-1001":
        return (Label(BACKGROUND, BACKGROUND), *default_labels("imagenet-1000"))
    if label_set != "imagenet-1000":
        raise InputError(
            f"unknown label set {label_set!r}; choose 'imagenet-1000' or 'imagenet-1001'"
        )
    table = resources.files(__package__) / "data" / "imagenet_classes.csv"
    rows = csv.DictReader(table.read_text(encoding="ascii").splitlines())
    return tuple(Label(row["wnid"], row["name"]) for row in rows)


def label_table(labels: Sequence[str | Label] | None, num_classes: int) -> tuple[Label, ...]:
    """Return the meaning of each of ``num_classes`` outputs.

    Parameters
    ----------
    labels
        A name for each class; the class's index becomes its identifier. None stands for
        ImageNet's classes at 1000 and 1001 outputs, and for the bare indices otherwise.

    Raises
    ------
    InputError
        If there are more or fewer labels than classes.
    """
    if labels is None and num_classes in (1000, 1001):
        return default_labels("imagenet-1000" if num_classes == 1000 else "imagenet-1001")
    names: Sequence[str | Label] = (
        [str(index) for index in range(num_classes)] if labels is None else labels
    )
    if len(names) != num_classes:
        raise InputError(
            f"{len(names)} labels do not fit {num_classes} classes"
            + _off_by_one(names, num_classes)
        )
    return tuple(
        name if isinstance(name, Label) else Label(str(index), name)
        for index, name in enumerate(names)
    )


def decode_predictions(
    predictions: ArrayLike, top: int = 5, labels: Sequence[str | Label] | None = None
) -> list[list[tuple[str, str, float]]]:
    """Return the ``top`` classes of each prediction, the likeliest first.

    Parameters
    ----------
    predictions
        ``[N, classes]`` probabilities (or any scores). Classes with equal scores keep
        their order; NaN comes last.
    top
        How many classes to name; all of them, where there are fewer.
    labels
        A name for each class. None takes ImageNet's, which needs 1000 outputs, or 1001
        with ``background`` first.

    Returns
    -------
    For each row, ``(identifier, name, score)``: the identifier is WordNet's for
    ImageNet's classes, and the class's index where ``labels`` are given.

    Raises
    ------
    InputError
        If the shape, ``top`` or the number of labels does not fit.
    """
    scores = _scores(predictions)
    count = _positive(top)
    width = scores.shape[1]
    if labels is None and width not in (1000, 1001):
        cause = _LIKELY_CAUSE.get(width, "the classes of other networks are not known here")
        raise InputError(
            f"ImageNet's labels fit 1000 or 1001 classes, not {width}: {cause}; "
            "pass a name for each as labels=[...]"
        )
    table = label_table(labels, width)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    return [
        [(*table[index], float(row[index])) for index in order]
        for row, order in zip(scores, best, strict=True)
    ]


def _scores(predictions: ArrayLike) -> NDArray[Any]:
    """Return predictions as a floating point matrix."""
    scores = np.asarray(predictions)
    if scores.dtype.kind not in "fiu":
        raise InputError(f"predictions must be numbers, not {scores.dtype}")
    if scores.ndim != 2 or scores.shape[1] == 0:
        hint = "; add the batch axis with predictions[None]" if scores.ndim == 1 else ""
        raise InputError(
            f"predictions must be [N, classes], not of shape {list(scores.shape)}{hint}"
        )
    return scores if scores.dtype.kind == "f" else scores.astype(np.float64)


def _positive(top: SupportsIndex) -> int:
    """Return ``top`` as a count of at least 1."""
    try:
        count = operator.index(top)
    except TypeError:
        raise InputError(f"top must be a whole number, not {top!r}") from None
    if count < 1:
        raise InputError(f"top must be at least 1, not {count}")
    return count


def _off_by_one(names: Sequence[str | Label], num_classes: int) -> str:
    """Return the likely cause where one label is missing or too many."""
    if num_classes == len(names) + 1:
        return "; put 'background' first if the network has such a class"
    if num_classes == len(names) - 1 and names[0] == BACKGROUND:
        return "; this network has no 'background' class: drop that label"
    return ""
