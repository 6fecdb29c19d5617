"""Forks happen only while no engine runs and nothing is being compiled.

A forked child has the locks of its parent, but not the threads that would release them:
its first call would wait for ever.
"""

from __future__ import annotations

import os
import threading
from weakref import WeakSet

from numba.core.compiler_lock import global_compiler_lock


class EngineLock:
    """A lock that is free in a forked child."""

    def __init__(self) -> None:
        """Start free."""
        self._lock = threading.Lock()
        _LOCKS.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_LOCKS: WeakSet[EngineLock] = WeakSet()
_held: list[EngineLock] = []
_one_fork_at_a_time = threading.Lock()


def _before_fork() -> None:
    """Wait for engines first and the compiler second, in the order a run takes them."""
    _one_fork_at_a_time.acquire()
    _held.extend(_LOCKS)
    for lock in _held:
        lock.__enter__()
    global_compiler_lock.acquire()


def _after_fork() -> None:
    """Let everybody go on, in the parent and in the child."""
    global_compiler_lock.release()
    for lock in _held:
        lock.__exit__()
    _held.clear()
    _one_fork_at_a_time.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
