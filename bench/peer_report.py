"""Medians, ratios and shares from the figures of :mod:`bench.peers`, and their tables."""

from __future__ import annotations

from statistics import median
from typing import Any

Figures = dict[str, Any]


def milliseconds(cell: Figures) -> dict[str, float]:
    """Return each peer's median time for one picture of the batch, in milliseconds."""
    return {r["peer"]: 1e3 * median(r["seconds"]) / cell["batch"] for r in cell["results"]}


def fastest_peer(cell: Figures, figures: Figures) -> str | None:
    """Return the name of the fastest that is not ours."""
    times = milliseconds(cell)
    others = [name for name in times if not figures["peers"][name]["ours"]]
    return min(others, key=times.__getitem__, default=None)


def ratios(cell: Figures, figures: Figures) -> dict[str, float]:
    """Return each peer's time divided by the fastest other's; below 1 is faster."""
    times = milliseconds(cell)
    fastest = fastest_peer(cell, figures)
    return {} if fastest is None else {name: t / times[fastest] for name, t in times.items()}


def shares(cell: Figures, figures: Figures) -> dict[str, float]:
    """Return which share of the multiply-add peak each peer reached over the whole network."""
    peak = median(cell["fma_peak_gflops"])
    flops = 2 * figures["network"]["multiply_adds"]
    return {name: flops / (1e6 * t) / peak for name, t in milliseconds(cell).items()}


def start_medians(figures: Figures, cache: str) -> dict[str, tuple[float, float]]:
    """Return each peer's seconds to the first result and its peak memory in MB."""
    runs: dict[str, list[Figures]] = {}
    for start in figures["starts"]:
        if start["cache"] == cache:
            runs.setdefault(start["peer"], []).append(start)
    return {
        name: (median(r["seconds"] for r in own), median(r["peak_memory_mb"] for r in own))
        for name, own in runs.items()
    }


def peer_report(figures: Figures) -> str:
    """Return everything as text for a terminal."""
    machine, network = figures["machine"], figures["network"]
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['vectors']}; "
        f"{network['variant']}, {network['multiply_adds'] / 1e9:.2f} G multiply-adds a picture"
    ]
    for cell in figures["cells"]:
        lines += ["", *_cell_lines(cell, figures)]
    if figures["starts"]:
        lines += ["", *_start_lines(figures)]
    for absent in figures["absent"].values():
        lines.append(f"{absent['title']}: absent, {', '.join(absent['missing'])} not installed")
    return "\n".join(lines) + "\n"


def _cell_lines(cell: Figures, figures: Figures) -> list[str]:
    """Return one table, fastest first."""
    times, ratio, share = milliseconds(cell), ratios(cell, figures), shares(cell, figures)
    distances = {r["peer"]: r["distance"] for r in cell["results"]}
    best = {r["peer"]: 1e3 * min(r["seconds"]) / cell["batch"] for r in cell["results"]}
    lines = [
        f"{cell_title(cell)} (load average "
        f"{cell['load_average'][0]:.1f} to {cell['load_average'][1]:.1f}; peak "
        f"{median(cell['fma_peak_gflops']):.0f} GFLOP/s)",
        f"{'':32}{'ms/picture':>11}{'ratio':>8}{'of peak':>9}{'from truth':>12}{'best ms':>9}",
    ]
    for name in sorted(times, key=times.__getitem__):
        title = figures["peers"][name]["title"]
        versus = f"{ratio[name]:.2f}" if name in ratio else "-"
        lines.append(
            f"{title:32}{times[name]:11.1f}{versus:>8}{share[name]:9.2f}{distances[name]:12.1e}"
            f"{best[name]:9.1f}"
        )
    for name, reason in cell["refused"].items():
        lines.append(f"{figures['peers'][name]['title']}: not timed, {reason}")
    return lines


def _start_lines(figures: Figures) -> list[str]:
    """Return the table of fresh processes."""
    warm, cold = start_medians(figures, "warm"), start_medians(figures, "cold")
    lines = [
        "fresh process, batch 1",
        f"{'':32}{'first result':>13}{'nothing compiled':>18}{'peak memory':>13}",
    ]
    for name, (seconds, memory) in sorted(warm.items(), key=lambda item: item[1]):
        title = figures["peers"][name]["title"]
        first = f"{cold[name][0]:.2f} s" if name in cold else "-"
        lines.append(f"{title:32}{seconds:11.2f} s{first:>18}{memory:10.0f} MB")
    return lines


def peer_table(figures: Figures) -> str:
    """Return the figures as Markdown: a line on the machine, then one row a peer."""
    cells = figures["cells"]
    header = [f"{cell_title(cell)}, ms a picture" for cell in cells]
    header += ["from the truth", "first result, s", "nothing compiled, s", "peak memory, MB"]
    lines = [
        f"Measured on {_machine(figures)}. In brackets: time divided by the fastest peer's; share "
        "of the multiply-add peak.",
        "",
        f"| | {' | '.join(header)} |",
        f"|---|{'---:|' * len(header)}",
    ]
    last = milliseconds(cells[-1])
    order = sorted(figures["peers"], key=lambda name: last.get(name, float("inf")))
    lines += [_peer_row(name, figures) for name in order]
    return "\n".join(lines) + "\n"


def peer_line(figures: Figures) -> str:
    """Return our fastest engine's figure for one picture on all cores, in one sentence."""
    cell = max(figures["cells"], key=lambda cell: (-cell["batch"], cell["threads"]))
    times = milliseconds(cell)
    ours = min((n for n in times if figures["peers"][n]["ours"]), key=times.__getitem__)
    text = f"{times[ours]:.1f} ms a picture on {cell['threads']} cores"
    fastest = fastest_peer(cell, figures)
    if fastest is None:
        return text
    return (
        f"{text}, {ratios(cell, figures)[ours]:.2f} times what "
        f"{figures['peers'][fastest]['title']} takes, the fastest of the other engines measured"
    )


def cell_title(cell: Figures) -> str:
    """Return a cell's threads and batch in words."""
    threads, batch = cell["threads"], cell["batch"]
    return f"{threads} thread{'s' * (threads > 1)}, batch {batch}"


def _machine(figures: Figures) -> str:
    """Return the machine in words."""
    machine = figures["machine"]
    return f"{machine['cores']} cores ({machine['processor']}, {machine['vectors']})"


def _peer_row(name: str, figures: Figures) -> str:
    """Return one peer's row; a figure that was not taken is a dash."""
    peer = figures["peers"][name]
    title = f"**{peer['title']}**" if peer["ours"] else f"{peer['title']} {peer['version']}"
    columns = []
    for cell in figures["cells"]:
        time = milliseconds(cell).get(name)
        ratio = ratios(cell, figures).get(name, float("nan"))
        columns.append(
            "-" if time is None else f"{time:.1f} ({ratio:.2f}; {shares(cell, figures)[name]:.0%})"
        )
    distances = [
        result["distance"]
        for cell in figures["cells"]
        for result in cell["results"]
        if result["peer"] == name
    ]
    warm, cold = (start_medians(figures, cache).get(name) for cache in ("warm", "cold"))
    columns += [
        f"{max(distances):.1e}" if distances else "-",
        f"{warm[0]:.2f}" if warm else "-",
        f"{cold[0]:.2f}" if cold else "-",
        f"{warm[1]:.0f}" if warm else "-",
    ]
    return f"| {title} | {' | '.join(columns)} |"
