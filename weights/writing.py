"""Writing a weights file: all of it or nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from npinception.errors import WeightsError
from npinception.graph import network_parameters

from .attributes import write_attribute
from .checks import check_coverage, check_values
from .content import array_hash, content_hash
from .hdf5 import LazyParameters, one_line
from .metadata import Metadata, to_attributes

#: Name of the dataset of labels.
LABELS = "labels"

#: HDF5 1.10's file structures: they carry checksums, the oldest ones do not.
LIBRARY_VERSIONS = ("v110", "v110")


def write_weights(
    path: str | os.PathLike[str],
    metadata: Metadata,
    parameters: Mapping[str, NDArray[np.float32]],
) -> None:
    """Write a weights file; a file that was at ``path`` stays until the new one is whole.

    Parameters
    ----------
    path
        The file to write, by convention ``*.h5``.
    metadata
        Of the network.
    parameters
        Every parameter of the network by slim's name, float32.

    Raises
    ------
    WeightsError
        If a parameter is missing, unexpected, of wrong shape or dtype or not finite,
        or the file cannot be written (no folder, no permission, disk full).
    """
    target = Path(path)
    if isinstance(parameters, LazyParameters):
        shapes = parameters.shapes
    else:
        shapes = {name: np.shape(values) for name, values in parameters.items()}
    check_coverage(f"parameters for {target}", shapes, metadata.config)
    # HDF5 crashes the process if the disk fills up under an open file (1.14.6: an error
    # in each chunk's flush, then a segmentation fault), so it writes into memory.
    image = BytesIO()
    with h5py.File(image, "w", libver=LIBRARY_VERSIONS) as file:
        _fill(file, metadata, parameters, target)
    with _replacement(target) as temporary, temporary.open("xb") as output:
        output.write(image.getbuffer())
        output.flush()
        os.fsync(output.fileno())


def _fill(
    file: h5py.File,
    metadata: Metadata,
    parameters: Mapping[str, NDArray[np.float32]],
    target: Path,
) -> None:
    """Write parameters, labels and attributes into an empty file."""
    hashes = {}
    for name in network_parameters(metadata.config):
        values = parameters[name]
        if not isinstance(values, np.ndarray) or values.dtype != np.float32:
            found = getattr(values, "dtype", type(values).__name__)
            raise WeightsError(f"parameters for {target}: {name} must be float32, not {found}")
        check_values(f"parameters for {target}", name, values)
        # One chunk a dataset: Fletcher-32 needs chunks, and reading one is a single read.
        file.create_dataset(name, data=values, dtype="<f4", chunks=values.shape, fletcher32=True)
        hashes[name] = (values.shape, array_hash(values))
    if metadata.labels is not None:
        raw = [label.encode() for label in metadata.labels]
        kind = h5py.string_dtype("utf-8", max(map(len, raw)))
        table = np.array(raw, dtype=kind)
        file.create_dataset(LABELS, data=table, chunks=table.shape, fletcher32=True)
    for name, value in to_attributes(metadata).items():
        write_attribute(file.attrs, name, value)
    write_attribute(file.attrs, "content_sha256", content_hash(metadata, hashes))


@contextmanager
def _replacement(target: Path) -> Iterator[Path]:
    """Give a temporary path beside ``target`` that takes its place if all goes well."""
    if target.is_dir():
        raise WeightsError(f"{target}: is a directory; name the file to write in it")
    if not target.parent.is_dir():
        raise WeightsError(f"{target}: the folder {target.parent} does not exist; create it first")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        temporary.replace(target)
    except (OSError, ValueError) as cause:
        raise WeightsError(
            f"{target}: cannot be written ({one_line(cause)}); "
            "check the free disk space and the folder's permissions"
        ) from cause
    finally:
        temporary.unlink(missing_ok=True)
