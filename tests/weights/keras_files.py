"""Keras files of every layout, and what their parameters are under slim's names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from npinception.config import Config
from npinception.graph import build_graph
from tests.oracles.keras_network import layers_of_kind, quiet_keras

Parameters = dict[str, np.ndarray]
HEAD = "InceptionV3/Logits/Conv2d_1c_1x1"


def slim_scopes() -> list[str]:
    """Return the base's scopes in order of creation, from the architecture's walk."""
    graph = build_graph(Config.of("keras", num_classes=None), 299, 299)
    return [f"InceptionV3/{node.name}" for node in graph.convolutions]


def expected_parameters(base: Any, head: Any = None) -> Parameters:
    """Return the parameters of a Keras model under slim's names.

    Keras and slim make their layers in the same order; nothing else is used.
    """
    expected: Parameters = {}
    with quiet_keras():
        convolutions = layers_of_kind(base, "Conv2D")
        norms = layers_of_kind(base, "BatchNormalization")
        for scope, convolution, norm in zip(slim_scopes(), convolutions, norms, strict=True):
            expected[f"{scope}/weights"] = convolution.get_weights()[0]
            for variable in norm.weights:
                expected[f"{scope}/BatchNorm/{variable.name}"] = np.array(variable.numpy())
        if head is not None:
            kernel, bias = head.get_weights()
            expected[f"{HEAD}/weights"] = kernel[None, None]
            expected[f"{HEAD}/biases"] = bias
    return expected


def write_published_layout(model: Any, path: Path) -> None:
    """Write weights as the published file has them: 1-based names, ``:0``, no ``model_weights``.

    The layers are listed in the order of ``model.layers``, which is not that of creation.
    """
    renamed = {}
    for kind, name in (("Conv2D", "conv2d"), ("BatchNormalization", "batch_normalization")):
        for index, layer in enumerate(layers_of_kind(model, kind)):
            renamed[layer.name] = f"{name}_{index + 1}"
    with quiet_keras(), h5py.File(path, "w") as file:
        names = [renamed.get(layer.name, layer.name) for layer in model.layers]
        file.attrs["layer_names"] = [name.encode() for name in names]
        file.attrs["backend"] = b"tensorflow"
        for layer, name in zip(model.layers, names, strict=True):
            group = file.create_group(name)
            variables = {f"{name}/{v.name}:0": np.array(v.numpy()) for v in layer.weights}
            group.attrs["weight_names"] = [key.encode() for key in variables]
            for key, value in variables.items():
                group[key] = value


def transfer_model(base: Any, *layers: Any) -> Any:
    """Return a Sequential model: an augmentation, the base, then ``layers``."""
    size = base.input_shape[1:]
    with quiet_keras():
        return keras.Sequential([keras.Input(size), keras.layers.RandomFlip(seed=1), base, *layers])


def without_name_attributes(path: Path, result: Path) -> None:
    """Copy a ``.weights.h5`` as Keras 3.3 wrote it: without the layers' names."""
    with h5py.File(path) as source, h5py.File(result, "w") as target:
        for name in source:
            source.copy(name, target)
        _remove_names(target)


def _remove_names(group: h5py.Group) -> None:
    """Delete the attribute ``name`` of every ``vars`` group."""
    found: list[h5py.Group] = []
    group.visititems(lambda name, item: found.append(item) if name.endswith("vars") else None)
    for item in found:
        item.attrs.pop("name", None)
