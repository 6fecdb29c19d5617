"""How many threads to use when nobody says."""

from __future__ import annotations

import math
import os
from pathlib import Path

from ..errors import InputError

#: Overrides the number of threads for the whole process.
VARIABLE = "NPINCEPTION_THREADS"

_CGROUPS = Path("/sys/fs/cgroup")


def default_threads() -> int:
    """Return ``NPINCEPTION_THREADS``, or as many threads as this process may use cores.

    That is the cores it is bound to (``taskset``), or fewer where a container's quota
    (``docker run --cpus``) allows less than their whole time.

    Raises
    ------
    InputError
        If the environment variable is not a positive whole number.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        if not chosen.isdecimal() or int(chosen) < 1:
            raise InputError(f"{VARIABLE} must be a whole number above 0, not {chosen!r}")
        return int(chosen)
    quota = cgroup_quota()
    cores = _bound_cores()
    return cores if quota is None else max(1, min(cores, math.ceil(quota)))


def _bound_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cgroup_quota(root: Path = _CGROUPS) -> float | None:
    """Return how many cores' time the control group grants, or None without a limit."""
    quota, period = _read(root / "cpu.max"), None  # version 2: "max 100000" or "150000 100000"
    if len(quota) == 2:
        quota, period = quota[:1], quota[1:]
    else:  # version 1: two files, -1 for no limit
        quota = _read(root / "cpu" / "cpu.cfs_quota_us")
        period = _read(root / "cpu" / "cpu.cfs_period_us")
    if not quota or not period or not quota[0].isdecimal() or not period[0].isdecimal():
        return None
    return int(quota[0]) / int(period[0]) if int(period[0]) else None


def _read(path: Path) -> list[str]:
    """Return the words of a file, none if it cannot be read."""
    try:
        return path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return []
