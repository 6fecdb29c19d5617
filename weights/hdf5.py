"""HDF5 files opened with suspicion: damaged, truncated or made to do harm.

h5py reports damage as OSError, RuntimeError, KeyError or ValueError, depending on where
it meets it. Here all become one :class:`~npinception.errors.WeightsError` that names
the file. Nothing is followed out of a file: soft and external links, external
storage and virtual datasets are refused.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

import h5py
import numpy as np
from numpy.typing import NDArray

from npinception.errors import NpinceptionError, WeightsError
from npinception.kernels.arrays import aligned_empty

Array: TypeAlias = NDArray[np.float32]
Shape: TypeAlias = tuple[int, ...]

#: What h5py raises on damaged files; each was met in a test that flips bytes.
DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError)
MOST_LINKS = 100_000

#: No dataset may claim more than this many bytes for each byte that is stored. Deflate
#: cannot exceed 1032; a dataset of which nothing is stored claims infinitely more.
LARGEST_EXPANSION = 1032


def check_file(path: Path, remedy: str) -> None:
    """Raise :class:`WeightsError` unless ``path`` is a regular file that can be read."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) and not os.access(path, os.R_OK):
            raise PermissionError("no permission to read it")
    except FileNotFoundError:
        raise WeightsError(f"{path}: no such file; {remedy}") from None
    except (OSError, ValueError) as cause:
        raise WeightsError(f"{path}: cannot be read: {one_line(cause)}") from cause
    if stat.S_ISDIR(mode):
        raise WeightsError(f"{path}: is a directory, not a weights file; {remedy}")
    if not stat.S_ISREG(mode):
        raise WeightsError(f"{path}: is not a regular file; {remedy}")


def open_hdf5(path: Path, image: IO[bytes] | None = None) -> h5py.File:
    """Open ``path``, or its contents in ``image``, to read; use inside :func:`hdf5_errors`.

    No lock is taken: files are only ever replaced as a whole, never written in place.
    """
    return h5py.File(image or path, "r", locking=False)


@contextmanager
def hdf5_errors(path: Path) -> Iterator[None]:
    """Turn what h5py raises on damaged files into a :class:`WeightsError`."""
    try:
        yield
    except NpinceptionError:
        raise
    except DAMAGE as cause:
        raise WeightsError(
            f"{path}: damaged or truncated HDF5 file ({one_line(cause)}); fetch or convert it again"
        ) from cause


def one_line(cause: BaseException) -> str:
    """Return the message of an exception, shortened to one line."""
    words = " ".join(str(cause).split()) or type(cause).__name__
    return words if len(words) <= 160 else words[:157] + "..."


def list_datasets(file: h5py.File, path: Path) -> dict[str, h5py.Dataset]:
    """Return every dataset by its name without the leading slash.

    Raises
    ------
    WeightsError
        If the file holds a link to elsewhere, or absurdly many links.
    """
    names: list[str] = []

    def visit(raw: bytes, link: Any) -> str | None:
        # A value ends the visit. An exception would too, but h5py turns it into SystemError.
        name = raw.decode(errors="replace")
        if link.type != h5py.h5l.TYPE_HARD:
            return f"{name!r} is a link to elsewhere, which is not followed"
        names.append(name)
        return f"it holds more than {MOST_LINKS} objects" if len(names) > MOST_LINKS else None

    if problem := file.id.links.visit(visit, info=True):
        raise WeightsError(f"{path}: {problem}; fetch or convert the file again")
    found = {name: file[name] for name in names}
    return {name: item for name, item in found.items() if isinstance(item, h5py.Dataset)}


def check_storage(dataset: h5py.Dataset, name: str, path: Path) -> None:
    """Raise :class:`WeightsError` unless the values lie in this file, in honest size."""
    if dataset.is_virtual or dataset.external:
        raise WeightsError(f"{path}: dataset {name!r} refers to other files; that is refused")
    if dataset.dtype != np.dtype(np.float32) and dataset.dtype != np.dtype(">f4"):
        raise WeightsError(f"{path}: dataset {name!r} must be float32, not {dataset.dtype}")
    if dataset.nbytes > LARGEST_EXPANSION * dataset.id.get_storage_size():
        raise WeightsError(
            f"{path}: dataset {name!r} claims {dataset.nbytes} bytes "
            f"but stores {dataset.id.get_storage_size()}; the file is damaged or forged"
        )


def read_dataset(dataset: h5py.Dataset) -> Array:
    """Return the values in a new 64-byte aligned array, read without a second copy."""
    values = aligned_empty(dataset.size).reshape(dataset.shape)
    if values.size:
        dataset.id.read(h5py.h5s.ALL, h5py.h5s.ALL, values)
    return values


class LazyParameters(Mapping[str, Array]):
    """Parameters by slim's names, each read anew at every access.

    Attributes
    ----------
    shapes
        Shape of each parameter, known without reading it.
    """

    def __init__(self, shapes: Mapping[str, Shape], read: Callable[[str], Array]) -> None:
        self.shapes = dict(shapes)
        self._read = read

    def __getitem__(self, name: str) -> Array:
        if name not in self.shapes:
            raise KeyError(name)
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)
