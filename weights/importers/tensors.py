"""Tensors in a file of PyTorch's world, before anybody knows what they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npinception.errors import WeightsError

from ..hdf5 import Array, Shape

#: Types that become float32 without rounding.
EXACT = ("float16", "float32")

LONGEST_NAME = 500


@dataclass(frozen=True)
class Tensor:
    """A tensor in a file.

    Attributes
    ----------
    shape, dtype
        As the file declares them; the dtype in NumPy's words or the format's own.
    read
        Returns the values, of that shape.
    """

    shape: Shape
    dtype: str
    read: Callable[[], NDArray[np.generic]]


def check_names(path: Path, names: Iterable[str]) -> None:
    """Raise unless names can be printed on a line: no program wrote others."""
    for name in names:
        if not name.isprintable() or len(name) > LONGEST_NAME:
            raise WeightsError(
                f"{path}: holds a tensor called {name[:40]!r}; the file is damaged or forged"
            )


def check_dtype(path: Path, name: str, tensor: Tensor) -> None:
    """Raise unless a tensor's values become float32 as they are."""
    if tensor.dtype not in EXACT:
        raise WeightsError(
            f"{path}: {name} must be float32 or float16, not {tensor.dtype}; "
            "save the model again as model.float().state_dict()"
        )


def read_float32(path: Path, name: str, tensor: Tensor) -> Array:
    """Return the values as float32 in C order."""
    values = tensor.read()
    if values.shape != tensor.shape:
        raise WeightsError(f"{path}: {name} is not of the shape it claims; the file is damaged")
    return np.ascontiguousarray(values, np.float32)
