"""Puts the figures of the last runs into the documentation, so that none is typed by hand.

    python -m bench.peers --json bench/results/peers.json
    python -m bench.ladder --json bench/results/ladder.json
    python -m bench.render

fills what stands between two equal markers, as ``<!-- bench.peers -->``, in README.md and
docs/, and draws docs/speed.svg. The names of the markers are in :func:`blocks`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # started as a file: let `bench` be found
    sys.path[0] = str(Path(__file__).parents[1])

from bench.ladder_report import ladder_table, layer_table
from bench.peer_report import peer_line, peer_table
from bench.plot import draw_peers

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
PLOT = ROOT / "docs" / "speed.svg"


def main() -> None:
    """Render whatever has been measured."""
    peers, ladder = _read("peers"), _read("ladder")
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = page.read_text()
        for name, content in blocks(peers, ladder).items():
            text = fill(text, name, content)
        page.write_text(text)
    if peers:
        draw_peers(peers, PLOT)


def blocks(peers: dict[str, Any] | None, ladder: dict[str, Any] | None) -> dict[str, str]:
    """Return what belongs between the markers of each name."""
    content = {}
    if peers:
        content["bench.peers"] = f"\n{peer_table(peers)}"
        content["bench.plot"] = f"![Time a picture of each engine]({PLOT.name})"
        content["bench.peers.line"] = peer_line(peers)
    if ladder:
        content["bench.ladder"] = f"\n{ladder_table(ladder)}"
        content["bench.ladder.layers"] = f"\n{layer_table(ladder)}"
    return content


def fill(text: str, name: str, content: str) -> str:
    """Return ``text`` with ``content`` between each two markers called ``name``.

    Raises
    ------
    ValueError
        If one marker has no second.
    """
    marker = f"<!-- {name} -->"
    parts = text.split(marker)
    if len(parts) % 2 == 0:
        raise ValueError(f"{marker} must stand before and behind what is filled in")
    parts[1::2] = [content] * len(parts[1::2])
    return marker.join(parts)


def _read(name: str) -> dict[str, Any] | None:
    """Return a run's figures, or None if there was none."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


if __name__ == "__main__":
    main()
