"""Keras files of every layout convert to exactly the parameters Keras holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import keras
import pytest

from npinception.weights.convert import convert
from npinception.weights.inspect import describe
from npinception.weights.metadata import Metadata
from npinception.weights.names import convolution_names
from npinception.weights.store import verify_weights
from tests.oracles.keras_network import build_keras, layers_of_kind, quiet_keras, save_every_way

from .keras_files import (
    Parameters,
    expected_parameters,
    slim_scopes,
    transfer_model,
    without_name_attributes,
    write_published_layout,
)


@dataclass
class Saved:
    """A Keras model, its files, and its parameters under slim's names."""

    model: Any
    paths: dict[str, Path]
    parameters: Parameters


@pytest.fixture(scope="module")
def saved(scratch: Path) -> Iterator[Saved]:
    """Return a model of 7 classes, made after other layers so that its names count on."""
    keras.backend.clear_session()
    for kind in (keras.layers.Conv2D,) * 8:
        kind(1, 1)
    keras.layers.BatchNormalization()
    model = build_keras(7, seed=3)
    assert layers_of_kind(model, "Conv2D")[0].name == "conv2d_8"
    assert layers_of_kind(model, "BatchNormalization")[0].name == "batch_normalization_1"
    paths = save_every_way(model, scratch)
    paths["published"] = scratch / "published.h5"
    write_published_layout(model, paths["published"])
    paths["nameless"] = scratch / "nameless.weights.h5"
    without_name_attributes(paths["weights"], paths["nameless"])
    yield Saved(model, paths, expected_parameters(model, model.get_layer("predictions")))
    keras.backend.clear_session()


def assert_converts(source: Path, scratch: Path, expected: Parameters) -> Metadata:
    """Convert, and compare every parameter bit by bit."""
    target = scratch / "converted.h5"
    metadata = convert(source, target)
    file = verify_weights(target)
    assert file.metadata == metadata
    assert sorted(file.parameters) == sorted(expected)
    with file.parameters.held() as found:
        for name, values in expected.items():
            assert found[name].shape == values.shape, name
            assert found[name].tobytes() == values.tobytes(), name
    return metadata


#: Facts in which a source differs from its conversion.
CHANGING = {"file", "family", "recognised_by", "content_sha256"}
FAMILIES = {
    "published": "Keras legacy HDF5, weights only",
    "legacy": "Keras legacy HDF5, whole model",
    "keras": "Keras 3 archive",
    "weights": "Keras 3 weights",
    "nameless": "Keras 3 weights",
}


@pytest.mark.parametrize("layout", FAMILIES)
def test_every_layout(saved: Saved, scratch: Path, layout: str) -> None:
    assert_converts(saved.paths[layout], scratch, saved.parameters)
    facts, own = describe(saved.paths[layout]), describe(scratch / "converted.h5")
    assert {name for name in facts if facts[name] != own[name]} <= CHANGING
    assert facts["family"] == FAMILIES[layout]
    assert facts["variant"] == "keras"
    assert facts["classes"] == 7
    assert facts["coverage"] == "378 of 378 parameters"
    assert facts["source"] == saved.paths[layout].name


def test_the_ending_of_the_name_does_not_matter(saved: Saved, scratch: Path) -> None:
    disguised = scratch / "photo.jpg"
    saved.paths["keras"].rename(disguised)
    try:
        assert describe(disguised)["family"] == "Keras 3 archive"
    finally:
        disguised.rename(saved.paths["keras"])


@pytest.mark.parametrize("pooling", ["avg", None])
def test_without_head(scratch: Path, pooling: str | None) -> None:
    model = build_keras(None, (150, 171), seed=4, pooling=pooling)
    expected = expected_parameters(model)
    ways = ("legacy", "weights") if pooling else ("keras",)
    for layout, path in save_every_way(model, scratch, ways).items():
        config = assert_converts(path, scratch, expected).config
        assert config.num_classes is None
        assert config.input_size == ((299, 299) if layout == "weights" else (150, 171))


def test_transfer_learning_model(scratch: Path) -> None:
    base = build_keras(None, (107, 120), seed=5)
    head = keras.layers.Dense(5, name="mine")
    model = transfer_model(
        base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.3), head
    )
    with quiet_keras():
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
        model.optimizer.build(model.trainable_variables)
    expected = expected_parameters(base, head)
    # A head that ends in nothing gives logits; that is fine, softmax follows here.
    for path in save_every_way(model, scratch, ("keras", "legacy")).values():
        config = assert_converts(path, scratch, expected).config
        assert config.num_classes == 5
        assert config.input_size == (107, 120)


def test_name_table_is_the_walk_and_keras_order(saved: Saved) -> None:
    table = convolution_names()
    assert [f"InceptionV3/{row.slim_scope}" for row in table] == slim_scopes()
    assert [row.creation_index for row in table] == list(range(94))
    created = layers_of_kind(saved.model, "Conv2D")
    listed = [layer for layer in saved.model.layers if type(layer).__name__ == "Conv2D"]
    assert [listed.index(layer) for layer in created] == [row.keras_position for row in table]
    norms = layers_of_kind(saved.model, "BatchNormalization")
    listed = [x for x in saved.model.layers if type(x).__name__ == "BatchNormalization"]
    assert [listed.index(layer) for layer in norms] == [row.keras_position for row in table]
    for layer, row in zip(created, table, strict=True):
        assert tuple(layer.kernel.shape) == row.kernel


def test_order_and_shape_alone_would_fail(saved: Saved) -> None:
    """The mapping's reason: a file lists layers in another order, and shapes repeat."""
    with h5py.File(saved.paths["published"]) as file:
        names = [name for name in file.attrs["layer_names"] if name.startswith("conv2d")]
    ranked = sorted(names, key=lambda name: int(name.rsplit("_", 1)[1]))
    assert names != ranked
    assert len({row.kernel for row in convolution_names()}) == 42
