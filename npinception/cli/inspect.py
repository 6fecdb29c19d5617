"""``npinception weights inspect``: what a weights file says of itself."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command(short_help="Print what a weights file says of itself.")
@click.argument("file")
@click.option("--variant", metavar="NAME", help="Describe a file to be converted as this one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def inspect(file: str, variant: str | None, as_json: bool) -> None:
    """Print the network, recipe, labels and origin that the weights FILE records.

    A file of another program that can be converted is described as what it would become.
    """
    from ..weights.inspect import describe
    from ..weights.published import BUNDLED, find_named
    from ..weights.resolve import resolve_weights

    known = file in BUNDLED or find_named(file) is not None
    description = describe(resolve_weights(file) if known else file, variant)
    if as_json:
        click.echo(json.dumps(description, indent=1))
        return
    for line in _lines(description):
        click.echo(line)


def _lines(description: dict[str, Any], indent: str = "") -> list[str]:
    """Return nested facts as indented lines."""
    lines = []
    for name, value in description.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{name}: {', '.join(map(str, value)) or 'none'}")
        else:
            words = {None: "none", True: "yes", False: "no"}
            plain = value is None or isinstance(value, bool)
            lines.append(f"{indent}{name}: {words[value] if plain else value}")
    return lines
