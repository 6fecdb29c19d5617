"""How long a fresh process takes to its first result, and the memory that needs."""

from __future__ import annotations

import shutil
from typing import Any

from bench.processes import Job, PeerError, Worker
from bench.roster import Peer
from bench.setting import Setting

#: A peer whose process takes this many seconds to its first result is not started again.
LONG = 10.0


def measure_starts(
    setting: Setting, peers: list[Peer], threads: int, count: int
) -> list[dict[str, Any]]:
    """Return seconds from process start to the first prediction, and peak memory.

    The time covers Python, imports, the network's file, and one picture. ``cold``: nothing
    is compiled yet, for peers that keep compiled code. ``warm``: a former process left its
    own. The peers take turns here too.
    """
    jobs: dict[str, Job] = {}
    for peer in peers:
        if peer.runs(threads, 1):
            try:
                jobs[peer.name] = setting.job(peer, threads, 1)
            except PeerError:
                continue  # named among the refused of every cell
    cold = {name: job for name, job in jobs.items() if job.peer.cache_variable}
    results = []
    for job in cold.values() if count else ():
        shutil.rmtree(job.cache, ignore_errors=True)
        results += _start(job, "cold")
    for number in range(count + 1 if count else 0):
        for name, job in list(jobs.items()):
            result = _start(job, "warm")
            slow = any(start["seconds"] > LONG for start in result)
            if number > 0 or slow:  # the first one only brings files into memory
                results += result
            if slow:
                del jobs[name]
    return results


def _start(job: Job, cache: str) -> list[dict[str, Any]]:
    """Start and end one process; a peer that fails has no figure."""
    try:
        worker = Worker(job)
    except PeerError:
        return []
    worker.close()
    return [
        {
            "peer": job.peer.name,
            "cache": cache,
            "seconds": worker.first_result_seconds,
            "peak_memory_mb": worker.peak_memory_mb,
        }
    ]
