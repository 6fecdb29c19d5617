"""Own weights files: what is written is read, and nothing is lost when writing fails."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np
import pytest

from npinception.errors import InputError, WeightsError
from npinception.weights.metadata import Metadata
from npinception.weights.store import open_weights, verify_weights, write_weights
from npinception.weights.writing import LABELS as LABELS_DATASET

from .conftest import LABELS, Parameters, stem


def test_round_trip_keeps_every_bit_and_all_metadata(
    narrow: tuple[Metadata, Parameters], tmp_path: Path
) -> None:
    metadata, parameters = narrow
    path = tmp_path / "narrow.h5"
    write_weights(path, metadata, parameters)
    file = verify_weights(path)
    assert file.metadata == metadata
    assert sorted(file.parameters) == sorted(parameters)
    for name, expected in parameters.items():
        found = file.parameters[name]
        assert found.shape == expected.shape
        assert found.dtype == np.float32
        assert found.ctypes.data % 64 == 0
        assert found.tobytes() == expected.tobytes()


def test_a_network_without_head_round_trips(tmp_path: Path) -> None:
    metadata, parameters = stem()
    config = metadata.config.with_options(num_classes=None, input_size=(75, 299))
    headless = dataclasses.replace(metadata, config=config, labels=None)
    write_weights(tmp_path / "w.h5", headless, parameters)
    assert open_weights(tmp_path / "w.h5").metadata == headless


def test_content_hash_is_what_the_readme_specifies(stem_file: Path) -> None:
    lines = ["npinception-weights 1"]
    with h5py.File(stem_file) as file:
        values: dict[str, object] = {}
        for name, value in file.attrs.items():
            if isinstance(value, bytes):
                values[name] = value.decode()
            elif isinstance(value, np.ndarray):
                values[name] = value.tolist()
            else:
                values[name] = value if isinstance(value, str) else value.item()
        stated = values.pop("content_sha256")
        lines += [f"attribute {name} {json.dumps(values[name])}" for name in sorted(values)]
        lines.append(f"labels {json.dumps([x.decode() for x in file[LABELS_DATASET][...]])}")
        datasets: dict[str, np.ndarray] = {}
        file.visititems(
            lambda name, item: (
                datasets.__setitem__(name, item[...])
                if isinstance(item, h5py.Dataset) and name != LABELS_DATASET
                else None
            )
        )
    for name in sorted(datasets):
        array = datasets[name]
        shape = "x".join(str(n) for n in array.shape)
        lines.append(f"dataset {name} {shape} {hashlib.sha256(array.tobytes()).hexdigest()}")
    text = "".join(line + "\n" for line in lines)
    assert hashlib.sha256(text.encode()).hexdigest() == stated
    assert open_weights(stem_file).content_sha256 == stated


def test_writing_the_same_twice_gives_the_same_bytes(stem_file: Path, tmp_path: Path) -> None:
    write_weights(tmp_path / "again.h5", *stem())
    assert (tmp_path / "again.h5").read_bytes() == stem_file.read_bytes()


def test_verify_finds_a_value_changed_with_care(stem_file: Path) -> None:
    with h5py.File(stem_file, "r+") as file:
        file["InceptionV3/Conv2d_1a_3x3/BatchNorm/beta"][0] += 1  # HDF5 renews its checksum
    open_weights(stem_file)
    with pytest.raises(WeightsError, match=r"stem.h5: content hash is .* changed after"):
        verify_weights(stem_file)


def test_verify_finds_changed_labels_and_attributes(stem_file: Path) -> None:
    with h5py.File(stem_file, "r+") as file:
        file.attrs["licence"] = "MIT"
    with pytest.raises(WeightsError, match="content hash"):
        verify_weights(stem_file)


def test_threads_may_read_together(stem_file: Path) -> None:
    _, parameters = stem()
    file = open_weights(stem_file)

    def read(turn: int) -> bool:
        name = list(parameters)[turn % len(parameters)]
        if turn % 3:
            return bool((file.parameters[name] == parameters[name]).all())
        with file.parameters.held() as held:
            return all((held[n] == parameters[n]).all() for n in parameters)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(120)))


def test_no_handle_stays_open(stem_file: Path) -> None:
    file = open_weights(stem_file)
    dict(file.parameters)
    handles = Path("/proc/self/fd").iterdir()
    assert stem_file not in [handle.readlink() for handle in handles if handle.is_symlink()]


def test_a_replaced_file_is_noticed(stem_file: Path) -> None:
    file = open_weights(stem_file)
    metadata, parameters = stem()
    write_weights(stem_file, dataclasses.replace(metadata, source="another"), parameters)
    with pytest.raises(WeightsError, match="was replaced"):
        file.parameters["InceptionV3/Conv2d_1a_3x3/weights"]
    stem_file.unlink()
    with pytest.raises(WeightsError, match="no such file"):
        file.parameters["InceptionV3/Conv2d_1a_3x3/weights"]


def test_unknown_name_is_a_key_error(stem_file: Path) -> None:
    file = open_weights(stem_file)
    with pytest.raises(KeyError):
        file.parameters["labels"]
    assert "labels" not in file.parameters


def test_an_error_inside_held_is_not_called_damage(stem_file: Path) -> None:
    with pytest.raises(ValueError, match="mine"), open_weights(stem_file).parameters.held():
        raise ValueError("mine")


@pytest.mark.parametrize("fault", ["missing", "extra", "shape", "dtype", "nan", "variance"])
def test_bad_parameters_are_not_written(stem_file: Path, fault: str) -> None:
    metadata, parameters = stem()
    name = "InceptionV3/Conv2d_2a_3x3/BatchNorm/moving_variance"
    match fault:
        case "missing":
            del parameters[name]
        case "extra":
            parameters["InceptionV3/Conv2d_9z_3x3/weights"] = np.zeros(3, np.float32)
        case "shape":
            parameters[name] = np.ones((16, 1), np.float32)
        case "dtype":
            parameters[name] = np.ones(16)
        case "nan":
            parameters[name][3] = np.nan
        case "variance":
            parameters[name][3] = -1e-6
    before = stem_file.read_bytes()
    with pytest.raises(WeightsError, match=r"Conv2d_(2a|9z)_3x3"):
        write_weights(stem_file, metadata, parameters)
    assert stem_file.read_bytes() == before
    assert list(stem_file.parent.iterdir()) == [stem_file]


def test_a_full_disk_leaves_the_old_file(stem_file: Path) -> None:
    before = stem_file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(WeightsError, match=r"cannot be written .* free disk space"):
            write_weights(stem_file, *stem())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert stem_file.read_bytes() == before
    assert list(stem_file.parent.iterdir()) == [stem_file]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="is a directory"):
        write_weights(tmp_path, *stem())
    with pytest.raises(WeightsError, match="does not exist; create it"):
        write_weights(tmp_path / "no" / "w.h5", *stem())


def test_metadata_refuses_labels_that_do_not_fit() -> None:
    metadata, _ = stem()
    for labels, match in [
        (LABELS[:4], "5 classes need 5 labels, not 4"),
        ((*LABELS[:4], ""), "label 4"),
        ((*LABELS[:4], "a\nb"), "label 4"),
        ((*LABELS[:4], "a\0"), "label 4"),
        ((*LABELS[:4], "é" * 251), "label 4"),
    ]:
        with pytest.raises(InputError, match=match):
            dataclasses.replace(metadata, labels=labels)
