"""``npinception weights list``: which weights have names."""

from __future__ import annotations

import json
from typing import Any

import click

COLUMNS = ("name", "variant", "classes", "megabytes", "licence", "state")


@click.command("list", short_help="Print which weights have names, and where they are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, with URL and hashes.")
def list_weights(as_json: bool) -> None:
    """Print the weights that can be given by name.

    Bundled ones are in the package; published ones are in the cache, or to be fetched with
    'npinception weights fetch NAME'. Those whose hash nobody publishes are to be had by
    hand: download them and convert them.
    """
    from ..weights.published import BUNDLED, PUBLISHED

    entries = [_bundled(name, path) for name, path in BUNDLED.items()]
    entries += [_published(entry) for entry in PUBLISHED]
    if as_json:
        click.echo(json.dumps(entries, indent=1))
        return
    rows = [COLUMNS] + [tuple(_words(entry, column) for column in COLUMNS) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _words(entry: dict[str, Any], column: str) -> str:
    """Return one cell."""
    if column == "name":
        return ", ".join([entry["name"], *entry["aliases"]])
    return "-" if entry[column] is None else str(entry[column])


def _bundled(name: str, path: Any) -> dict[str, Any]:
    """Return what is known about weights in the package."""
    from ..weights.store import open_weights

    metadata = open_weights(path).metadata
    return {
        "name": name,
        "aliases": [],
        "variant": metadata.config.variant.name,
        "classes": metadata.config.num_classes,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "licence": metadata.licence,
        "state": "bundled",
        "path": str(path),
        "url": None,
        "hashes": {},
    }


def _published(entry: Any) -> dict[str, Any]:
    """Return what is known about published weights."""
    from ..weights.cache import cached_path, is_cached

    cached = is_cached(entry.name)
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "variant": entry.variant,
        "classes": entry.classes,
        "megabytes": entry.megabytes,
        "licence": entry.licence,
        "state": "cached" if cached else "to fetch" if entry.hashes else "by hand",
        "path": str(cached_path(entry.name)) if cached else None,
        "url": entry.url,
        "hashes": entry.hashes,
    }
