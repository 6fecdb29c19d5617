"""What differs between two variants, or between two files of weights."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from npinception.config import Config
from npinception.recipes import Recipe
from npinception.variants import VARIANTS

from .checks import check_coverage
from .convert import published_as
from .hdf5 import Array, LazyParameters
from .importers.recognise import is_own_file, open_source
from .infer import infer_config
from .resolve import resolve_weights
from .store import open_weights
from .variant_of import settle_variant

#: Fields of a variant that are compared beside those of the configuration.
VARIANT_FIELDS = ("bn_gamma", "bn_epsilon", "avg_pool_divisor", "last_block_pool")


@dataclass(frozen=True)
class Side:
    """One of the two: a network, its recipe and labels, and its parameters, if it has any."""

    config: Config
    recipe: Recipe
    labels: tuple[str, ...] | str | None
    parameters: LazyParameters | None = None


def diff(first: str | os.PathLike[str], second: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what differs between two variants, files, or one of each.

    Parameters
    ----------
    first, second
        The name of a variant (``"timm-tf"``), of bundled weights, or the path of a weights
        file or of another program's that can be converted.

    Returns
    -------
    dict
        ``network`` and ``recipe``: field to its two values, for those that differ.
        ``labels``: both in words, or None if they are the same. ``parameters``: None unless
        both sides have any; else how many are ``equal``, and for each that is ``different``
        its ``relative_l2`` (to the first's norm) and the ``largest`` difference; and names
        in ``only_first``, ``only_second``, and in ``other_shape`` with both shapes.

    Raises
    ------
    WeightsError
        If one is neither a variant nor a file that can be read.
    """
    with _open(first) as one, _open(second) as other:
        both = (one.parameters, other.parameters)
        return {
            "network": _differing(_network(one.config), _network(other.config)),
            "recipe": _differing(asdict(one.recipe), asdict(other.recipe)),
            "labels": None
            if one.labels == other.labels
            else [_words(one.labels), _words(other.labels)],
            "parameters": None if None in both else _compare(*both),  # type: ignore[arg-type]
        }


@contextmanager
def _open(name: str | os.PathLike[str]) -> Iterator[Side]:
    """Open one side; its parameters can be read meanwhile."""
    variant = VARIANTS.get(os.fspath(name))
    if variant is not None:
        yield Side(Config.of(variant), variant.recipe, variant.label_set)
        return
    path = resolve_weights(name) if not _is_checkpoint(Path(name)) else Path(name)
    if is_own_file(path):
        file = open_weights(path)
        labels = file.metadata.labels or _published_labels(file.metadata.config)
        with file.parameters.held() as parameters:
            yield Side(file.metadata.config, file.metadata.recipe, labels, parameters)
        return
    with open_source(path) as opened:
        found = settle_variant(opened, published_as(opened), None)
        config, _ = infer_config(found)
        check_coverage(str(path), found.parameters.shapes, config)
        labels = _published_labels(config)
        yield Side(config, config.variant.recipe, labels, found.parameters)


def _is_checkpoint(path: Path) -> bool:
    """Whether a path is the prefix of a checkpoint, which is no file itself."""
    return not path.exists() and path.with_name(f"{path.name}.index").exists()


def _published_labels(config: Config) -> str | None:
    """Return the name of the variant's label set, where its number fits."""
    published = config.num_classes == config.variant.num_classes
    return config.variant.label_set if published else None


def _network(config: Config) -> dict[str, Any]:
    """Return all that fixes the graph, and the variant's name."""
    facts = {name: getattr(config.variant, name) for name in VARIANT_FIELDS}
    options = {n: v for n, v in vars(config).items() if n != "variant"}
    return {"variant": config.variant.name, **facts, **options}


def _differing(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the fields whose values differ, with both values."""
    return {name: [first[name], second[name]] for name in first if first[name] != second[name]}


def _words(labels: tuple[str, ...] | str | None) -> str:
    """Return labels in words."""
    if isinstance(labels, tuple):
        return f"{len(labels)} of its own, {labels[0]!r} to {labels[-1]!r}"
    return labels or "none"


def _compare(first: LazyParameters, second: LazyParameters) -> dict[str, Any]:
    """Compare parameters by name, one pair in memory at a time."""
    shared = [name for name in first if name in second.shapes]
    same_shape = [n for n in shared if tuple(first.shapes[n]) == tuple(second.shapes[n])]
    distances = {n: _distance(first[n], second[n]) for n in same_shape}
    return {
        "equal": sum(found is None for found in distances.values()),
        "different": {n: found for n, found in distances.items() if found is not None},
        "other_shape": {
            n: [list(first.shapes[n]), list(second.shapes[n])] for n in shared if n not in distances
        },
        "only_first": [n for n in first if n not in second.shapes],
        "only_second": [n for n in second if n not in first.shapes],
    }


def _distance(first: Array, second: Array) -> dict[str, float | None] | None:
    """Return how far two arrays are apart; None if every bit is the same."""
    if first.tobytes() == second.tobytes():
        return None
    difference = first.astype(np.float64) - second.astype(np.float64)
    norm = float(np.linalg.norm(first.astype(np.float64)))
    relative = float(np.linalg.norm(difference)) / norm if norm else None
    return {"relative_l2": relative, "largest": float(np.abs(difference).max())}
