"""One peer in a process of its own: thread pools and allocators do not meet.

    python -m bench.worker RUNTIME MODE FILE THREADS BATCH PICTURES.npy RESULT.npy

loads FILE, predicts PICTURES, writes RESULT and prints one line of JSON with the peak
memory so far. Then each line it reads is a number of predictions to time, and is
answered by a list of seconds. A peer that prints does so to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import numpy as np


def main() -> None:
    """Serve until stdin ends."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    runtime, mode, path, threads, batch, pictures, result = sys.argv[1:]
    load = import_module(f"bench.runtimes.{runtime}").load
    session = load(Path(path), mode, int(threads), int(batch))
    staged = session.stage(np.load(pictures))
    np.save(result, session.predict(staged))
    _reply(replies, {"peak_memory_mb": peak_memory_mb()})
    for line in sys.stdin:
        session.predict(staged)  # wakes threads and fills caches
        seconds = []
        for _ in range(int(line)):
            start = time.perf_counter()
            session.predict(staged)
            seconds.append(time.perf_counter() - start)
        _reply(replies, seconds)


def _reply(replies: TextIO, answer: Any) -> None:
    replies.write(json.dumps(answer) + "\n")


def peak_memory_mb() -> float:
    """Return the most memory this process has held, in 1e6 bytes.

    Linux hands ``ru_maxrss`` from a parent to the child it starts; VmHWM is the child's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource  # not on every system

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
