"""Values of options that several commands share."""

from __future__ import annotations

import re

import click


def input_size(value: str) -> tuple[int, int]:
    """Return height and width in pixels from ``299``, or from both as ``299x320``."""
    if not (match := re.fullmatch(r"([0-9]{1,9})(?:x([0-9]{1,9}))?", value)):
        raise click.BadParameter(f"{value!r} is no size; give 299, or height x width as 299x320")
    height, width = match.groups()
    return int(height), int(width or height)
