"""``npinception weights fetch``: download published weights into the cache."""

from __future__ import annotations

import json

import click


@click.command(short_help="Download published weights.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def fetch(name: str, as_json: bool) -> None:
    """Download the weights NAME, check them, and keep them as a weights file.

    'npinception weights list' prints the names. What is already there and whole is not
    downloaded again. The folder is NPINCEPTION_WEIGHTS_DIR, or in the user's cache.
    """
    from ..errors import InputError
    from ..weights.fetch import fetch as fetch_published
    from ..weights.published import BUNDLED, find_named

    if name in BUNDLED:
        path, licence = BUNDLED[name], None
    elif (entry := find_named(name)) is not None:
        path, licence = fetch_published(entry), entry.licence
    else:
        raise InputError(f"{name}: no such weights; 'npinception weights list' prints the names")
    if as_json:
        click.echo(json.dumps({"name": name, "path": str(path), "licence": licence}))
    else:
        click.echo(path)
