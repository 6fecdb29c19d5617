"""Keras' older HDF5 layout: weights alone (the published files), or a whole model.

Datasets are called ``conv2d_1/conv2d_1/kernel:0``; Keras 3 leaves the ``:0`` away. A whole
model has them below ``model_weights/``, a model inside a model below its name, and then
an optimizer's variables below ``optimizer_weights/``, which inference does not need.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from ..hdf5 import hdf5_errors, list_datasets, open_hdf5
from .keras_config import KerasConfig, read_config
from .keras_layers import KerasLayer, automatic_name, keras_source
from .source import Source

WHOLE_MODEL = "model_weights"
OPTIMIZER = "optimizer_weights/"


@contextmanager
def open_keras_h5(path: Path) -> Iterator[Source]:
    """Open a legacy Keras ``.h5`` file.

    Raises
    ------
    WeightsError
        If it is damaged or holds another network.
    """
    with hdf5_errors(path):
        file = open_hdf5(path)
    with file:
        with hdf5_errors(path):
            datasets = list_datasets(file, path)
            ignored = tuple(name for name in datasets if name.startswith(OPTIMIZER))
            layers = _group({name: item for name, item in datasets.items() if name not in ignored})
            text = file.attrs.get("model_config")
            config = KerasConfig() if text is None else read_config(path, text)
            kind = "whole model" if WHOLE_MODEL in file else "weights only"
            source = keras_source(path, f"Keras legacy HDF5, {kind}", layers, config, ignored)
        yield source


def is_keras_h5(file: h5py.File) -> bool:
    """Whether an open HDF5 file has this layout."""
    return WHOLE_MODEL in file or "layer_names" in file.attrs or "layer_names0" in file.attrs


def _group(datasets: dict[str, h5py.Dataset]) -> list[KerasLayer]:
    """Return the layers, each with its variables."""
    layers: dict[str, KerasLayer] = {}
    for name, dataset in datasets.items():
        scope, _, part = name.rpartition("/")
        layer = scope.rpartition("/")[2] or name
        kind, number = automatic_name(layer) or (layer, 0)
        found = layers.setdefault(scope, KerasLayer(kind, number, layer, {}))
        found.parts[part.removesuffix(":0")] = dataset
    return list(layers.values())
