"""``npinception weights``: make, look into, compare and verify weights files."""

from __future__ import annotations

import click

from .convert import convert
from .diff import diff
from .inspect import inspect
from .verify import verify


@click.group(invoke_without_command=True)
@click.pass_context
def weights(context: click.Context) -> None:
    """Convert, inspect, compare and verify weights files."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (convert, diff, inspect, verify):
    weights.add_command(command)
