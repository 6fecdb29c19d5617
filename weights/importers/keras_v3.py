"""Keras 3: ``.keras`` archives, and the ``.weights.h5`` files that they hold.

A layer's variables are ``layers/conv2d_12/vars/0``, numbered in the order the layer made
them. The number of the group is the layer's *position* in ``model.layers``, not the number
in its name; recent versions (3.15, not 3.3) put the name into an attribute ``name`` of
``vars``. It is ranked where it is present; elsewhere a literal table
gives the position. That table was found equal under Keras 3.3, 3.15 and tf_keras 2.21.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

import h5py

from npinception.errors import WeightsError

from ..hdf5 import hdf5_errors, list_datasets, one_line, open_hdf5
from ..names import convolution_names
from .keras_config import LARGEST_CONFIG, KerasConfig, read_config
from .keras_layers import KerasLayer, automatic_name, keras_source
from .source import Source

WEIGHTS_MEMBER = "model.weights.h5"
CONFIG_MEMBER = "config.json"

#: The network with three more copies for an optimizer is 350 MB.
LARGEST_WEIGHTS = 512 << 20

#: An optimizer's variables, and the random state of Dropout and augmentation layers.
NOT_FOR_INFERENCE = re.compile(r"optimizer/.*|(.*/)?seed_generator/vars/\d+")
VARIABLE = re.compile(r"(?:.*/)?([a-z0-9_]+?)(?:_(\d{1,9}))?/vars/(\d{1,3})")

#: Keras' names of a layer's variables in the order in which it makes them.
PARTS = {
    ("conv2d", 1): ("kernel",),
    ("batch_normalization", 3): ("beta", "moving_mean", "moving_variance"),
    ("batch_normalization", 4): ("gamma", "beta", "moving_mean", "moving_variance"),
    ("dense", 2): ("kernel", "bias"),
}


@contextmanager
def open_keras_archive(path: Path) -> Iterator[Source]:
    """Open a ``.keras`` archive; its weights are read into memory, never unpacked to disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            image = _member(archive, path, WEIGHTS_MEMBER, LARGEST_WEIGHTS)
            text = _member(archive, path, CONFIG_MEMBER, LARGEST_CONFIG)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, struct.error, RuntimeError) as cause:
        raise WeightsError(
            f"{path}: damaged or truncated archive ({one_line(cause)}); save or fetch it again"
        ) from cause
    with _open(path, "Keras 3 archive", BytesIO(image), read_config(path, text)) as source:
        yield source


@contextmanager
def open_keras_weights(path: Path) -> Iterator[Source]:
    """Open a ``.weights.h5`` file."""
    with _open(path, "Keras 3 weights", None, KerasConfig()) as source:
        yield source


def is_keras_weights(file: h5py.File) -> bool:
    """Whether an open HDF5 file has this layout."""
    return isinstance(file.get("layers"), h5py.Group) and "format" not in file.attrs


@contextmanager
def _open(
    path: Path, family: str, image: IO[bytes] | None, config: KerasConfig
) -> Iterator[Source]:
    """Open the HDF5 part."""
    with hdf5_errors(path):
        file = open_hdf5(path, image)
    with file:
        with hdf5_errors(path):
            datasets = list_datasets(file, path)
            ignored = tuple(name for name in datasets if NOT_FOR_INFERENCE.fullmatch(name))
            layers = _group(
                path, {name: item for name, item in datasets.items() if name not in ignored}
            )
            source = keras_source(path, family, layers, config, ignored)
        yield source


def _member(archive: zipfile.ZipFile, path: Path, name: str, limit: int) -> bytes:
    """Return a member of the archive, refusing one that declares an absurd size."""
    infos = [info for info in archive.infolist() if info.filename == name]
    if len(infos) != 1:
        raise WeightsError(
            f"{path}: a ZIP archive with {len(infos)} members called {name}, not 1; "
            "not a .keras file of an Inception V3"
        )
    if infos[0].file_size > limit:
        raise WeightsError(
            f"{path}: {name} declares {infos[0].file_size} bytes, more than {limit}; "
            "save the model without its optimizer"
        )
    return archive.read(infos[0])


def _group(path: Path, datasets: dict[str, h5py.Dataset]) -> list[KerasLayer]:
    """Return the layers, each with its variables named."""
    found: dict[str, dict[int, h5py.Dataset]] = {}
    for name, dataset in datasets.items():
        match = VARIABLE.fullmatch(name)
        if match is None:
            raise WeightsError(f"{path}: {name!r} is no variable of a Keras 3 layer")
        found.setdefault(name.rpartition("/")[0], {})[int(match[3])] = dataset
    named = {scope: _name_attribute(items) for scope, items in found.items()}
    use_names = any(named.values())
    return [_layer(path, s, items, named[s], use_names) for s, items in found.items()]


def _layer(
    path: Path, scope: str, items: dict[int, h5py.Dataset], name: str, use_names: bool
) -> KerasLayer:
    """Return one layer; its number is its name's, or its position's in order of creation."""
    match = VARIABLE.fullmatch(f"{scope}/0")
    assert match is not None
    kind, position = match[1], int(match[2] or 0)
    parts = PARTS.get((kind, len(items)))
    if parts is None or set(items) != set(range(len(parts))):
        raise WeightsError(
            f"{path}: {scope} holds {len(items)} variables of a {kind} layer, which Inception V3 "
            "does not have; one Dense classifier on the pooled features is all it may have more"
        )
    named = dict(zip(parts, (items[i] for i in range(len(parts))), strict=True))
    if kind == "dense":
        return KerasLayer(kind, position, name or scope, named)
    if use_names:
        automatic = automatic_name(name)
        if automatic is None or automatic[0] != kind:
            raise WeightsError(
                f"{path}: {scope} is called {name!r}, not {kind} with a number; "
                "layers that were renamed cannot be told apart"
            )
        return KerasLayer(kind, automatic[1], name, named)
    created = {row.keras_position: row.creation_index for row in convolution_names()}
    return KerasLayer(kind, created.get(position, position), scope, named)


def _name_attribute(items: dict[int, h5py.Dataset]) -> str:
    """Return the layer's name that Keras noted, or an empty string."""
    name = next(iter(items.values())).parent.attrs.get("name", "")
    return name if isinstance(name, str) else ""
