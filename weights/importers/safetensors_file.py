"""``.safetensors`` files, read by the library of that name; imported here alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npinception.errors import MissingPackageError, WeightsError

from ..hdf5 import one_line
from .tensors import Tensor

#: The format's names of NumPy's types.
DTYPES = {"F32": "float32", "F16": "float16", "F64": "float64", "I64": "int64", "I32": "int32"}


def is_safetensors(path: Path, head: bytes) -> bool:
    """Whether a file that begins so is one: the length of a JSON text, then that text."""
    length = int.from_bytes(head[:8], "little")
    return head[8:9] == b"{" and 2 <= length <= path.stat().st_size - 8


@contextmanager
def open_safetensors(path: Path) -> Iterator[dict[str, Tensor]]:
    """Open a file; its tensors can be read while it is open.

    Raises
    ------
    MissingPackageError
        If safetensors is not installed.
    WeightsError
        If the file is damaged.
    """
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError as cause:
        raise MissingPackageError(
            f"{path}: a .safetensors file can only be read with safetensors; "
            "install it with: pip install 'npinception[safetensors]'"
        ) from cause
    # The library raises TypeError and others for types that NumPy does not have.
    damage = (SafetensorError, OSError, ValueError, TypeError, KeyError)

    def failure(cause: Exception) -> WeightsError:
        return WeightsError(
            f"{path}: damaged or truncated .safetensors file ({one_line(cause)}); fetch it again"
        )

    try:
        file = safe_open(str(path), framework="np")
    except damage as cause:
        raise failure(cause) from cause

    def tensor(name: str) -> Tensor:
        declared = file.get_slice(name)
        dtype = str(declared.get_dtype())

        def read() -> NDArray[Any]:
            try:
                return np.asarray(file.get_tensor(name))
            except damage as cause:
                raise failure(cause) from cause

        return Tensor(tuple(declared.get_shape()), DTYPES.get(dtype, dtype), read)

    with file:
        try:
            tensors = {name: tensor(name) for name in file.keys()}  # noqa: SIM118 -- no mapping
        except damage as cause:
            raise failure(cause) from cause
        yield tensors
