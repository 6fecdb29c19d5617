"""Which importer reads a file: decided by what is in it, never by its name's ending."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from npinception.errors import WeightsError

from ..hdf5 import check_file, hdf5_errors, open_hdf5
from ..store import is_own_format
from .graph_2015 import is_graph, open_graph_2015
from .keras_h5 import is_keras_h5, open_keras_h5
from .keras_v3 import is_keras_weights, open_keras_archive, open_keras_weights
from .safetensors_file import is_safetensors, open_safetensors
from .slim_checkpoint import find_checkpoint, open_slim_checkpoint
from .source import Source
from .tensors import Tensor
from .torch_file import LEGACY_SIGNATURE, open_torch_archive, open_torch_legacy
from .torch_state import torch_source

READABLE = (
    "readable are Keras .h5, .weights.h5 and .keras files, TF-slim checkpoints (PREFIX.index "
    "with its PREFIX.data-*), PyTorch's .pth, .pt and .safetensors state dicts, and the "
    "TensorFlow graph of 2015"
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
        head = file.read(16)
    if head.startswith(HDF5_SIGNATURE):
        return _open_hdf5_source(path)
    if head.startswith(b"PK"):
        return _open_archive(path)
    if head.startswith(LEGACY_SIGNATURE):
        return _torch_state(path, ".pth as before PyTorch 1.6", open_torch_legacy(path))
    if is_safetensors(path, head):
        return _torch_state(path, ".safetensors", open_safetensors(path))
    if is_graph(head):
        return open_graph_2015(path)
    kind = f"begins with {head[:8]!r}" if head else "is empty"
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
        return _torch_state(path, ".pth", open_torch_archive(path))
    return open_keras_archive(path)


@contextmanager
def _torch_state(
    path: Path, container: str, opened: AbstractContextManager[dict[str, Tensor]]
) -> Iterator[Source]:
    """Open a state dict in one of its containers."""
    with opened as tensors:
        yield torch_source(path, container, tensors)
