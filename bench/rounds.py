"""Timing all peers with one number of threads and one batch, in turns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from bench.machine import fma_peak, load_average
from bench.processes import PeerError, Worker
from bench.roster import Peer
from bench.setting import Setting

#: A turn of a fast peer takes about this many seconds...
TURN = 0.15
#: ...and a peer that has used up so many takes no further turns: the slow engines need few.
PATIENCE = 10.0
#: The middle one of fewer measurements means little.
FEWEST_ROUNDS = 3


@dataclass
class Entrant:
    """A checked peer and its times."""

    peer: Peer
    worker: Worker
    distance: float
    repeat: int = 1
    seconds: list[float] = field(default_factory=list)

    def take_turn(self, round_number: int) -> None:
        """Add one turn, unless the peer's time is used up."""
        if sum(self.seconds) > PATIENCE and round_number >= FEWEST_ROUNDS:
            return
        self.seconds += self.worker.time(self.repeat)


def measure_cell(
    setting: Setting, peers: list[Peer], threads: int, batch: int, rounds: int
) -> dict[str, Any]:
    """Return every peer's times, with the machine's peak measured between them.

    The peers start each round one place further on, so that none always follows the same.
    """
    entrants: list[Entrant] = []
    refused: dict[str, str] = {}
    load = load_average()
    peaks: list[float] = []
    try:
        for peer in peers:
            if peer.runs(threads, batch):
                _admit(setting, peer, threads, batch, entrants, refused)
        for number in range(rounds):
            peaks.append(fma_peak(threads))
            first = number % max(1, len(entrants))
            for entrant in entrants[first:] + entrants[:first]:
                entrant.take_turn(number)
    finally:
        for entrant in entrants:
            entrant.worker.close()
    return {
        "threads": threads,
        "batch": batch,
        "load_average": [load, load_average()],
        "fma_peak_gflops": peaks,
        "results": [
            {"peer": e.peer.name, "distance": e.distance, "seconds": e.seconds} for e in entrants
        ],
        "refused": refused,
    }


def _admit(
    setting: Setting,
    peer: Peer,
    threads: int,
    batch: int,
    entrants: list[Entrant],
    refused: dict[str, str],
) -> None:
    """Start a peer and check it; note why it cannot be timed."""
    try:
        worker = Worker(setting.job(peer, threads, batch))
        entrants.append(Entrant(peer, worker, math.nan))
        entrants[-1].distance = setting.distance(worker.result())
        entrants[-1].repeat = max(1, min(5, round(TURN / worker.time(1)[0])))
    except PeerError as error:
        refused[peer.name] = str(error)
        if entrants and entrants[-1].peer is peer:
            entrants.pop().worker.close()
