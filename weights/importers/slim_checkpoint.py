"""TF-slim checkpoints; TensorFlow is needed to read them, and imported here alone.

The published ``inception_v3.ckpt`` is a single file (TensorFlow's first format); newer
checkpoints are ``PREFIX.index`` beside ``PREFIX.data-00000-of-00001``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from npinception.errors import MissingPackageError, WeightsError
from npinception.nodes import SCOPE

from ..checks import check_values
from ..hdf5 import Array, LazyParameters, Shape, one_line
from .source import Source

#: Both checkpoint formats are tables that end in this magic number.
TABLE_MAGIC = bytes.fromhex("57fb808b247547db")

#: Variables that training keeps and inference does not need. The averages that
#: ``ExponentialMovingAverage`` holds are left out too: a checkpoint's plain variables are
#: what slim restores unless it is told otherwise.
NOT_FOR_INFERENCE = re.compile(
    r"(.*/)?(global_step|beta[12]_power)"
    r"|.*/(RMSProp(_1)?|Momentum|Adam(_1)?|Adagrad|Adadelta(_1)?|Ftrl(_1)?)"
    r"|(?P<average>.*/ExponentialMovingAverage)"
)


def find_checkpoint(path: Path) -> Path | None:
    """Return what TensorFlow calls the checkpoint's path, or None if there is none.

    ``path`` may be the prefix, one of its files, or a folder with one checkpoint.
    """
    if path.is_dir():
        found = sorted(path.glob("*.index"))
        if len(found) > 1:
            names = ", ".join(item.stem for item in found[:4])
            raise WeightsError(
                f"{path}: holds {len(found)} checkpoints ({names}); name one of them"
            )
        return found[0].with_suffix("") if found else None
    if path.is_file():
        if path.suffix == ".index" or path.suffix.startswith(".data-"):
            prefix = path.with_suffix("")
            return prefix if _index(prefix).is_file() else None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - len(TABLE_MAGIC)))
            return path if file.read() == TABLE_MAGIC else None
    return path if _index(path).is_file() else None


@contextmanager
def open_slim_checkpoint(path: Path, prefix: Path) -> Iterator[Source]:
    """Open the checkpoint at ``prefix``; ``path`` is what the caller named.

    Raises
    ------
    MissingPackageError
        If TensorFlow is not installed.
    WeightsError
        If the checkpoint is damaged or holds another network.
    """
    reader, shapes, errors = _open_reader(path, prefix)
    files = _files(prefix)
    ignored = [name for name in sorted(shapes) if NOT_FOR_INFERENCE.fullmatch(name)]
    kept = {name: tuple(shapes[name]) for name in sorted(shapes) if name not in ignored}
    if not any(name.startswith(f"{SCOPE}/") for name in kept):
        few = ", ".join(list(kept)[:3])
        raise WeightsError(
            f"{path}: a TensorFlow checkpoint, but no variable begins with {SCOPE}/ ({few}...); "
            "only TF-slim's inception_v3 can be converted; save a Keras model as .keras"
        )
    _check_storage(path, reader, kept, files)
    averages = [n for n in ignored if n.endswith("ExponentialMovingAverage")]
    notes = f"{len(averages)} moving averages of variables are ignored; the variables are used"
    yield Source(
        path=path,
        files=files,
        family="TF-slim checkpoint",
        variant="slim",
        parameters=LazyParameters(kept, _reader(path, reader, errors)),
        narrow=True,
        ignored=tuple(ignored),
        notes=(notes,) if averages else (),
        evidence=f"a checkpoint whose variables begin with {SCOPE}/, as TF-slim's do",
    )


def _open_reader(path: Path, prefix: Path) -> tuple[Any, dict[str, Shape], tuple[Any, ...]]:
    """Return TensorFlow's reader, the shapes, and the errors that reading can raise."""
    try:
        import tensorflow as tf
    except ImportError as cause:
        raise MissingPackageError(
            f"{path}: a TensorFlow checkpoint can only be read with TensorFlow; "
            "install it with: pip install 'npinception[tensorflow]'"
        ) from cause
    # TensorFlow turns some of its own errors into Python's, as a short read into IndexError.
    errors = (tf.errors.OpError, RuntimeError, ValueError, LookupError, MemoryError)
    try:
        reader = tf.train.load_checkpoint(str(prefix))
        return reader, reader.get_variable_to_shape_map(), errors
    except errors as cause:
        raise WeightsError(
            f"{path}: damaged or incomplete checkpoint ({one_line(cause)}); fetch it again"
        ) from cause


def _check_storage(
    path: Path, reader: Any, kept: dict[str, Shape], files: tuple[Path, ...]
) -> None:
    """Raise unless all are float32, and together no larger than the files."""
    dtypes = reader.get_variable_to_dtype_map()
    for name in kept:
        if dtypes[name].as_numpy_dtype is not np.float32:
            raise WeightsError(f"{path}: {name} must be float32, not {dtypes[name].name}")
    declared = 4 * sum(math.prod(shape) for shape in kept.values())
    stored = sum(file.stat().st_size for file in files)
    if len(files) > 1 and declared > stored:
        raise WeightsError(
            f"{path}: its variables need {declared} bytes, its files have {stored}; "
            "it is damaged or incomplete, fetch it again"
        )


def _reader(path: Path, reader: Any, errors: tuple[Any, ...]) -> Callable[[str], Array]:
    """Return a function that reads one variable."""

    def read(name: str) -> Array:
        try:
            values = np.ascontiguousarray(reader.get_tensor(name), np.float32)
        except errors as cause:
            raise WeightsError(
                f"{path}: {name} cannot be read ({one_line(cause)}); fetch the checkpoint again"
            ) from cause
        check_values(str(path), name, values)
        return values

    return read


def _index(prefix: Path) -> Path:
    """Return the index file of a checkpoint."""
    return prefix.with_name(prefix.name + ".index")


def _files(prefix: Path) -> tuple[Path, ...]:
    """Return the files of a checkpoint."""
    if prefix.is_file() and not _index(prefix).is_file():
        return (prefix,)
    shards = (f for f in prefix.parent.iterdir() if f.name.startswith(f"{prefix.name}.data-"))
    return (_index(prefix), *sorted(shards))
