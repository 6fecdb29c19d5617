"""The project's own weights files: open, verify, write.

:file:`README.md` in this folder specifies the format. Opening validates names, shapes,
types and metadata against the architecture; the values are checked as each parameter
is read, by HDF5's Fletcher-32 and for NaN, infinity and negative variance.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import h5py

from npinception.errors import WeightsError

from .attributes import Attributes
from .checks import check_coverage
from .content import array_hash, content_hash
from .hdf5 import Shape, check_file, hdf5_errors, list_datasets, open_hdf5
from .metadata import FORMAT, FORMAT_VERSION, LONGEST_LABEL, Metadata, from_attributes
from .reading import StoredParameters, check_layout
from .writing import LABELS, write_weights

__all__ = ["WeightsFile", "open_weights", "verify_weights", "write_weights"]

CONVERT = "convert it with: npinception weights convert SOURCE OUT.h5"

#: Groups and attributes by which a Keras file is known.
KERAS_MARKS = ("model_weights", "layer_names", "layers", "_layer_checkpoint_dependencies")


@dataclass(frozen=True)
class WeightsFile:
    """A weights file that was opened and validated; no file handle is held.

    Attributes
    ----------
    path
        Where it lies.
    metadata
        Of the network.
    content_sha256
        The hash that the file states; :func:`verify_weights` recomputes it.
    parameters
        Float32 arrays by slim's names, read when asked for.
    """

    path: Path
    metadata: Metadata
    content_sha256: str
    parameters: StoredParameters


def open_weights(path: str | os.PathLike[str]) -> WeightsFile:
    """Open a weights file and validate all but the values.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, foreign, too new, or is not exactly the
        network that its metadata describes.
    """
    origin = Path(path)
    check_file(origin, "name a weights file")
    _check_signature(origin)
    with hdf5_errors(origin), open_hdf5(origin) as file:
        attributes = Attributes(origin, file.attrs)
        _check_format(file, attributes, origin)
        datasets = list_datasets(file, origin)
        labels = _read_labels(datasets.pop(LABELS), origin) if LABELS in datasets else None
        metadata = from_attributes(attributes, labels)
        shapes: dict[str, Shape] = {name: item.shape for name, item in datasets.items()}
        check_coverage(str(origin), shapes, metadata.config)
        for name, dataset in datasets.items():
            check_layout(dataset, name, origin)
        content = attributes.text("content_sha256")
    return WeightsFile(origin, metadata, content, StoredParameters(origin, shapes, content))


def verify_weights(path: str | os.PathLike[str]) -> WeightsFile:
    """Read every value and recompute the content hash; return the file if all is well.

    Raises
    ------
    WeightsError
        As :func:`open_weights`, and if a value is damaged or the hash differs.
    """
    file = open_weights(path)
    with file.parameters.held() as parameters:
        arrays = {name: (values.shape, array_hash(values)) for name, values in parameters.items()}
    found = content_hash(file.metadata, arrays)
    if found != file.content_sha256:
        raise WeightsError(
            f"{file.path}: content hash is {found}, but the file states {file.content_sha256!r}; "
            "it was changed after it was written, fetch or convert it again"
        )
    return file


def is_own_format(file: h5py.File) -> bool:
    """Whether an open HDF5 file says that it is a weights file of this project."""
    return (
        "format" in file.attrs
        and Attributes(Path(file.filename), file.attrs).text("format") == FORMAT
    )


def _check_signature(path: Path) -> None:
    """Raise unless the file begins as HDF5 does, naming what it looks like instead."""
    with path.open("rb") as file:
        head = file.read(8)
    if head == b"\x89HDF\r\n\x1a\n":
        return
    found = {b"": "an empty file", b"PK\x03\x04": "a ZIP archive, as .keras files are"}
    kind = found.get(head[:4], f"a file that begins with {head!r}")
    raise WeightsError(f"{path}: not an HDF5 file but {kind}; if it is a model, {CONVERT}")


def _check_format(file: h5py.File, attributes: Attributes, path: Path) -> None:
    """Raise unless the file is of this format, in a version this program knows."""
    if not is_own_format(file):
        keras = any(name in file or name in file.attrs for name in KERAS_MARKS)
        kind = "a Keras file" if keras else "an HDF5 file of another kind"
        raise WeightsError(f"{path}: is {kind}, not npinception weights; {CONVERT}")
    version = attributes.integer("format_version")
    if version != FORMAT_VERSION:
        raise WeightsError(
            f"{path}: has format version {version}, this program reads version "
            f"{FORMAT_VERSION}; update npinception"
        )


def _read_labels(dataset: h5py.Dataset, path: Path) -> tuple[str, ...]:
    """Return the labels."""
    kind = h5py.check_string_dtype(dataset.dtype)
    fixed = kind is not None and kind.length is not None and kind.length <= LONGEST_LABEL
    if not fixed or dataset.ndim != 1:
        raise WeightsError(
            f"{path}: labels must be a list of strings of at most {LONGEST_LABEL} bytes, "
            f"not {dataset.dtype} of shape {dataset.shape}"
        )
    check_layout(dataset, LABELS, path)
    if dataset.id.get_storage_size() < dataset.nbytes:
        raise WeightsError(f"{path}: labels are declared but not stored; the file is damaged")
    try:
        return tuple(bytes(label).decode() for label in dataset[...])
    except UnicodeDecodeError:
        raise WeightsError(f"{path}: labels are not UTF-8; the file is damaged") from None
