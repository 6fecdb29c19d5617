"""Keras' own ``InceptionV3``, with seeded weights: run it, or save it in any of its formats."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from .random_weights import Array, random_parameter


@contextmanager
def quiet_keras() -> Iterator[None]:
    """Silence two warnings Keras 3 causes by itself: NumPy 2's, and that .h5 is legacy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation doesn't", DeprecationWarning)
        warnings.filterwarnings("ignore", ".*HDF5 file via `model.save", UserWarning)
        yield


def build_keras(
    num_classes: int | None = 1000,
    input_size: int | tuple[int, int] = 299,
    seed: int = 0,
    *,
    pooling: str | None = None,
    classifier_activation: str | None = "softmax",
) -> Any:
    """Build ``keras.applications.InceptionV3`` and give it seeded parameters.

    ``num_classes=None`` leaves the head out (``include_top=False``), ended by ``pooling``.
    """
    height, width = (input_size, input_size) if isinstance(input_size, int) else input_size
    top = {"classes": num_classes, "classifier_activation": classifier_activation}
    with quiet_keras():
        model = keras.applications.InceptionV3(
            weights=None,
            include_top=num_classes is not None,
            input_shape=(height, width, 3),
            **(top if num_classes is not None else {"pooling": pooling}),
        )
        seed_parameters(model, seed)
    return model


def seed_parameters(model: Any, seed: int) -> None:
    """Give every parameter a value that depends on its place in the network alone."""
    with quiet_keras():
        for index, layer in enumerate(model.layers):
            for variable in layer.weights:
                name = f"{index}/{variable.name}"
                variable.assign(random_parameter(name, tuple(variable.shape), seed))


def layer_outputs(model: Any, pictures: Array, layers: Iterable[str]) -> dict[str, Array]:
    """Run float32 ``[N, H, W, 3]`` in [-1, 1]; return the outputs of the named layers."""
    names = list(layers)
    with quiet_keras():
        probe = keras.Model(model.inputs[0], [model.get_layer(name).output for name in names])
        outputs = probe(pictures, training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        return {name: np.asarray(value) for name, value in zip(names, outputs, strict=True)}


def layers_of_kind(model: Any, kind: str) -> list[Any]:
    """Return the layers of class ``kind`` in the order in which Keras created them.

    The number that ends an automatic name counts up; ``model.layers`` has another
    order, by depth in the graph.
    """

    def number(layer: Any) -> int:
        found = re.search(r"_(\d+)$", layer.name)
        return int(found[1]) if found else 0

    return sorted((x for x in model.layers if type(x).__name__ == kind), key=number)


SAVED_AS = ("keras", "weights", "legacy")


def save_every_way(model: Any, folder: Path, ways: Iterable[str] = SAVED_AS) -> dict[str, Path]:
    """Save as ``.keras``, ``.weights.h5`` and legacy whole-model ``.h5``; return the paths."""
    paths = {
        "keras": folder / "model.keras",
        "weights": folder / "model.weights.h5",
        "legacy": folder / "model.h5",
    }
    with quiet_keras():
        for way in ways:
            (model.save_weights if way == "weights" else model.save)(paths[way])
    return {way: paths[way] for way in ways}
