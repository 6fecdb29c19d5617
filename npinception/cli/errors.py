"""How a command ends: one line on stderr and an exit status, never a traceback for bad input.

====== ===================================================
0      done
1      a verification failed, or the reader of stdout left
2      bad input: of all, or of some of several pictures
130    interrupted
====== ===================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from ..errors import NpinceptionError

BAD_INPUT = 2
FAILED = 1
INTERRUPTED = 130


class CommandLine(click.Group):
    """A group whose ``main`` ends the process with the statuses above."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> Any:
        """Run a command; its return value is the exit status, None being 0."""
        for stream in (sys.stdout, sys.stderr):
            # A file's name may hold bytes that the terminal's encoding has no sign for.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        sys.exit(self._status(args))

    def _status(self, args: Sequence[str] | None) -> int:
        """Run a command and return its exit status, having reported what went wrong."""
        try:
            status = super().main(args, prog_name="npinception", standalone_mode=False)
            sys.stdout.flush()
        except click.Abort:
            return INTERRUPTED
        except BrokenPipeError:
            # Nobody reads stdout: give Python's flush at exit a place to write to.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "npinception"
            report(f"{error.format_message().rstrip('.')}; see '{path} --help'")
            return BAD_INPUT
        except (click.ClickException, NpinceptionError) as error:
            report(error)
            return BAD_INPUT
        except MemoryError as error:
            report(f"out of memory: {error or 'give fewer or smaller pictures'}")
            return BAD_INPUT
        except OSError as error:
            report(f"{error.filename or 'the system'}: {error.strerror or error}")
            return BAD_INPUT
        return status or 0


def report(error: object) -> None:
    """Print one line on stderr, whatever the error's text holds."""
    text = error.format_message() if isinstance(error, click.ClickException) else str(error)
    click.echo(f"npinception: error: {' '.join(text.split())}", err=True)
