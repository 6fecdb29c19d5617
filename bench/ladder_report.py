"""GFLOP/s, shares and errors from the figures of :mod:`bench.ladder`, and their tables."""

from __future__ import annotations

from typing import Any

Figures = dict[str, Any]


def rung_seconds(figures: Figures, rung: str) -> float:
    """Return a rung's time for all layers measured, each shape as often as it occurs."""
    return float(sum(x["count"] * x["rungs"][rung]["seconds"] for x in figures["layers"]))


def total_flops(figures: Figures) -> int:
    """Return the operations of all layers measured, each shape as often as it occurs."""
    return int(sum(layer["count"] * layer["flops"] for layer in figures["layers"]))


def worst(figures: Figures, rung: str, error: str) -> float:
    """Return a rung's largest error over all layers: ``distance`` or ``error_share``."""
    return float(max(layer["rungs"][rung][error] for layer in figures["layers"]))


def ladder_report(figures: Figures) -> str:
    """Return everything as text for a terminal."""
    machine, rungs = figures["machine"], figures["rungs"]
    before, after = figures["load_average"]
    lines = [
        f"{machine['processor']}, {machine['vectors']}; multiply-add peak "
        f"{figures['fma_peak_gflops']:.0f} GFLOP/s on one core; load average "
        f"{before:.1f} to {after:.1f}",
        "",
        f"{'GFLOP/s':62}" + "".join(f"{rung['name']:>10}" for rung in rungs),
    ]
    for layer in figures["layers"]:
        speeds = [layer["flops"] / layer["rungs"][r["name"]]["seconds"] / 1e9 for r in rungs]
        lines.append(f"{_shape(layer):62}" + "".join(f"{speed:10.1f}" for speed in speeds))
    lines += [
        "",
        f"{'':30}{'all layers':>12}{'GFLOP/s':>10}{'of peak':>9}{'from truth':>12}{'of bound':>10}",
    ]
    for rung in rungs:
        name = rung["name"]
        seconds = rung_seconds(figures, name)
        lines.append(
            _total(
                rung["title"], seconds, total_flops(figures) / seconds, figures["fma_peak_gflops"]
            )
            + f"{worst(figures, name, 'distance'):12.1e}{worst(figures, name, 'error_share'):10.2f}"
        )
    lines.append("whole network")
    for network in figures["networks"]:
        peak = figures["fma_peak_gflops" if network["threads"] == 1 else "fma_peak_gflops_all"]
        title = f"{network['engine']}, threads: {network['threads']}"
        lines.append(
            _total(title, network["seconds"], network["flops"] / network["seconds"], peak)
            + f"{network['distance']:12.1e}"
        )
    return "\n".join(lines) + "\n"


def _shape(layer: Figures) -> str:
    """Return a layer's name and shapes in one string."""
    rows, columns, channels = layer["input"]
    kernel = "x".join(map(str, layer["kernel"]))
    stride = f"/{layer['stride']}" if layer["stride"] > 1 else ""
    times = f" ({layer['count']} times)" if layer["count"] > 1 else ""
    shape = f"{rows}x{columns}x{channels} {kernel}{stride} {layer['output'][2]}"
    return f"{layer['name']:33} {shape}{times}"


def _total(title: str, seconds: float, flops: float, peak: float) -> str:
    """Return the columns that rungs and networks share."""
    speed = flops / 1e9
    return f"{title:30}{1e3 * seconds:9.1f} ms{speed:10.1f}{speed / peak:9.2f}"


def ladder_table(figures: Figures) -> str:
    """Return the sums over all layers as Markdown, with one row a rung."""
    machine, peak = figures["machine"], figures["fma_peak_gflops"]
    lines = [
        f"Measured on one core ({machine['processor']}, {machine['vectors']}) with a multiply-add "
        f"peak of {peak:.0f} GFLOP/s.",
        "",
        "| rung | all layers, ms | GFLOP/s | share of the peak | from the truth | of the bound |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    flops = total_flops(figures)
    for rung in figures["rungs"]:
        name = rung["name"]
        seconds = rung_seconds(figures, name)
        speed = flops / seconds / 1e9
        distance, share = (worst(figures, name, error) for error in ("distance", "error_share"))
        lines.append(
            f"| {rung['title']} | {1e3 * seconds:.1f} | {speed:.1f} | {speed / peak:.2f} "
            f"| {distance:.1e} | {share:.2f} |"
        )
    for network in figures["networks"]:
        threads = network["threads"]
        peak = figures["fma_peak_gflops" if threads == 1 else "fma_peak_gflops_all"]
        speed = network["flops"] / network["seconds"] / 1e9
        lines.append(
            f"| *engine `{network['engine']}`, {threads} thread{'s' * (threads > 1)}* "
            f"| {1e3 * network['seconds']:.1f} | {speed:.1f} | {speed / peak:.2f} "
            f"| {network['distance']:.1e} | |"
        )
    return "\n".join(lines) + "\n"


def layer_table(figures: Figures) -> str:
    """Return each layer's GFLOP/s as Markdown, with one column a rung."""
    rungs = figures["rungs"]
    lines = [
        f"| GFLOP/s | input | kernel | depth | {' | '.join(r['title'] for r in rungs)} |",
        f"|---|---|---|---:|{'---:|' * len(rungs)}",
    ]
    for layer in figures["layers"]:
        speeds = [layer["flops"] / layer["rungs"][r["name"]]["seconds"] / 1e9 for r in rungs]
        kernel = "x".join(map(str, layer["kernel"])) + f"/{layer['stride']}" * (layer["stride"] > 1)
        times = f" ({layer['count']} times)" if layer["count"] > 1 else ""
        lines.append(
            f"| `{layer['name']}`{times} | {'x'.join(map(str, layer['input']))} | {kernel} "
            f"| {layer['output'][2]} | {' | '.join(f'{speed:.0f}' for speed in speeds)} |"
        )
    return "\n".join(lines) + "\n"
