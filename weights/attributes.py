"""Reading HDF5 attributes with their types checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from npinception.errors import WeightsError

#: HDF5 keeps an attribute below 64 KiB in its object's header; ours are far below.
LARGEST = 65536


class Attributes:
    """The attributes of one HDF5 object; every failure is a :class:`WeightsError`.

    Must be used while the file is open.
    """

    def __init__(self, path: Path, attributes: h5py.AttributeManager) -> None:
        self._path = path
        self._attributes = attributes

    def error(self, problem: str) -> WeightsError:
        """Return an error about this file's metadata."""
        return WeightsError(f"{self._path}: {problem}; the file is damaged, convert it again")

    def __contains__(self, name: str) -> bool:
        return name in self._attributes

    def text(self, name: str) -> str:
        """Return a string."""
        value = self._value(name, "a string")
        if isinstance(value, bytes):
            try:
                return value.decode()
            except UnicodeDecodeError:
                raise self.error(f"attribute {name!r} is not UTF-8") from None
        if not isinstance(value, str):
            raise self._wrong_type(name, "a string", value)
        return value

    def integer(self, name: str) -> int:
        """Return an integer of 0 or more."""
        value = self._value(name, "an integer")
        if not isinstance(value, np.integer) or value < 0:
            raise self._wrong_type(name, "an integer of 0 or more", value)
        return int(value)

    def number(self, name: str) -> float:
        """Return a finite number."""
        value = self._value(name, "a number")
        if not isinstance(value, (np.integer, np.floating)) or not np.isfinite(value):
            raise self._wrong_type(name, "a finite number", value)
        return float(value)

    def flag(self, name: str) -> bool:
        """Return a Boolean."""
        value = self._value(name, "a Boolean")
        if not isinstance(value, np.bool_):
            raise self._wrong_type(name, "a Boolean", value)
        return bool(value)

    def pair(self, name: str) -> tuple[int, int]:
        """Return two integers of 0 or more."""
        value = self._value(name, "two integers")
        if not (isinstance(value, np.ndarray) and value.shape == (2,) and value.dtype.kind in "iu"):
            raise self._wrong_type(name, "two integers", value)
        return int(value[0]), int(value[1])

    def triple(self, name: str) -> tuple[float, float, float]:
        """Return three finite numbers."""
        value = self._value(name, "three numbers")
        sound = isinstance(value, np.ndarray) and value.shape == (3,) and value.dtype.kind == "f"
        if not sound or not np.isfinite(value).all():
            raise self._wrong_type(name, "three finite numbers", value)
        red, green, blue = value.tolist()
        return red, green, blue

    def _value(self, name: str, expected: str) -> Any:
        """Return an attribute as h5py reads it, after a look at its size."""
        if name not in self._attributes:
            raise self.error(f"attribute {name!r} ({expected}) is missing")
        stored = self._attributes.get_id(name)
        if stored.get_storage_size() > LARGEST:
            raise self.error(f"attribute {name!r} is larger than {LARGEST} bytes")
        return self._attributes[name]

    def _wrong_type(self, name: str, expected: str, found: object) -> WeightsError:
        """Return an error about an attribute's type."""
        return self.error(f"attribute {name!r} must be {expected}, not {str(found)[:40]!r}")


def write_attribute(attributes: h5py.AttributeManager, name: str, value: object) -> None:
    """Write a string, number, Boolean or pair.

    Strings have a fixed length: HDF5 keeps those in the object's header, which has a
    checksum. Strings of variable length lie in a heap that has none.
    """
    if isinstance(value, str):
        raw = value.encode()
        attributes.create(name, raw, dtype=h5py.string_dtype("utf-8", max(1, len(raw))))
    elif isinstance(value, bool):
        attributes.create(name, np.bool_(value))
    elif isinstance(value, int):
        attributes.create(name, np.int64(value))
    else:
        attributes.create(name, value)
