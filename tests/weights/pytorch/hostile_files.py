"""PyTorch's file formats written by hand: no torch, and every byte as hostile as wanted."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

Arrays = Mapping[str, np.ndarray]

STORAGES = {"float32": "FloatStorage", "float16": "HalfStorage", "float64": "DoubleStorage"}
STORAGES["int64"] = "LongStorage"
LEGACY_HEAD = b"".join(
    pickle.dumps(item, 2)
    for item in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True})
)


def text(value: str) -> bytes:
    """Return instructions that push a string."""
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def number(value: int) -> bytes:
    """Return instructions that push an integer."""
    return pickle.dumps(value, 2)[2:-1]


def numbers(values: tuple[int, ...]) -> bytes:
    """Return instructions that push a tuple of integers."""
    return b"(" + b"".join(map(number, values)) + b"t"


def name(module: str, attribute: str) -> bytes:
    """Return instructions that push a function or class."""
    return f"c{module}\n{attribute}\n".encode()


def storage(key: str, dtype: str, count: int, *, legacy: bool = False) -> bytes:
    """Return instructions that push a storage."""
    parts = [text("storage"), name("torch", STORAGES[dtype]), text(key), text("cpu"), number(count)]
    return b"(" + b"".join(parts) + (b"N" if legacy else b"") + b"tQ"


def tensor(
    stored: bytes, shape: tuple[int, ...], strides: tuple[int, ...] | None = None, offset: int = 0
) -> bytes:
    """Return instructions that push a tensor; row after row unless strides are given."""
    if strides is None:
        strides = tuple(int(np.prod(shape[i + 1 :], dtype=int)) for i in range(len(shape)))
    hooks = name("collections", "OrderedDict") + b")R"
    arguments = stored + number(offset) + numbers(shape) + numbers(strides) + b"\x89" + hooks
    return name("torch._utils", "_rebuild_tensor_v2") + b"(" + arguments + b"tR"


def state_dict(entries: Mapping[str, bytes]) -> bytes:
    """Return a whole pickle of a state dict."""
    items = b"".join(text(key) + value for key, value in entries.items())
    return b"\x80\x02" + name("collections", "OrderedDict") + b")R(" + items + b"u."


def entries_of(arrays: Arrays, *, legacy: bool = False) -> dict[str, bytes]:
    """Return instructions for each array, storages numbered in order."""
    return {
        key: tensor(storage(str(i), a.dtype.name, a.size, legacy=legacy), a.shape)
        for i, (key, a) in enumerate(arrays.items())
    }


def write_zip(
    path: Path,
    arrays: Arrays,
    program: bytes | None = None,
    compression: int = zipfile.ZIP_STORED,
    more: Mapping[str, bytes] | None = None,
    order: str = "little",
) -> Path:
    """Write an archive as ``torch.save`` does, with another pickle where one is given."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("m/data.pkl", program or state_dict(entries_of(arrays)))
        archive.writestr("m/byteorder", order)
        for index, array in enumerate(arrays.values()):
            archive.writestr(f"m/data/{index}", array.tobytes())
        for member, content in (more or {}).items():
            archive.writestr(member, content)
    return path


def write_legacy(path: Path, arrays: Arrays, program: bytes | None = None) -> Path:
    """Write the format of PyTorch before 1.6."""
    out = io.BytesIO()
    out.write(LEGACY_HEAD)
    out.write(program or state_dict(entries_of(arrays, legacy=True)))
    out.write(pickle.dumps([str(i) for i in range(len(arrays))], 2))
    for array in arrays.values():
        out.write(struct.pack("<q", array.size) + array.tobytes())
    path.write_bytes(out.getvalue())
    return path
