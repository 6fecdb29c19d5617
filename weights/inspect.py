"""What a file of weights is: the project's own, or one that can be converted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from npinception.graph import network_parameters

from .checks import check_coverage
from .convert import describe_source, published_as
from .importers.recognise import is_own_file, open_source
from .infer import infer_config
from .metadata import FORMAT_VERSION, Metadata
from .published import Published, find_published
from .store import open_weights
from .variant_of import settle_variant


def describe(path: str | os.PathLike[str], variant: str | None = None) -> dict[str, Any]:
    """Return what can be said about a file without running its network.

    The values are strings, numbers, Booleans, None, and lists and dicts of these. A source is
    described as the weights file that it would become, of the given ``variant`` or the one it
    shows; only a weights file has a content hash.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, or not wholly an Inception V3.
    """
    origin = Path(path)
    if is_own_file(origin):
        file = open_weights(origin)
        family = f"npinception weights, format version {FORMAT_VERSION}"
        published = find_published(file.metadata.source_sha256)
        evidence = "the file says so itself"
        return _facts(origin, family, evidence, file.metadata, file.content_sha256, published)
    with open_source(origin) as opened:
        published = published_as(opened)
        found = settle_variant(opened, published, variant)
        config, guesses = infer_config(found)
        check_coverage(str(origin), found.parameters.shapes, config)
        metadata = describe_source(found, config, (*found.notes, *guesses), published)
        return _facts(origin, found.family, found.evidence, metadata, None, published)


def _facts(
    path: Path,
    family: str,
    evidence: str,
    metadata: Metadata,
    content: str | None,
    published: Published | None,
) -> dict[str, Any]:
    """Return network and provenance."""
    return {
        "file": str(path),
        "family": family,
        "recognised_by": evidence,
        **_network(metadata),
        "source": metadata.source,
        "source_sha256": metadata.source_sha256 or None,
        "published_as": published.name if published else None,
        "content_sha256": content,
        "licence": metadata.licence,
        "notes": metadata.notes or None,
    }


def _network(metadata: Metadata) -> dict[str, Any]:
    """Return the facts of the network."""
    config, recipe = metadata.config, metadata.recipe
    parameters = len(network_parameters(config))
    return {
        "variant": config.variant.name,
        "classes": config.num_classes,
        "labels": metadata.labels is not None,
        "auxiliary_head": config.has_aux,
        "batch_norm_gamma": config.variant.bn_gamma,
        "batch_norm_epsilon": config.variant.bn_epsilon,
        "avg_pool_divisor": config.variant.avg_pool_divisor,
        "last_block_pool": config.variant.last_block_pool,
        "depth_multiplier": config.depth_multiplier,
        "min_depth": config.min_depth,
        "input_size": list(config.input_size),
        "coverage": f"{parameters} of {parameters} parameters",
        "recipe": {
            "resize": recipe.resize,
            "central_crop": recipe.central_crop,
            "scale": recipe.scale,
            "offset": recipe.offset,
            "channels": recipe.channels,
            "fit": recipe.fit,
            "clip": recipe.clip,
            "mean": list(recipe.mean),
            "std": list(recipe.std),
        },
    }
