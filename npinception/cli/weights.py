"""``npinception weights``: get, make, look into, compare and verify weights files."""

from __future__ import annotations

import os

import click

from .convert import convert
from .diff import diff
from .fetch import fetch
from .inspect import inspect
from .list import list_weights
from .verify import verify


@click.group(invoke_without_command=True)
@click.pass_context
def weights(context: click.Context) -> None:
    """List, fetch, convert, inspect, compare and verify weights."""
    # TensorFlow, which reads checkpoints, greets on stderr when it is imported. It only
    # copies values here, so how it would compute does not matter.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (list_weights, fetch, convert, inspect, diff, verify):
    weights.add_command(command)
