"""Times npinception and every installed peer on the same network and pictures.

    python -m bench.peers                       all, on 1 thread and all cores, batch 1 and 8
    python -m bench.peers --threads 2 --batch 8 --peers fused,openvino --rounds 30
    python -m bench.peers --json bench/results/peers.json

Each peer runs in its own process at its best float32 settings, and is checked against the
float64 truth before it is timed. The peers take turns, round after round, so that a busy
moment of the machine hits all of them. ``pip install -e '.[bench]'`` installs them.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # started as a file: let `bench` be found
    sys.path[0] = str(Path(__file__).parents[1])

from bench.machine import cores, describe
from bench.peer_report import peer_report
from bench.roster import PEERS, Peer
from bench.rounds import measure_cell
from bench.setting import Setting, prepare_setting
from bench.starts import measure_starts
from npinception.errors import NpinceptionError
from npinception.model import InceptionV3


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables; return 1 if a peer was refused, 2 for bad input."""
    options = _parse(arguments)
    # Ended from outside, end in order: a peer that is stopped cannot end by itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="npinception-bench-") as name:
        folder = Path(name)
        weights = options.weights or _random_weights(folder)
        try:
            setting = prepare_setting(folder, weights.absolute(), max(options.batch))
        except NpinceptionError as error:
            sys.stderr.write(f"bench.peers: {error}\n")
            return 2
        figures = measure(setting, options)
    sys.stdout.write(peer_report(figures))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return int(any(cell["refused"] for cell in figures["cells"]))


def measure(setting: Setting, options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures in the form the JSON file has."""
    chosen: list[Peer] = options.peers
    present = [peer for peer in chosen if not peer.missing]
    network = setting.network
    cells = []
    for batch in options.batch:
        for threads in options.threads:
            sys.stderr.write(f"timing {threads} threads, batch {batch}\n")
            cells.append(measure_cell(setting, present, threads, batch, options.rounds))
    sys.stderr.write("timing fresh processes\n")
    starts = measure_starts(setting, present, max(options.threads), options.starts)
    return {
        "machine": describe(),
        "network": {
            "variant": network.graph.config.variant.name,
            "input": list(network.graph.nodes["input"].shape),
            "multiply_adds": network.multiply_adds,
        },
        "peers": {
            peer.name: {"title": peer.title, "ours": peer.ours, "version": peer.version}
            for peer in present
        },
        "absent": {
            peer.name: {"title": peer.title, "missing": peer.missing}
            for peer in chosen
            if peer.missing
        },
        "cells": cells,
        "starts": starts,
    }


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(
        prog="bench.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = ", ".join(peer.name for peer in PEERS)
    add = parser.add_argument
    add("--threads", type=_numbers, default=sorted({1, cores()}), help="as 1,2")
    add("--batch", type=_numbers, default=[1, 8], help="as 1,8")
    add("--rounds", type=_count, default=20, help="turns each peer takes")
    add("--starts", type=int, default=3, help="fresh processes of each peer; 0 for none")
    add("--peers", type=_peers, default=list(PEERS), help=f"some of {names}")
    add("--weights", type=Path, help="network to time (default: random parameters, Keras' variant)")
    add("--json", type=Path, help="write all figures to this file")
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    """Return positive numbers separated by commas."""
    parts = text.split(",")
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not numbers of at least 1, as 1,2")
    return [int(part) for part in parts]


def _count(text: str) -> int:
    """Return a positive number."""
    (number,) = _numbers(text)
    return number


def _peers(text: str) -> list[Peer]:
    """Return peers by their names, separated by commas."""
    by_name = {peer.name: peer for peer in PEERS}
    unknown = [name for name in text.split(",") if name not in by_name]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"unknown peer {unknown[0]!r}; choose some of {', '.join(by_name)}"
        )
    return [by_name[name] for name in text.split(",")]


def _random_weights(folder: Path) -> Path:
    """Write a network with random parameters and return its path."""
    path = folder / "random.h5"
    InceptionV3.random(variant="keras", engine="reference").save(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
