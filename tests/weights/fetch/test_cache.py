"""The folder of fetched weights: where it is, and what it holds after accidents."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from npinception.errors import MissingPackageError, WeightsError
from npinception.weights import fetch as fetch_module
from npinception.weights.cache import cache_folder
from npinception.weights.fetch import fetch
from npinception.weights.store import verify_weights
from tests.weights.http_server import Server, serving

from .entries import LIMITS, assert_fetched, entry_of, older_weights


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NPINCEPTION_WEIGHTS_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "npinception" / "weights"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "npinception" / "weights"
    monkeypatch.delenv("XDG_CACHE_HOME")

    def homeless(_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(homeless))
    with pytest.raises(WeightsError, match="NPINCEPTION_WEIGHTS_DIR"):
        cache_folder()


def test_older_and_damaged_weights_are_replaced(
    server: Server, values: dict[str, np.ndarray], folder: Path
) -> None:
    entry = entry_of(server.url("right", "again"), server.content)
    older_weights(folder)
    path = fetch(entry, LIMITS)
    assert_fetched(path, values, folder)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert_fetched(fetch(entry, LIMITS), values, folder)
    assert server.requests["/right/again"] == 2


def test_what_killed_processes_left_is_removed(server: Server, folder: Path) -> None:
    for name, age in ((".fetch-old", 1e6), (".fetch-busy", 0.0)):
        (folder / name).mkdir(parents=True)
        (folder / name / "part").touch()
        created = (folder / name).stat().st_mtime
        os.utime(folder / name, (created - age, created - age))
    fetch(entry_of(server.url("right", "stale"), server.content), LIMITS)
    assert sorted(path.name for path in folder.iterdir()) == [".fetch-busy", "small.h5"]


def test_folders_that_cannot_be_written(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    entry = entry_of(server.url("right", "full"), server.content)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(WeightsError, match=r"cannot be written \(.*free disk space"):
            fetch(entry, LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []
    (folder / "file").touch()
    monkeypatch.setenv("NPINCEPTION_WEIGHTS_DIR", str(folder / "file" / "weights"))
    with pytest.raises(WeightsError, match="NPINCEPTION_WEIGHTS_DIR"):
        fetch(entry, LIMITS)


def test_a_package_that_conversion_needs_is_asked_for_first(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "find_spec", lambda _: None)
    with pytest.raises(MissingPackageError, match=r"npinception\[tensorflow\]"):
        fetch(entry_of(server.url("right", "early"), server.content), LIMITS)
    assert server.requests["/right/early"] == 0


def test_two_processes_at_once(legacy: bytes, folder: Path) -> None:
    code = (
        "import sys; from npinception.weights.fetch import fetch;"
        "from npinception.weights.published import Published;"
        "print(fetch(Published('small', 'x.h5', sys.argv[1], url=sys.argv[2])))"
    )
    with serving(legacy) as server:
        command = [sys.executable, "-c", code, hashlib.sha256(legacy).hexdigest()]
        url = server.url("right", "x.h5")
        processes = [
            subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        outputs = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert outputs == [str(folder / "small.h5")] * 2
    verify_weights(folder / "small.h5")
    assert list(folder.iterdir()) == [folder / "small.h5"]
