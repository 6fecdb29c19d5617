"""``npinception info``: what the computation will run on."""

from __future__ import annotations

import json
import os
import platform
import time
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import click

from .. import __version__

_PACKAGES = ("numpy", "numba", "llvmlite", "h5py", "pillow", "click")


@click.command(short_help="Print what the computation runs on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--warm", is_flag=True, help="First compile the kernels of the default engine.")
def info(as_json: bool, warm: bool) -> None:
    """Print the processor, its vector unit, threads, caches and versions.

    With --warm the kernels are compiled now and kept in the cache, as in the making of a
    container: no later process has to wait for the compiler.
    """
    seconds = _warm() if warm else None
    found = collect()
    if seconds is not None:
        found["caches"]["warm-up"] = f"{seconds:.1f} s"
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for topic, facts in found.items():
        click.echo(topic)
        for name, value in facts.items():
            text = " ".join(value) if isinstance(value, list) else value
            click.echo(f"  {name + ':':<16}{'none' if text is None else text}")


def collect() -> dict[str, dict[str, Any]]:
    """Return the facts by topic."""
    from ..engines.threads import default_threads
    from ..kernels.jit import cache_directory
    from ..kernels.vector_unit import vector_unit

    llvm: Any = import_module("llvmlite.binding")  # declares no types
    cache = cache_directory()
    features = sorted(name for name, there in llvm.get_host_cpu_features().items() if there)
    unit = vector_unit()
    versions = {"npinception": __version__, "python": platform.python_version()}
    return {
        "processor": {
            "model": _model_name(),
            "architecture": platform.machine(),
            "llvm": os.environ.get("NUMBA_CPU_NAME") or llvm.get_host_cpu_name(),
            "vector unit": unit.name,
            "vector floats": unit.width,
            "one rounding": unit.fused,
            "register tiles": [f"{rows}x{vectors * unit.width}" for rows, vectors in unit.tiles],
            "features": features,
        },
        "threads": {
            "processors": os.cpu_count(),
            "used": default_threads(),
        },
        "caches": {"kernels": None if cache is None else str(cache)},
        "versions": versions | {name: _version(name) for name in _PACKAGES},
    }


def _warm() -> float:
    """Compile the kernels, or find them in the cache; return the seconds that took."""
    start = time.perf_counter()
    from ..engines.execution import load_kernels

    load_kernels()
    return time.perf_counter() - start


def _model_name() -> str | None:
    """Return what the maker calls the processor, where the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or None


def _version(package: str) -> str | None:
    """Return an installed package's version without importing it."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
