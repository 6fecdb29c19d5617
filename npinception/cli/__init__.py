"""The command ``npinception``: a group of commands, one module for each.

Modules here import click and nothing that computes; what a command needs is imported
when it runs, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import click

from .. import __version__
from .classify import classify
from .errors import CommandLine
from .info import info
from .summary import summary
from .weights import weights


@click.group(cls=CommandLine, invoke_without_command=True)
@click.version_option(__version__, prog_name="npinception", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Inception V3 on a CPU: classify pictures, look into the network and its weights."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (classify, summary, weights, info):
    main.add_command(command)
