"""Reading the parameters of a validated weights file, each when it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import h5py

from npinception.errors import WeightsError

from .attributes import Attributes
from .checks import check_values
from .hdf5 import (
    Array,
    LazyParameters,
    Shape,
    check_file,
    check_storage,
    hdf5_errors,
    open_hdf5,
    read_dataset,
)


class StoredParameters(LazyParameters):
    """The parameters of a weights file by slim's names.

    Each access reads one dataset into a new 64-byte aligned array and checks it: HDF5's
    Fletcher-32, then NaN, infinity and negative variance. Any thread may read. The file is
    opened anew for each access, so that no handle stays open; :meth:`held` saves that
    (0.1 ms each) for a run of accesses. A file replaced in between is noticed.
    """

    def __init__(self, path: Path, shapes: Mapping[str, Shape], content_sha256: str) -> None:
        super().__init__(shapes, self._read_stored)
        self._path = path
        self._content = content_sha256
        self._held = threading.local()

    @contextmanager
    def held(self) -> Iterator[StoredParameters]:
        """Keep the file open for this thread's accesses inside the ``with`` block."""
        self._held.file = self._open()
        try:
            yield self
        finally:
            self._held.file.close()
            self._held.file = None

    def _open(self) -> h5py.File:
        """Open the file and make sure that it still is the one that was validated."""
        check_file(self._path, "it was there when the weights were opened")
        with hdf5_errors(self._path):
            file = open_hdf5(self._path)
            if Attributes(self._path, file.attrs).text("content_sha256") != self._content:
                file.close()
                raise WeightsError(
                    f"{self._path}: was replaced while it was being read; load it again"
                )
        return file

    def _read_stored(self, name: str) -> Array:
        """Read and check one dataset."""
        held = getattr(self._held, "file", None)
        if held is None:
            with self.held():
                return self._read_stored(name)
        with hdf5_errors(self._path):
            dataset = held[name]
            check_layout(dataset, name, self._path)
            if dataset.shape != self.shapes[name]:
                raise WeightsError(f"{self._path}: {name} changed its shape; load the file again")
            values = read_dataset(dataset)
        check_values(str(self._path), name, values)
        return values


def check_layout(dataset: h5py.Dataset, name: str, path: Path) -> None:
    """Raise unless a dataset is stored as the format says: one chunk, Fletcher-32 only."""
    properties = dataset.id.get_create_plist()
    filters = [properties.get_filter(i)[0] for i in range(properties.get_nfilters())]
    if filters != [h5py.h5z.FILTER_FLETCHER32] or dataset.chunks != dataset.shape:
        raise WeightsError(
            f"{path}: dataset {name!r} must be one chunk with Fletcher-32 and no other filter; "
            "write it with npinception"
        )
    if h5py.check_string_dtype(dataset.dtype) is None:
        check_storage(dataset, name, path)
