"""Damaged, foreign and hostile files: a WeightsError of one line, or exactly the old contents."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from npinception.errors import WeightsError
from npinception.weights.store import open_weights, verify_weights

from .conftest import stem
from .refusal import refused_file

BETA = "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta"
VARIANCE = "InceptionV3/Conv2d_1a_3x3/BatchNorm/moving_variance"


def test_truncated_anywhere(stem_file: Path) -> None:
    whole = stem_file.read_bytes()
    for size in [*range(0, 64, 3), *np.linspace(64, len(whole) - 1, 180, dtype=int)]:
        stem_file.write_bytes(whole[:size])
        refused_file(stem_file)


def test_a_damaged_byte_anywhere_is_refused_or_harmless(stem_file: Path) -> None:
    metadata, parameters = stem()
    whole = stem_file.read_bytes()
    rng = np.random.default_rng(7)
    harmless = 0
    for place in [*range(0, 200, 4), *rng.integers(200, len(whole), 250)]:
        damaged = bytearray(whole)
        damaged[place] ^= int(rng.integers(1, 256))
        stem_file.write_bytes(damaged)
        try:
            file = verify_weights(stem_file)
        except WeightsError as error:
            assert str(stem_file) in str(error)
            assert "\n" not in str(error)
            continue
        harmless += 1
        assert file.metadata == metadata
        for name, values in parameters.items():
            assert file.parameters[name].tobytes() == values.tobytes()
    assert harmless < 150, "most damage must be noticed, or this test damages nothing"


def test_a_damaged_value_is_found_when_it_is_read(stem_file: Path) -> None:
    _, parameters = stem()
    raw = bytearray(stem_file.read_bytes())
    place = raw.index(parameters[BETA].tobytes())
    raw[place] ^= 1
    stem_file.write_bytes(raw)
    file = open_weights(stem_file)
    with pytest.raises(WeightsError, match=r"stem.h5: damaged"):
        file.parameters[BETA]
    assert file.parameters[VARIANCE].all()


def test_what_is_no_weights_file(tmp_path: Path) -> None:
    def at(name: str, contents: bytes) -> Path:
        (tmp_path / name).write_bytes(contents)
        return tmp_path / name

    assert "an empty file" in refused_file(at("empty", b""))
    assert "begins with b'hello" in refused_file(at("text", b"hello, world"))
    assert "a ZIP archive" in refused_file(at("zip", b"PK\x03\x04" + b"\0" * 40))
    assert "no such file" in refused_file(tmp_path / "absent.h5")
    assert "is a directory" in refused_file(tmp_path)
    assert "cannot be read" in refused_file(tmp_path / ("n" * 300))
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "not a regular file" in refused_file(fifo)
    with pytest.raises(WeightsError, match="null byte"):
        open_weights("a\0b")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "cannot be read" in refused_file(loop)


def test_other_hdf5_files_say_how_to_convert(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "keras.h5", "w") as file:
        file.create_group("model_weights")
    assert "is a Keras file" in refused_file(tmp_path / "keras.h5")
    assert "weights convert" in refused_file(tmp_path / "keras.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    assert "an HDF5 file of another kind" in refused_file(tmp_path / "other.h5")
    with h5py.File(tmp_path / "cycle.h5", "w") as file:
        file["a/b"] = file["/"]
    assert "another kind" in refused_file(tmp_path / "cycle.h5")
