"""Keras archives and Keras 3 weights that were forged or damaged."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from npinception.errors import WeightsError
from npinception.weights.convert import convert
from npinception.weights.importers.keras_config import read_config
from npinception.weights.names import convolution_names

from .refusal import refused_source, write_zeros


def archive(path: Path, weights: bytes, config: Any = None, **more: bytes) -> Path:
    """Write a ``.keras`` archive."""
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("config.json", json.dumps(config or {"class_name": "Functional"}))
        target.writestr("model.weights.h5", weights)
        for name, data in more.items():
            target.writestr(name, data)
    return path


@cache
def base_weights() -> bytes:
    """Return a ``.weights.h5`` of Keras 3 without names or head, all zeros."""
    image = BytesIO()
    with h5py.File(image, "w") as file:
        for row in convolution_names():
            suffix = f"_{row.keras_position}" if row.keras_position else ""
            write_zeros(file, f"layers/conv2d{suffix}/vars/0", row.kernel)
            for index in range(3):
                write_zeros(
                    file, f"layers/batch_normalization{suffix}/vars/{index}", row.kernel[3:]
                )
    return image.getvalue()


def weights_file(without: str = "", **layers: tuple[tuple[int, ...], ...]) -> bytes:
    """Return the base's weights without one layer and with others."""
    image = BytesIO(base_weights())
    with h5py.File(image, "r+") as file:
        if without:
            del file[f"layers/{without}"]
        for layer, shapes in layers.items():
            for index, shape in enumerate(shapes):
                write_zeros(file, f"layers/{layer}/vars/{index}", shape)
    return image.getvalue()


def test_archive_that_converts(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.keras", weights_file(dense=((2048, 4), (4,))))
    assert convert(path, tmp_path / "out.h5").config.num_classes == 4


def test_forged_archives(tmp_path: Path) -> None:
    path = tmp_path / "forged.keras"
    assert "0 members called config.json" in refused_source(_zip(path, {"model.weights.h5": b"x"}))
    assert "0 members called model.weights.h5" in refused_source(_zip(path, {"config.json": b"{}"}))
    assert "a PyTorch file" in refused_source(_zip(path, {"archive/data.pkl": b"x"}))
    assert "HDF5" in refused_source(archive(path, b"no HDF5"))
    assert "no valid JSON" in refused_source(
        _zip(path, {"config.json": b"[" * 100_000, "model.weights.h5": b"x"})
    )
    whole = weights_file()
    archive(path, whole)
    raw = path.read_bytes()
    for size in np.linspace(1, len(raw) - 1, 40, dtype=int):
        path.write_bytes(raw[:size])
        refused_source(path)
    damaged = bytearray(raw)
    damaged[len(raw) // 2] ^= 1
    path.write_bytes(damaged)
    assert "Bad CRC-32" in refused_source(path)


def test_zip_bomb_is_refused_by_its_declared_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("config.json", "{}")
        with target.open("model.weights.h5", "w", force_zip64=True) as member:
            for _ in range(600):
                member.write(bytes(1 << 20))
    assert path.stat().st_size < 2 << 20
    assert "declares 629145600 bytes" in refused_source(path)


def test_forged_keras_3_weights(tmp_path: Path) -> None:
    path = tmp_path / "forged.weights.h5"
    for image, match in [
        (weights_file("conv2d_93"), "expected 94 conv2d layers"),
        (weights_file(dense=((2048, 3),)), "holds 1 variables of a dense layer"),
        (weights_file(dense=((9, 3), (3,))), "weights is 1x1x9x3"),
        (weights_file(dense=((2048, 3), (3,)), dense_1=((3, 3), (3,))), "2 layers are not part"),
        (weights_file(separable_conv2d=((3, 3),)), "of a separable_conv2d layer"),
    ]:
        path.write_bytes(image)
        assert match in refused_source(path)


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, data in members.items():
            target.writestr(name, data)
    return path


def model_config(*layers: tuple[str, dict[str, Any]]) -> str:
    """Return a model's configuration as JSON."""
    items = [{"class_name": kind, "config": config} for kind, config in layers]
    return json.dumps({"class_name": "Functional", "config": {"layers": items}})


DENSE = ("Dense", {"activation": "softmax"})


def test_configuration_facts() -> None:
    path = Path("m.keras")
    shape = ("InputLayer", {"batch_shape": [None, 150, 160, 3]})
    assert read_config(path, model_config(shape, DENSE)).input_size == (150, 160)
    loose = ("InputLayer", {"batch_shape": [None, None, None, 3]})
    assert read_config(path, model_config(loose)).input_size is None
    old = ("InputLayer", {"batch_input_shape": [None, 99, 98, 3]})
    assert read_config(path, model_config(old)).input_size == (99, 98)
    assert read_config(path, "[]").input_size is None
    assert "Rescaling" in read_config(path, model_config(("Rescaling", {}))).notes[0]


@pytest.mark.parametrize(
    ("layers", "match"),
    [
        ([("Dense", {"activation": "sigmoid"})], "ends in 'sigmoid'"),
        ([("GlobalMaxPooling2D", {}), DENSE], "max-pooled"),
        ([("BatchNormalization", {"epsilon": 1e-5})], "epsilon 1e-05"),
    ],
)
def test_models_that_would_predict_otherwise(layers: list[Any], match: str) -> None:
    with pytest.raises(WeightsError, match=match):
        read_config(Path("m.keras"), model_config(*layers))
