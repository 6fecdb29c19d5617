"""``npinception weights verify``: whether every byte of a file is what was written."""

from __future__ import annotations

import click

from .errors import FAILED, report


@click.command(short_help="Check every byte of a weights file.")
@click.argument("file")
def verify(file: str) -> int:
    """Read all of the weights FILE and recompute its hash; the exit status is 1 if it is bad."""
    from ..errors import WeightsError
    from ..weights.resolve import resolve_weights
    from ..weights.store import verify_weights

    path = resolve_weights(file)
    if not path.is_file():
        raise WeightsError(f"{file}: is not a file; give the path of a weights file")
    try:
        verify_weights(path)
    except WeightsError as error:
        report(error)
        return FAILED
    click.echo(f"{file}: complete and unchanged")
    return 0
