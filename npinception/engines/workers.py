"""Helper threads that sleep until there is a program to help with.

One set of helpers serves the whole process, however many models there are. They are
daemon threads around a queue. A job is a function that any number of threads may call at
once; a helper that comes late finds nothing left to do and goes back to sleep.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from queue import SimpleQueue
from typing import TypeAlias

import numpy as np

from ..kernels.work_sharing import Pauses

Job: TypeAlias = Callable[[], None]


class Helpers:
    """Threads that call whatever is put into their queue."""

    def __init__(self) -> None:
        """Start with no thread: they are started when first needed."""
        self.forget()

    def forget(self) -> None:
        """Start afresh, as a forked child must: it has none of its parent's threads."""
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._lock = threading.Lock()
        self.count = 0

    def invite(self, job: Job, helpers: int) -> None:
        """Have up to ``helpers`` threads call ``job``, as soon as they can."""
        if helpers > self.count:
            with self._lock:
                while self.count < helpers:
                    self.count += 1
                    name = f"npinception-{self.count}"
                    threading.Thread(target=self._serve, name=name, daemon=True).start()
        for _ in range(helpers):
            self._queue.put(job)

    def _serve(self) -> None:
        """Call jobs for ever. A job that raises ends this thread; another takes its place."""
        try:
            while True:
                job = self._queue.get()
                job()
                del job  # a sleeping helper must not keep a model's memory
        finally:
            with self._lock:
                self.count -= 1


HELPERS = Helpers()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=HELPERS.forget)


@lru_cache(maxsize=1)
def pauses() -> Pauses:
    """Return the addresses of the system's yield and sleep (0: none), and the sleep's length.

    They are looked up in every process: compiled code on disk must not contain addresses.
    """
    try:
        if sys.platform == "win32":
            library = ctypes.WinDLL("kernel32")
            own_turn, sleep, length = library.SwitchToThread, library.Sleep, 1  # milliseconds
        else:
            library = ctypes.CDLL(None)
            own_turn, sleep, length = library.sched_yield, library.usleep, 50  # microseconds
    except (OSError, AttributeError):
        return np.zeros(3, np.int64)
    addresses = [ctypes.cast(function, ctypes.c_void_p).value for function in (own_turn, sleep)]
    return np.array([*addresses, length], np.int64)
