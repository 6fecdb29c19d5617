"""PyTorch's files: the ZIP archive of today, and the stream of pickles before version 1.6.

Both keep a pickle that lists tensors, and the numbers apart from it. The pickle is read by
:mod:`.pickle_reader`, never executed. Sizes are checked against the file before a number
is read; an archive whose members are compressed is refused, as PyTorch never writes one.
"""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from npinception.errors import WeightsError

from ..hdf5 import one_line
from .pickle_machine import ForbiddenPickleError
from .pickle_reader import StorageRecord, TensorRecord, read_pickle
from .tensors import Tensor

#: A state dict of this network has 100 KB of pickle; with an optimizer's it has more.
LARGEST_PICKLE = 16 << 20
MOST_MEMBERS = 100_000

#: The first pickle of the old format is this number.
LEGACY_MAGIC, LEGACY_VERSION = 0x1950A86A20F9469CFC6C, 1001
LEGACY_SIGNATURE = bytes.fromhex("80028a0a6cfc9c46f9206aa85019")

#: Keys under which training scripts put the state dict beside other things.
WRAPPERS = ("state_dict", "model")

DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, struct.error)
ReadStorage = Callable[[StorageRecord], bytes]


@contextmanager
def open_torch_archive(path: Path) -> Iterator[dict[str, Tensor]]:
    """Open a ZIP archive that ``torch.save`` wrote; the tensors can be read while it is open.

    Raises
    ------
    WeightsError
        If it is damaged, or holds more than tensors.
    """
    with _errors(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _errors(path):
            if any("/code/" in name for name in archive.namelist()):
                raise _refusal(path, "is a TorchScript program")
            members = _members(path, archive)
            root = next(n.removesuffix("data.pkl") for n in members if n.endswith("/data.pkl"))
            order = members.get(f"{root}byteorder")
            if order and _member(archive, order, 16) != b"little":
                raise ValueError("written on a machine of another byte order")
            pickle = BytesIO(_member(archive, members[f"{root}data.pkl"], LARGEST_PICKLE))

        def read(storage: StorageRecord) -> bytes:
            return _member(archive, members[f"{root}data/{storage.key}"], storage.nbytes)

        with _errors(path):
            tensors = _tensors(path, read_pickle(pickle), read)
        yield tensors


@contextmanager
def open_torch_legacy(path: Path) -> Iterator[dict[str, Tensor]]:
    """Open a file of PyTorch before 1.6, as many published ones still are."""
    with _errors(path):
        file = path.open("rb")
    with file:
        starts: dict[str, int] = {}

        def read(storage: StorageRecord) -> bytes:
            file.seek(starts[storage.key])
            return file.read(storage.nbytes)

        with _errors(path):
            head = BytesIO(file.read(LARGEST_PICKLE))
            if read_pickle(head) != LEGACY_MAGIC or read_pickle(head) != LEGACY_VERSION:
                raise ValueError(f"not PyTorch's format {LEGACY_VERSION}")
            if not read_pickle(head)["little_endian"]:
                raise ValueError("written on a machine of another byte order")
            storages: dict[str, StorageRecord] = {}
            content = read_pickle(head, storages)
            in_order = [storages[key] for key in read_pickle(head)]
            starts |= _find_storages(file, head.tell(), in_order)
            tensors = _tensors(path, content, read)
        yield tensors


def _find_storages(file: IO[bytes], start: int, storages: list[StorageRecord]) -> dict[str, int]:
    """Return where the numbers of each storage begin: each lies behind its count."""
    size = file.seek(0, os.SEEK_END)
    starts = {}
    for storage in storages:
        file.seek(start)
        if int.from_bytes(file.read(8), "little") != storage.count:
            raise ValueError(f"storage {storage.key} has another size than it should")
        starts[storage.key] = start + 8
        start += 8 + storage.nbytes
        if start > size:
            raise ValueError(f"storage {storage.key} ends behind the end of the file")
    return starts


def _members(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members of an archive by name, all uncompressed and none twice."""
    infos = archive.infolist()
    members = {info.filename: info for info in infos}
    if len(members) != len(infos) or len(infos) > MOST_MEMBERS:
        raise ValueError(f"{len(infos)} members with {len(members)} names")
    for info in infos:
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise _refusal(path, f"has a compressed member {info.filename!r}")
    if sum(info.file_size for info in infos) > path.stat().st_size:
        raise ValueError("its members overlap")
    return members


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return a member's bytes, ``most`` at most; their checksum is compared."""
    if info.file_size > most:
        raise ValueError(f"{info.filename} has {info.file_size} bytes, not {most} at most")
    return archive.read(info)


def _tensors(path: Path, content: Any, read: ReadStorage) -> dict[str, Tensor]:
    """Return the state dict in what a pickle describes."""
    for wrapper in WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict):
        raise _refusal(path, f"holds a {type(content).__name__}")
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, TensorRecord):
            raise _refusal(path, f"holds a {type(value).__name__} called {str(name)[:40]!r}")
    return {name: _tensor(path, name, record, read) for name, record in content.items()}


def _tensor(path: Path, name: str, record: TensorRecord, read: ReadStorage) -> Tensor:
    """Return a tensor whose view has been checked against its storage."""
    count, storage = prod(record.shape), record.storage
    last = sum((n - 1) * step for n, step in zip(record.shape, record.strides, strict=True))
    if count > storage.count or (count and record.offset + last >= storage.count):
        raise ValueError(f"{name} of shape {record.shape} does not fit its storage")

    def values() -> NDArray[Any]:
        with _errors(path):
            numbers = np.frombuffer(read(storage), np.dtype(storage.dtype).newbyteorder("<"))
            if len(numbers) != storage.count:
                raise ValueError(f"storage {storage.key} is cut short")
            steps = tuple(step * numbers.itemsize for step in record.strides)
            view = numbers[record.offset :]
            return np.lib.stride_tricks.as_strided(view, record.shape, steps, writeable=False)

    return Tensor(record.shape, storage.dtype, values)


def _refusal(path: Path, found: str) -> WeightsError:
    """Return an error about a file that holds more, or less, than a state dict."""
    return WeightsError(
        f"{path}: a PyTorch file that {found}; nothing in it was executed, and only a state dict "
        "can be converted: in PyTorch, torch.save(model.state_dict(), FILE)"
    )


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Turn what damaged files raise into a :class:`WeightsError`."""
    try:
        yield
    except WeightsError:
        raise
    except ForbiddenPickleError as cause:
        raise _refusal(path, f"asks for {one_line(cause)}") from cause
    except (*DAMAGE, zipfile.BadZipFile, StopIteration) as cause:
        raise WeightsError(
            f"{path}: a PyTorch file, but damaged or truncated ({one_line(cause)}); "
            "save or fetch it again"
        ) from cause
