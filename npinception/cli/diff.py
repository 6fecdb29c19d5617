"""``npinception weights diff``: what differs between two variants or files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

#: Lines for one kind of difference among parameters before the rest is counted.
_MOST_LINES = 20


@click.command(short_help="Print what differs between two variants or files.")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def diff(first: str, second: str, as_json: bool) -> None:
    """Print in which facts of network, recipe and labels A and B differ.

    Each is a variant's name, as keras or timm-tf, or a file: of weights, or of another program.
    Of two files, the parameters are compared too. Write ./keras for a file of a variant's name.
    """
    from ..weights.diff import diff as find_differences

    found = find_differences(first, second)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield the differences, a line each; what is the same is left out."""
    some = False
    for part in ("network", "recipe"):
        for name, (one, other) in found[part].items():
            some = True
            yield f"{part}  {name}: {_value(one)} | {_value(other)}"
    if found["labels"] is not None:
        some = True
        yield f"labels  {found['labels'][0]} | {found['labels'][1]}"
    parameters = found["parameters"]
    if parameters is not None:
        yield from _parameter_lines(parameters)
    elif not some:
        yield "no difference"


def _parameter_lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield one line for each parameter that differs, up to a number, and the counts."""
    groups = {
        "differ": [
            f"{name}: relative L2 {_number(far['relative_l2'])}, at most {_number(far['largest'])}"
            for name, far in found["different"].items()
        ],
        "have another shape": [
            f"{name}: {_value(one)} | {_value(other)}"
            for name, (one, other) in found["other_shape"].items()
        ],
        "are in A alone": found["only_first"],
        "are in B alone": found["only_second"],
    }
    counts = [f"{len(lines)} {what}" for what, lines in groups.items() if lines]
    yield "parameters  " + ", ".join([f"{found['equal']} are the same", *counts])
    for what, lines in groups.items():
        for line in lines[:_MOST_LINES]:
            yield f"  {line}"
        if len(lines) > _MOST_LINES:
            yield f"  ... {len(lines) - _MOST_LINES} more {what}; --json lists them"


def _value(value: Any) -> str:
    """Return a field's value in words."""
    if isinstance(value, (list, tuple)):
        return "x".join(map(str, value)) if all(isinstance(v, int) for v in value) else str(value)
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return str(value)


def _number(value: float | None) -> str:
    """Return a distance in three digits."""
    return "of zeros" if value is None else f"{value:.2e}"
