"""``npinception info``: what the computation will run on."""

from __future__ import annotations

import json
import os
import platform
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import click

from .. import __version__

_PACKAGES = ("numpy", "numba", "llvmlite", "h5py", "pillow", "click")

#: Widest vector instructions by a feature that LLVM names, best first.
_VECTOR_BITS = {"avx512f": 512, "avx2": 256, "avx": 256, "sse2": 128, "neon": 128}


@click.command(short_help="Print what the computation runs on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(as_json: bool) -> None:
    """Print the processor, its vector width, threads, caches and versions."""
    found = collect()
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for topic, facts in found.items():
        click.echo(topic)
        for name, value in facts.items():
            text = " ".join(value) if isinstance(value, list) else value
            click.echo(f"  {name + ':':<14}{'none' if text is None else text}")


def collect() -> dict[str, dict[str, Any]]:
    """Return the facts by topic."""
    from ..kernels.jit import cache_directory

    llvm: Any = import_module("llvmlite.binding")  # declares no types
    cache = cache_directory()
    features = sorted(name for name, there in llvm.get_host_cpu_features().items() if there)
    vector = next((bits for name, bits in _VECTOR_BITS.items() if name in features), None)
    versions = {"npinception": __version__, "python": platform.python_version()}
    return {
        "processor": {
            "model": _model_name(),
            "architecture": platform.machine(),
            "llvm": os.environ.get("NUMBA_CPU_NAME") or llvm.get_host_cpu_name(),
            "vector bits": vector,
            "features": features,
        },
        "threads": {
            "processors": os.cpu_count(),
            "usable": _usable_processors(),
        },
        "caches": {"kernels": None if cache is None else str(cache)},
        "versions": versions | {name: _version(name) for name in _PACKAGES},
    }


def _usable_processors() -> int | None:
    """Return how many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


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
