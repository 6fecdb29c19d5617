"""The comparison as a picture: one bar a peer, one panel a number of threads and pictures."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot

from bench.peer_report import Figures, cell_title, milliseconds

OURS, THEIRS = "#c2410c", "#94a3b8"
#: A bar longer than this many times the shortest is left to the table.
LONGEST = 2.5


def draw_peers(figures: Figures, path: Path) -> None:
    """Write an SVG; the same figures give the same bytes."""
    matplotlib.rcParams["svg.hashsalt"] = "npinception"
    cells = figures["cells"]
    figure, panels = pyplot.subplots(
        1, len(cells), figsize=(4 * len(cells), 3.6), squeeze=False, layout="constrained"
    )
    for cell, panel in zip(cells, panels[0], strict=True):
        times = milliseconds(cell)
        limit = LONGEST * min(times.values())
        names = sorted((name for name in times if times[name] <= limit), key=times.__getitem__)
        names.reverse()
        ours = [figures["peers"][name]["ours"] for name in names]
        bars = panel.barh(
            [figures["peers"][name]["title"] for name in names],
            [times[name] for name in names],
            color=[OURS if own else THEIRS for own in ours],
        )
        panel.bar_label(bars, [f"{times[name]:.1f}" for name in names], padding=2, fontsize=8)
        panel.set_title(cell_title(cell), fontsize=10)
        panel.set_xlabel("ms a picture", fontsize=9)
        panel.set_xlim(0, 1.15 * max(times[name] for name in names))
        panel.tick_params(labelsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
