"""From the layers of a Keras file to slim's names.

Keras numbers layers as it makes them, counting on through a whole process: the first
convolution of a network is ``conv2d``, or ``conv2d_1`` (Keras 1 and the published file), or
``conv2d_94`` if another Inception V3 was built before. The *rank* of the number among the 94
is what identifies a convolution. Files list layers in other orders, and only 42 kernel shapes
exist for 94 convolutions, so neither order nor shape would do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h5py

from npinception.errors import WeightsError
from npinception.nodes import SCOPE

from ..checks import check_values
from ..hdf5 import Array, LazyParameters, Shape, check_storage, hdf5_errors, read_dataset
from ..names import HEAD, convolution_names
from .keras_config import KerasConfig
from .source import Source

#: Part names of Keras and slim's, below the scope of the convolution.
CONVOLUTION_PARTS = {"kernel": "weights", "bias": "biases"}
BATCH_NORM = "BatchNorm"

AUTOMATIC_NAME = re.compile(r"(conv2d|batch_normalization)(?:_(\d{1,9}))?")


@dataclass(frozen=True)
class KerasLayer:
    """A layer with variables.

    Attributes
    ----------
    kind
        ``"conv2d"``, ``"batch_normalization"``, or another class or name.
    number
        The number by which layers of a kind are ranked.
    name
        Of the layer in the file, for messages.
    parts
        Dataset by Keras' name of the variable: ``kernel``, ``bias``, ``beta``...
    """

    kind: str
    number: int
    name: str
    parts: dict[str, h5py.Dataset]


def automatic_name(name: str) -> tuple[str, int] | None:
    """Return kind and number of an automatic layer name, or None for any other name."""
    found = AUTOMATIC_NAME.fullmatch(name)
    return (found[1], int(found[2] or 0)) if found else None


def keras_source(
    path: Path, family: str, layers: list[KerasLayer], config: KerasConfig, ignored: tuple[str, ...]
) -> Source:
    """Describe a Keras file, of whichever layout, whose layers were found.

    Raises
    ------
    WeightsError
        If the layers are not 94 convolutions, 94 batch norms and at most one classifier.
    """
    return Source(
        path=path,
        files=(path,),
        family=family,
        variant="keras",
        parameters=_slim_parameters(path, layers),
        input_size=config.input_size,
        ignored=ignored,
        notes=config.notes,
        evidence="layers are called conv2d_K and batch_normalization_K, as Keras does",
    )


def _slim_parameters(path: Path, layers: list[KerasLayer]) -> LazyParameters:
    """Return the parameters of a Keras Inception V3 under slim's names."""
    found: dict[str, h5py.Dataset] = {}
    scopes = [f"{SCOPE}/{row.slim_scope}" for row in convolution_names()]
    for scope, layer in zip(scopes, _ranked(path, layers, "conv2d"), strict=True):
        for part, dataset in layer.parts.items():
            found[f"{scope}/{CONVOLUTION_PARTS.get(part, part)}"] = dataset
    for scope, layer in zip(scopes, _ranked(path, layers, "batch_normalization"), strict=True):
        for part, dataset in layer.parts.items():
            found[f"{scope}/{BATCH_NORM}/{part}"] = dataset
    if head := _head(path, layers):
        found[f"{HEAD}/weights"] = head.parts["kernel"]
        found[f"{HEAD}/biases"] = head.parts["bias"]
    for dataset in found.values():
        check_storage(dataset, dataset.name, path)
    return LazyParameters(
        {name: _slim_shape(name, dataset) for name, dataset in found.items()},
        _reader(path, found),
    )


def _ranked(path: Path, layers: list[KerasLayer], kind: str) -> list[KerasLayer]:
    """Return the 94 layers of a kind in order of creation."""
    chosen = sorted((layer for layer in layers if layer.kind == kind), key=lambda x: x.number)
    expected = len(convolution_names())
    if len(chosen) != expected or len({layer.number for layer in chosen}) != expected:
        numbers = {layer.number for layer in chosen}
        raise WeightsError(
            f"{path}: expected {expected} {kind} layers with automatic names ({kind}, {kind}_1, "
            f"...), found {len(chosen)} with {len(numbers)} different numbers; only a whole "
            "keras.applications.InceptionV3 can be converted"
        )
    return chosen


def _head(path: Path, layers: list[KerasLayer]) -> KerasLayer | None:
    """Return the classifier, or None if there is none."""
    others = [layer for layer in layers if automatic_name(layer.kind) is None]
    if not others:
        return None
    if len(others) > 1:
        names = ", ".join(layer.name for layer in others[:4])
        raise WeightsError(
            f"{path}: {len(others)} layers are not part of Inception V3 ({names}); one Dense "
            "classifier on the average-pooled features is all that can be converted"
        )
    head = others[0]
    if set(head.parts) != {"kernel", "bias"} or head.parts["kernel"].ndim != 2:
        shapes = ", ".join(f"{part} {item.shape}" for part, item in head.parts.items())
        raise WeightsError(
            f"{path}: layer {head.name} is not a Dense classifier with kernel [2048, classes] and "
            f"bias (found {shapes}); replace it in Keras or save without it"
        )
    return head


def _slim_shape(name: str, dataset: h5py.Dataset) -> Shape:
    """Return a dataset's shape in slim's terms: a classifier is a 1x1 convolution there."""
    shape: Shape = dataset.shape
    return (1, 1, *shape) if name == f"{HEAD}/weights" else shape


def _reader(path: Path, found: dict[str, h5py.Dataset]) -> Callable[[str], Array]:
    """Return a function that reads one parameter."""

    def read(name: str) -> Array:
        with hdf5_errors(path):
            values = read_dataset(found[name]).reshape(_slim_shape(name, found[name]))
        check_values(str(path), name, values)
        return values

    return read
