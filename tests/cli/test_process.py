"""The command as a process of its own: start, pipes, signals, environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from npinception import __version__
from npinception.cli import main

MODULE = [sys.executable, "-W", "error", "-m", "npinception"]


def run(*arguments: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*MODULE, *arguments], capture_output=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_version_and_help(runner: CliRunner) -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.decode().split() == ["npinception", __version__]
    for arguments in ([], ["--help"], ["classify", "--help"], ["weights"], ["weights", "--help"]):
        result = runner.invoke(main, arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: npinception")
        assert result.stderr == ""


def test_help_imports_nothing_that_computes() -> None:
    script = "import sys, npinception.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert "click" in loaded
    assert not loaded & {"numpy", "numba", "h5py", "PIL", "tensorflow"}


def test_info(runner: CliRunner) -> None:
    facts = json.loads(runner.invoke(main, ["info", "--json"]).stdout)
    assert facts["versions"]["npinception"] == __version__
    assert facts["threads"]["used"] >= 1
    assert facts["processor"]["vector floats"] in (4, 8, 16)
    text = runner.invoke(main, ["info", "--warm"]).stdout
    assert "vector unit:" in text
    assert "warm-up:" in text
    assert facts["processor"]["llvm"] in text


def test_reader_that_leaves_early(weights: str, pictures: list[str]) -> None:
    """As with ``| head -1``: no traceback, no complaint."""
    command = [*MODULE, "summary", "--layers", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_interrupt(weights: str, pictures: list[str]) -> None:
    """While it waits for standard input, after a first result."""
    names = [*pictures, *pictures, *pictures, "-"]
    command = [*MODULE, "classify", *names, "--weights", weights, "--engine", "reference"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().strip().decode() == pictures[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*MODULE, "summary"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"npinception: error: ")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_terminal_without_all_signs(encoding: str, weights: str, pictures: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = ["classify", pictures[0], b"\xff.png", "--weights", weights, "--engine", "reference"]
    done = run(*command, env=environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert b"no such file" in done.stderr
    assert len(done.stdout.splitlines()) == 5
    if encoding == "latin-1":
        assert "Ærø \\u2192 Fyn".encode(encoding) in done.stdout


def test_works_from_anywhere(tmp_path: Path) -> None:
    done = run("summary", "--variant", "keras", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"23,851,784" in done.stdout
