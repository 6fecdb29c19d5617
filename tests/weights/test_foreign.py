"""Files that look like another program's Inception V3 and are not: refused, by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from .refusal import refused_source


def _rename(old: str, new: str) -> Callable[[h5py.File], None]:
    return lambda file: file.move(old, new)


def _delete(name: str) -> Callable[[h5py.File], None]:
    def fault(file: h5py.File) -> None:
        del file[name]

    return fault


def _set(name: str, **options: Any) -> Callable[[h5py.File], None]:
    def fault(file: h5py.File) -> None:
        if name in file:
            del file[name]
        file.create_dataset(name, **options)

    return fault


def _link(file: h5py.File) -> None:
    del file["conv2d_9"]
    file["conv2d_9"] = h5py.ExternalLink("other.h5", "/conv2d_9")


BN = "batch_normalization_5/batch_normalization_5"
KERNEL = "conv2d_7/conv2d_7/kernel:0"
SOME = np.zeros(48, np.float32)
FAULTS: list[tuple[str, Callable[[h5py.File], None], str]] = [
    ("layer missing", _delete("conv2d_94"), "expected 94 conv2d layers .*, found 93"),
    ("renamed", _rename("conv2d_3/conv2d_3", "conv2d_3/stem"), "found 93"),
    ("layer added", _set("conv2d_95/conv2d_95/kernel:0", data=SOME), "found 95"),
    ("number twice", _set("extra/conv2d_1/kernel:0", data=SOME), "found 95 with 94"),
    ("part missing", _delete(f"{BN}/beta:0"), "missing 1 of 378 parameters: .*BatchNorm/beta"),
    ("gamma", _set(f"{BN}/gamma:0", data=SOME), "1 unexpected: .*Conv2d_4a_3x3/BatchNorm/gamma"),
    ("bias", _set("conv2d_7/conv2d_7/bias:0", data=SOME), "1 unexpected: .*biases"),
    ("shape", _set(KERNEL, data=np.zeros((1, 1, 48, 192), "f4")), "is 1x1x48x192, not 1x1x192x48"),
    ("float16", _set(KERNEL, data=np.zeros((1, 1, 192, 48), "f2")), "must be float32, not float16"),
    ("bomb", _set(KERNEL, shape=(2**20, 2**20), dtype="f4", chunks=(9, 9)), "claims 4398046511104"),
    ("nan", _set(KERNEL, data=np.full((1, 1, 192, 48), np.nan, "f4")), "9216 values .* not finite"),
    ("two heads", _set("dense/dense/kernel:0", data=SOME), "2 layers are not part of Inception V3"),
    ("head", _delete("predictions/predictions/bias:0"), "predictions is not a Dense classifier"),
    (
        "flattened",
        _set("predictions/predictions/kernel:0", data=np.zeros((9, 3), "f4")),
        "weights is 1x1x9x3, not 1x1x2048x3",
    ),
    ("link", _link, "'conv2d_9' is a link to elsewhere"),
    (
        "variance",
        _set(f"{BN}/moving_variance:0", data=np.full(192, -1, "f4")),
        "negative variance",
    ),
]


@pytest.mark.parametrize(("fault", "match"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_forged_legacy_file(
    legacy: bytes, tmp_path: Path, fault: Callable[[h5py.File], None], match: str
) -> None:
    path = tmp_path / "forged.h5"
    path.write_bytes(legacy)
    with h5py.File(path, "r+") as file:
        fault(file)
    message = refused_source(path)
    assert re.search(match, message), message


def test_truncated_legacy_file(legacy: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut.h5"
    for size in np.linspace(0, len(legacy) - 1, 60, dtype=int):
        path.write_bytes(legacy[:size])
        refused_source(path)
