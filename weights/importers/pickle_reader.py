"""Reading the pickles that PyTorch writes, without executing them.

A pickle is a program for a small stack machine, and Python's own machine lets it name any
function and call it. Here a name in the program stays a name: nothing is imported, and the
few functions that build a state dict are stood in for by records. All else is refused.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from .pickle_machine import ForbiddenPickleError, Machine, Name

#: PyTorch's storage classes: what they hold, in NumPy's words, and its size in bytes.
STORAGES = {
    "torch FloatStorage": ("float32", 4),
    "torch HalfStorage": ("float16", 2),
    "torch DoubleStorage": ("float64", 8),
    "torch BFloat16Storage": ("bfloat16", 2),
    "torch LongStorage": ("int64", 8),
    "torch IntStorage": ("int32", 4),
    "torch ShortStorage": ("int16", 2),
    "torch CharStorage": ("int8", 1),
    "torch ByteStorage": ("uint8", 1),
    "torch BoolStorage": ("bool", 1),
}

#: No size in a file is larger: Python's integers would take any.
LARGEST_SIZE = 1 << 48


@dataclass(frozen=True)
class StorageRecord:
    """A run of numbers: its key in the file, dtype in NumPy's words, and sizes."""

    key: str
    dtype: str
    count: int
    nbytes: int


@dataclass(frozen=True)
class TensorRecord:
    """A view of a storage; offset and strides count numbers."""

    storage: StorageRecord
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_pickle(file: IO[bytes], storages: dict[str, StorageRecord] | None = None) -> Any:
    """Return what one pickle describes: plain values, dicts, and tensor records.

    ``file`` should hold no more than can be kept in memory. It is left behind the pickle.
    Every storage that is named is put into ``storages``, by its key.

    Raises
    ------
    ForbiddenPickleError
        If the pickle names a function or class that is not part of a state dict.
    ValueError
        If it is damaged.
    """
    found: dict[str, StorageRecord] = {} if storages is None else storages

    def storage(identity: Any) -> StorageRecord:
        record = _storage(identity)
        if found.setdefault(record.key, record) != record:
            raise ValueError(f"storage {record.key} is described twice")
        return record

    machine = Machine(NAMES, storage)
    try:
        for opcode, argument, _ in pickletools.genops(file):
            if opcode.name == "STOP":
                return machine.stack.pop()
            machine.do(opcode.name, argument)
    except ForbiddenPickleError:
        raise
    except Exception as cause:
        # A damaged program leads the machine into any error there is.
        raise ValueError(f"damaged pickle: {cause!r}") from cause
    raise ValueError("damaged pickle: it has no end")


def _ordered_dict(items: Any = ()) -> dict[Any, Any]:
    """Stand in for ``collections.OrderedDict``."""
    return dict(items)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> TensorRecord:
    """Stand in for ``torch._utils._rebuild_tensor_v2``, and for what came before it."""
    sound = isinstance(storage, StorageRecord) and len(shape) == len(strides)
    if not sound or not all(map(_is_size, (offset, *shape, *strides))):
        raise ValueError("a tensor's offset, shape or strides are none")
    return TensorRecord(storage, offset, tuple(shape), tuple(strides))


def _parameter(data: TensorRecord, *_: Any) -> TensorRecord:
    """Stand in for ``torch._utils._rebuild_parameter``."""
    return data


def _no_call(*_: Any) -> Any:
    """Stand in for a storage's class, which is named but never called."""
    raise ForbiddenPickleError("the creation of a storage")


#: Every name that a state dict needs.
NAMES: dict[str, Callable[..., Any]] = {
    "collections OrderedDict": _ordered_dict,
    "torch._utils _rebuild_tensor": _tensor,
    "torch._utils _rebuild_tensor_v2": _tensor,
    "torch._utils _rebuild_parameter": _parameter,
    **dict.fromkeys(STORAGES, _no_call),
}


def _storage(identity: Any) -> StorageRecord:
    """Return the record of ``("storage", class, key, device, count[, view])``."""
    mark, kind, key, _, count, *view = identity
    sound = mark == "storage" and type(kind) is Name and type(key) is str and _is_size(count)
    if not sound:
        raise ValueError("a storage's description is none")
    if any(part is not None for part in view):
        raise ForbiddenPickleError("a view of a storage, as PyTorch before 0.4 wrote it")
    dtype, size = STORAGES[kind]
    return StorageRecord(key, dtype, count, count * size)


def _is_size(value: Any) -> bool:
    """Whether a value can count numbers in a file."""
    return type(value) is int and 0 <= value < LARGEST_SIZE
