"""What a weights file says about its network, beside the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from npinception.config import Config, find_variant
from npinception.errors import InputError
from npinception.recipes import Recipe

from .attributes import Attributes
from .recipe import check_recipe, recipe_attributes, recipe_fields

FORMAT = "npinception-weights"
FORMAT_VERSION = 1

#: Bounds no real network comes near; beyond them a number is damage or an attack.
LARGEST_MULTIPLIER = 1000.0
LONGEST_LABEL = 500
LONGEST_TEXT = 2000

#: Facts of the variant that a file repeats, so that it can be understood without this
#: program. A file that contradicts its variant's record is refused.
VARIANT_FACTS = ("bn_epsilon", "bn_gamma", "avg_pool_divisor", "last_block_pool")


@dataclass(frozen=True)
class Metadata:
    """The network of a weights file, and where its parameters come from.

    Attributes
    ----------
    config
        The network.
    recipe
        How a picture becomes its input.
    labels
        One name per class, or None: the labels of the variant, if any fit.
    source, source_sha256
        Name and SHA-256 (hex, or empty) of the file the parameters were taken from.
    licence
        Licence of the parameters, as an SPDX identifier or in words.
    notes
        What a reader should know, as what had to be guessed in a conversion.

    Raises
    ------
    InputError
        If the labels do not fit the classes, or a value is out of its range.
    """

    config: Config
    recipe: Recipe
    labels: tuple[str, ...] | None = None
    source: str = "unknown"
    source_sha256: str = ""
    licence: str = "unknown"
    notes: str = ""

    def __post_init__(self) -> None:
        if self.config.depth_multiplier > LARGEST_MULTIPLIER:
            raise InputError(f"depth_multiplier must be at most {LARGEST_MULTIPLIER:g}")
        if self.labels is not None:
            check_labels(self.labels, self.config.num_classes)
        check_recipe(self.recipe)
        for name in ("source", "source_sha256", "licence", "notes"):
            text = getattr(self, name)
            if len(text) > LONGEST_TEXT or not _printable(text):
                raise InputError(f"{name} must be one line of at most {LONGEST_TEXT} characters")


def check_labels(labels: tuple[str, ...], num_classes: int | None) -> None:
    """Raise :class:`InputError` unless there is one printable label for each class."""
    if num_classes is None:
        raise InputError("this network has no classifier: it takes no labels")
    if len(labels) != num_classes:
        raise InputError(f"{num_classes} classes need {num_classes} labels, not {len(labels)}")
    for index, label in enumerate(labels):
        if not label or not _printable(label) or len(label.encode()) > LONGEST_LABEL:
            raise InputError(
                f"label {index} must be one line of 1 to {LONGEST_LABEL} bytes, not {label[:40]!r}"
            )


def to_attributes(metadata: Metadata) -> dict[str, Any]:
    """Return the root attributes that describe ``metadata``, without the labels."""
    config = metadata.config
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "variant": config.variant.name,
        **{name: getattr(config.variant, name) for name in VARIANT_FACTS},
        "num_classes": config.num_classes or 0,
        "depth_multiplier": float(config.depth_multiplier),
        "min_depth": config.min_depth,
        "aux": config.aux,
        "final_endpoint": config.final_endpoint or "",
        "spatial_squeeze": config.spatial_squeeze,
        "global_pool": config.global_pool,
        "input_size": tuple(config.input_size),
        **recipe_attributes(metadata.recipe),
        "source": metadata.source,
        "source_sha256": metadata.source_sha256,
        "licence": metadata.licence,
        "notes": metadata.notes,
    }


def from_attributes(attributes: Attributes, labels: tuple[str, ...] | None) -> Metadata:
    """Return the metadata that root attributes describe.

    Raises
    ------
    WeightsError
        If an attribute is absent, has another type or a value out of range.
    """
    fields: dict[str, Any] = {
        "num_classes": attributes.integer("num_classes") or None,
        "depth_multiplier": attributes.number("depth_multiplier"),
        "min_depth": attributes.integer("min_depth"),
        "aux": attributes.flag("aux"),
        "final_endpoint": attributes.text("final_endpoint") or None,
        "spatial_squeeze": attributes.flag("spatial_squeeze"),
        "global_pool": attributes.flag("global_pool"),
        "input_size": attributes.pair("input_size"),
    }
    recipe = recipe_fields(attributes)
    try:
        variant = find_variant(attributes.text("variant"))
        _check_variant_facts(attributes, variant)
        return Metadata(
            Config(variant, **fields),
            Recipe(**recipe),
            labels,
            source=attributes.text("source"),
            source_sha256=attributes.text("source_sha256"),
            licence=attributes.text("licence"),
            notes=attributes.text("notes"),
        )
    except InputError as wrong:
        raise attributes.error(str(wrong)) from wrong


def _check_variant_facts(attributes: Attributes, variant: Any) -> None:
    """Raise if the file says something else about the variant than its record."""
    for name in VARIANT_FACTS:
        expected = getattr(variant, name)
        read = {bool: attributes.flag, float: attributes.number, str: attributes.text}
        found = read[type(expected)](name)
        if found != expected:
            raise attributes.error(
                f"{name} is {found!r}, but variant {variant.name!r} has {expected!r}"
            )


def _printable(text: str) -> bool:
    """Whether ``text`` has no line ends and no control characters."""
    return all(ord(c) >= 32 and c != "\x7f" and c not in "\x85\u2028\u2029" for c in text)
