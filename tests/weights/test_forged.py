"""Weights files forged with h5py: every dataset that breaks the format is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from .refusal import refused_file

BETA = "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta"
VARIANCE = "InceptionV3/Conv2d_1a_3x3/BatchNorm/moving_variance"


def _replace(name: str, **options: Any) -> Callable[[h5py.File], None]:
    """Return a fault: a dataset written in another way."""

    def fault(file: h5py.File) -> None:
        del file[name]
        file.create_dataset(name, **options)

    return fault


def _link(name: str, link: object) -> Callable[[h5py.File], None]:
    """Return a fault: a dataset replaced by a link."""

    def fault(file: h5py.File) -> None:
        del file[name]
        file[name] = link

    return fault


def _external(file: h5py.File) -> None:
    """Store a dataset's bytes in another file."""
    del file[BETA]
    file.create_dataset(BETA, (16,), np.float32, external=[("/etc/passwd", 0, 64)])


def _virtual(file: h5py.File) -> None:
    """Map a dataset onto another file."""
    del file[BETA]
    layout = h5py.VirtualLayout((16,), np.float32)
    layout[:] = h5py.VirtualSource("elsewhere.h5", "x", (16,))
    file.create_virtual_dataset(BETA, layout)


def _labels(value: object, kind: Any) -> Callable[[h5py.File], None]:
    """Return a fault: other labels."""
    return _replace("labels", data=np.array(value, dtype=kind), chunks=(5,), fletcher32=True)


def _delete(name: str) -> Callable[[h5py.File], None]:
    """Return a fault: a missing object."""

    def fault(file: h5py.File) -> None:
        del file[name]

    return fault


ONE_CHUNK: dict[str, Any] = {"chunks": True, "fletcher32": True}
GOOD = np.ones(16, np.float32)
FAULTS: list[tuple[str, Callable[[h5py.File], None], str]] = [
    ("missing", _delete(BETA), r"missing 1 of 12 parameters: InceptionV3/Conv2d_1a_3x3.*beta"),
    ("group", _delete("InceptionV3/Conv2d_2a_3x3"), r"missing 4 of 12 .* and 1 more"),
    ("extra", lambda f: f.create_dataset("more", data=GOOD), "1 unexpected: more"),
    ("shape", _replace(BETA, data=GOOD[:15], **ONE_CHUNK), "beta is 15, not 16"),
    ("scalar", _replace(BETA, data=np.float32(1)), "a single number, not 16"),
    ("absurd", _replace(BETA, shape=(2**40,), dtype="f4", chunks=(16,)), "1099511627776, not 16"),
    (
        "empty",
        _replace(BETA, shape=(16,), dtype="<f4", **ONE_CHUNK),
        "claims 64 bytes but stores 0",
    ),
    ("float64", _replace(BETA, data=np.ones(16), **ONE_CHUNK), "must be float32, not float64"),
    ("int", _replace(BETA, data=np.ones(16, int), **ONE_CHUNK), "must be float32, not int64"),
    ("gzip", _replace(BETA, data=GOOD, compression="gzip"), "no other filter"),
    ("contiguous", _replace(BETA, data=GOOD), "must be one chunk"),
    ("chunks", _replace(BETA, data=GOOD, chunks=(8,), fletcher32=True), "must be one chunk"),
    ("nan", _replace(BETA, data=GOOD * np.nan, **ONE_CHUNK), "16 values that are not finite"),
    ("infinite", _replace(BETA, data=GOOD * np.inf, **ONE_CHUNK), "not finite"),
    ("variance", _replace(VARIANCE, data=-GOOD, **ONE_CHUNK), r"negative variance \(-1.0\)"),
    ("soft link", _link(BETA, h5py.SoftLink("/" + VARIANCE)), "is a link to elsewhere"),
    ("external link", _link(BETA, h5py.ExternalLink("/etc/passwd", "/")), "is a link"),
    ("external storage", _external, "must be one chunk"),
    ("virtual", _virtual, "must be one chunk"),
    ("labels type", _labels([1] * 5, "i4"), "labels must be a list of strings"),
    (
        "labels vlen",
        _replace("labels", data=["a"] * 5, dtype=h5py.string_dtype()),
        "labels must be a list of strings",
    ),
    ("labels huge", _labels([b"a"] * 5, h5py.string_dtype("utf-8", 10**6)), "at most 500 bytes"),
    ("labels bytes", _labels([b"\xff"] * 5, h5py.string_dtype("utf-8", 4)), "not UTF-8"),
    ("labels empty", _labels([b"", b"b", b"c", b"d", b"e"], "S4"), "label 0 must be"),
    (
        "labels few",
        _replace("labels", data=np.array([b"a"]), **ONE_CHUNK),
        "5 classes need 5 labels, not 1",
    ),
]


@pytest.mark.parametrize(("fault", "match"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_forged_datasets(stem_file: Path, fault: Callable[[h5py.File], None], match: str) -> None:
    with h5py.File(stem_file, "r+") as file:
        fault(file)
    message = refused_file(stem_file)
    assert re.search(match, message), message
