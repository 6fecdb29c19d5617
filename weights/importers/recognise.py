"""Which importer reads a file: decided by what is in it, never by its name's ending."""

from __future__ import annotations

import zipfile
from contextlib import AbstractContextManager
from pathlib import Path

from npinception.errors import WeightsError

from ..hdf5 import check_file, hdf5_errors, open_hdf5
from ..store import is_own_format
from .keras_h5 import is_keras_h5, open_keras_h5
from .keras_v3 import is_keras_weights, open_keras_archive, open_keras_weights
from .slim_checkpoint import find_checkpoint, open_slim_checkpoint
from .source import Source

READABLE = (
    "readable are Keras .h5, .weights.h5 and .keras files, and TF-slim checkpoints "
    "(PREFIX.index with its PREFIX.data-*)"
)
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


def open_source(path: Path) -> AbstractContextManager[Source]:
    """Return a context manager that opens another program's weights.

    Raises
    ------
    WeightsError
        If there is no such file, or it is of no known format.
    """
    try:
        checkpoint = find_checkpoint(path)
    except OSError as cause:
        raise WeightsError(f"{path}: cannot be read ({cause.strerror})") from cause
    if checkpoint is not None:
        return open_slim_checkpoint(path, checkpoint)
    if path.is_dir():
        kind = "a SavedModel" if (path / "saved_model.pb").exists() else "a folder"
        raise WeightsError(f"{path}: is {kind} without a checkpoint; {READABLE}")
    check_file(path, READABLE)
    with path.open("rb") as file:
        head = file.read(8)
    if head == HDF5_SIGNATURE:
        return _open_hdf5_source(path)
    if head.startswith(b"PK"):
        return _open_archive(path)
    kind = f"begins with {head!r}" if head else "is empty"
    raise WeightsError(f"{path}: {kind}, which is no known format; {READABLE}")


def is_own_file(path: Path) -> bool:
    """Whether ``path`` is a weights file of this project, whole or damaged."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            if file.read(8) != HDF5_SIGNATURE:
                return False
    except OSError as cause:
        raise WeightsError(f"{path}: cannot be read ({cause.strerror})") from cause
    with hdf5_errors(path), open_hdf5(path) as opened:
        return is_own_format(opened)


def _open_hdf5_source(path: Path) -> AbstractContextManager[Source]:
    """Return the importer of an HDF5 file."""
    with hdf5_errors(path), open_hdf5(path) as file:
        if is_own_format(file):
            raise WeightsError(f"{path}: is a weights file of npinception already; use it as it is")
        if is_keras_h5(file):
            return open_keras_h5(path)
        if is_keras_weights(file):
            return open_keras_weights(path)
        found = ", ".join(list(file)[:4]) or "nothing"
    raise WeightsError(f"{path}: an HDF5 file, but not of Keras (it holds {found}); {READABLE}")


def _open_archive(path: Path) -> AbstractContextManager[Source]:
    """Return the importer of a ZIP archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as cause:
        raise WeightsError(f"{path}: damaged or truncated ZIP archive; fetch it again") from cause
    if any(name.endswith("data.pkl") for name in names):
        raise WeightsError(f"{path}: a PyTorch file, which cannot be read yet; {READABLE}")
    return open_keras_archive(path)
