"""The errors npinception raises for bad input; the command line prints them as one line."""

from __future__ import annotations


class NpinceptionError(Exception):
    """Base of every error whose cause is the caller's input, not a fault of the program."""


class InputError(NpinceptionError, ValueError):
    """An argument has a wrong type, shape, range or name."""


class WeightsError(NpinceptionError, ValueError):
    """A weights file is missing, damaged, foreign or does not fit the network."""


class ImageError(NpinceptionError, ValueError):
    """A picture cannot be read or decoded."""


class MissingPackageError(NpinceptionError, ImportError):
    """An optional package is needed for what was asked; the message names its extra."""
