"""Starting, pausing and asking the processes that run the peers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.roster import Peer

ROOT = Path(__file__).parents[1]

#: Seconds after which a peer that does not answer is ended.
_PATIENCE = 600


class PeerError(Exception):
    """A peer could not be exported, started or asked; says what it printed last."""


@dataclass(frozen=True)
class Job:
    """What a worker is started with.

    Attributes
    ----------
    pictures
        File of the input, [batch, H, W, 3].
    folder
        For the worker's output.
    cache
        Where compiled code is kept.
    """

    peer: Peer
    path: Path
    threads: int
    batch: int
    pictures: Path
    folder: Path
    cache: Path

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the worker's environment."""
        added = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
        if self.peer.cache_variable:
            added[self.peer.cache_variable] = str(self.cache)
        if self.peer.mode == "reference":  # NumPy's BLAS takes its threads from here alone
            added["OPENBLAS_NUM_THREADS"] = added["OMP_NUM_THREADS"] = str(self.threads)
        return os.environ | added


class Worker:
    """A running peer. Between questions it is stopped, so that it cannot disturb others."""

    def __init__(self, job: Job) -> None:
        self._result = job.folder / f"{job.peer.name}.npy"
        self._log = job.folder / f"{job.peer.name}.log"
        command = ["bench.worker", job.peer.runtime, job.peer.mode, str(job.path)]
        command += [str(job.threads), str(job.batch), str(job.pictures), str(self._result)]
        start = time.perf_counter()
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=job.environment,
                cwd=job.folder,
            )
        self.peak_memory_mb: float = self._read()["peak_memory_mb"]
        self.first_result_seconds = time.perf_counter() - start
        self._pause()

    def result(self) -> NDArray[np.float32]:
        """Return the first prediction."""
        values: NDArray[np.float32] = np.load(self._result)
        return values

    def time(self, count: int) -> list[float]:
        """Return the seconds of ``count`` predictions, after one that is not timed."""
        assert self._process.stdin is not None
        self._signal("SIGCONT")
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        seconds: list[float] = self._read()
        self._pause()
        return seconds

    def close(self) -> None:
        """End the process."""
        self._signal("SIGCONT")
        self._process.communicate(timeout=_PATIENCE)

    def _read(self) -> Any:
        assert self._process.stdout is not None
        guard = threading.Timer(_PATIENCE, self._process.kill)
        guard.start()
        line = self._process.stdout.readline()
        guard.cancel()
        if not line:
            self._process.communicate(timeout=_PATIENCE)
            raise PeerError(_last_line(self._log.read_text()))
        return json.loads(line)

    def _pause(self) -> None:
        self._signal("SIGSTOP")

    def _signal(self, name: str) -> None:
        """Send a signal, where the system has it."""
        if hasattr(signal, name):
            self._process.send_signal(getattr(signal, name))


def export(peer: Peer, weights: Path, batch: int, folder: Path) -> Path:
    """Return the peer's file for ``batch`` pictures, written unless it is there already.

    Raises
    ------
    PeerError
        If it cannot be written.
    """
    if not peer.export:
        return weights
    place = folder / f"{peer.export}-{batch}"
    note = place / "path.txt"
    if not note.exists():
        place.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "bench.export", peer.export, str(weights), str(batch)]
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, str(place)], capture_output=True, text=True, env=environment, cwd=folder
        )
        if done.returncode != 0:
            raise PeerError(_last_line(done.stderr))
        note.write_text(_last_line(done.stdout))
    return Path(note.read_text())


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "ended without a word"
