"""The one decorator every compiled kernel wears, and where compiled code is kept.

Flags, for all kernels alike:

- ``nogil``: worker threads run side by side;
- ``error_model="numpy"``: a division by zero is Inf or NaN, as in NumPy, not an exception;
- of ``fastmath`` only ``contract``: a product may be added without being rounded first.
  NaN, Inf and the order of additions are what the source says;
- no ``parallel``: its thread layers abort or hang under concurrent callers and after fork.

Compiled code is kept in a folder of the user's (see :func:`cache_directory`), never beside
the sources. Numba alone would look only at the file a kernel is written in, and miss a
change in one that it calls: here a kernel is recompiled when *any* kernel source changes.
Where no folder can be written to, kernels are compiled anew in each process.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    ImportError,
    TypeError,
    pickle.PickleError,
)


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a kernel on its first call, or load it from the cache."""
    dispatcher = compiled_part(function)
    if cache_directory() is not None:
        dispatcher._cache = _KernelCache(function)
    return dispatcher


def compiled_part(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call: its code is kept as part of theirs."""
    return njit(nogil=True, error_model="numpy", fastmath={"contract"})(function)


@lru_cache(maxsize=1)
def cache_directory() -> Path | None:
    """Return the folder that compiled kernels are kept in, or None if none is writable.

    The first of: ``NPINCEPTION_CACHE_DIR``; ``NUMBA_CACHE_DIR``; ``npinception`` in the
    user's cache folder (``XDG_CACHE_HOME``, ``~/.cache``, ``~/Library/Caches`` or
    ``LOCALAPPDATA``).
    """
    for folder in _candidates():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


def _candidates() -> list[Path]:
    """List the folders to try, best first."""
    chosen = os.environ.get("NPINCEPTION_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen).absolute()]
    folders = []
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            folders.append(Path(os.environ[variable]))
    try:
        home = Path.home()
    except RuntimeError:  # no HOME and no entry in the user database
        return [folder / "npinception" for folder in folders]
    folders.append(home / ("Library/Caches" if sys.platform == "darwin" else ".cache"))
    return [folder / "npinception" for folder in folders]


@lru_cache(maxsize=1)
def sources_digest() -> str:
    """Return a digest of every kernel source: compiled code is valid for this one only."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Locator(_CacheLocator):
    """Tells Numba's cache where to keep a kernel and when it is stale."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._py_file = function.__code__.co_filename
        self._line = function.__code__.co_firstlineno

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Locator:
        """Return the locator of one kernel."""
        return cls(py_func)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(cache_directory())

    def get_source_stamp(self) -> str:
        """Return what must be unchanged for cached code to be used."""
        return sources_digest()

    def get_disambiguator(self) -> str:
        """Return what tells kernels of one name apart."""
        return str(self._line)


class _KernelCacheFiles(CompileResultCacheImpl):
    _locator_classes = (_Locator,)


class _KernelCache(FunctionCache):
    """Numba's cache, except that a damaged or full one is as good as none."""

    _impl_class = _KernelCacheFiles

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled kernel, or None to compile it."""
        try:
            return super().load_overload(sig, target_context)
        except _DAMAGED:
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the compiled kernel if that can be done."""
        try:
            super().save_overload(sig, data)
        except _DAMAGED:
            self.disable()
