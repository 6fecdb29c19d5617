"""What a Keras model's configuration says that its parameters do not show.

The configuration is read as plain JSON; nothing in it is ever executed or built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npinception.architecture import Size
from npinception.config import MAXIMUM_INPUT
from npinception.errors import WeightsError
from npinception.variants import KERAS

LARGEST_CONFIG = 16 << 20
CLASSIFIER_ACTIVATIONS = ("softmax", "linear")


@dataclass(frozen=True)
class KerasConfig:
    """Facts from a model's configuration."""

    input_size: Size | None = None
    notes: tuple[str, ...] = ()


def read_config(path: Path, text: str | bytes) -> KerasConfig:
    """Return the facts, refusing models whose predictions would differ.

    Raises
    ------
    WeightsError
        If the text is no JSON, or the model pools, normalises or classifies in another
        way than Inception V3.
    """
    if len(text) > LARGEST_CONFIG:
        raise WeightsError(f"{path}: its model configuration is larger than {LARGEST_CONFIG} bytes")
    try:
        layers = list(_layers(json.loads(text)))
    except (ValueError, RecursionError, UnicodeDecodeError) as cause:
        raise WeightsError(f"{path}: its model configuration is no valid JSON: damaged") from cause
    dense = [config for kind, config in layers if kind == "Dense"]
    for kind, config in layers:
        epsilon = config.get("epsilon")
        if kind == "BatchNormalization" and epsilon not in (None, KERAS.bn_epsilon):
            raise WeightsError(
                f"{path}: a batch norm has epsilon {epsilon!r}, "
                f"Inception V3 has {KERAS.bn_epsilon}; it cannot be converted"
            )
        if kind == "GlobalMaxPooling2D" and dense:
            raise WeightsError(
                f"{path}: the classifier reads max-pooled features, Inception V3's reads "
                "averaged ones; it cannot be converted"
            )
    for config in dense:
        activation = config.get("activation")
        if activation not in CLASSIFIER_ACTIVATIONS:
            raise WeightsError(
                f"{path}: the classifier ends in {activation!r}, not in softmax; "
                "its predictions would differ, it cannot be converted"
            )
    return KerasConfig(_input_size(layers), _notes(layers))


def _layers(item: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield class and configuration of every layer, nested models' too."""
    if not isinstance(item, dict):
        return
    config = item.get("config")
    if not isinstance(config, dict):
        return
    yield str(item.get("class_name")), config
    inner = config.get("layers")
    for layer in inner if isinstance(inner, list) else []:
        yield from _layers(layer)


def _input_size(layers: list[tuple[str, dict[str, Any]]]) -> Size | None:
    """Return the height and width of the first input layer, if they are fixed."""
    for kind, config in layers:
        shape = config.get("batch_shape") or config.get("batch_input_shape")
        if kind == "InputLayer" and isinstance(shape, list) and len(shape) == 4:
            height, width = shape[1:3]
            if all(isinstance(n, int) and 0 < n <= MAXIMUM_INPUT for n in (height, width)):
                return height, width
            return None
    return None


def _notes(layers: list[tuple[str, dict[str, Any]]]) -> tuple[str, ...]:
    """Return warnings about layers that change the input before the network sees it."""
    names = sorted(
        {kind for kind, _ in layers if kind in ("Rescaling", "Resizing", "Normalization")}
    )
    return tuple(
        f"the model has a {name} layer, which is not converted: compare it with the recipe"
        for name in names
    )
