"""``weights convert``, ``inspect`` and ``verify`` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from npinception.cli import main
from npinception.weights.metadata import Metadata
from npinception.weights.store import open_weights


def test_verify(runner: CliRunner, weights: str, tmp_path: Path) -> None:
    done = runner.invoke(main, ["weights", "verify", weights])
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{weights}: complete and unchanged\n"

    damaged = tmp_path / "damaged.h5"
    data = bytearray(Path(weights).read_bytes())
    for index in range(len(data) // 2, len(data) // 2 + 64):
        data[index] ^= 0x55
    for content in (bytes(data), bytes(data[:9000]), b""):
        damaged.write_bytes(content)
        done = runner.invoke(main, ["weights", "verify", str(damaged)])
        assert done.exit_code == 1
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith(f"npinception: error: {damaged}")


def test_inspect(runner: CliRunner, weights: str) -> None:
    done = runner.invoke(main, ["weights", "inspect", weights])
    assert done.exit_code == 0, done.stderr
    for fact in ("slim", "tf1_bilinear", "0.875"):
        assert fact in done.stdout
    done = runner.invoke(main, ["weights", "inspect", weights, "--json"])
    assert json.loads(done.stdout)


def test_convert_passes_its_options_on(
    runner: CliRunner, weights: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The importers have their own tests; here only what reaches them counts."""
    calls: list[object] = []

    def record(*arguments: object, **options: Any) -> Metadata:
        report: Callable[[str], None] = options.pop("report")
        report("recognised")
        calls.append((arguments, options))
        return open_weights(weights).metadata

    monkeypatch.setattr("npinception.weights.convert.convert", record)
    command = "weights convert a.keras b.h5 --labels l.txt --licence MIT --input-size 139x150"
    command += " --depth-multiplier 0.5 --min-depth 8 --variant timm-tv"
    done = runner.invoke(main, command.split())
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "recognised\nb.h5: variant slim, 4 classes\n"
    options = {"labels": "l.txt", "licence": "MIT", "input_size": (139, 150)}
    options |= {"depth_multiplier": 0.5, "min_depth": 8, "variant": "timm-tv"}
    assert calls == [(("a.keras", "b.h5"), options)]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["verify", "no.h5"], 2, "no such file"),
        (["verify", "."], 2, "is not a file"),
        (["verify"], 2, "Missing argument"),
        (["inspect", "no.h5"], 2, "no.h5"),
        (["inspect", __file__], 2, "test_weights.py"),
        (["convert", "no.keras", "out.h5"], 2, "no.keras"),
        (["convert", "no.keras"], 2, "Missing argument"),
        (["convert", "no.keras", "out.h5", "--input-size", "big"], 2, "--input-size"),
        (["melt"], 2, "melt"),
    ],
)
def test_errors(runner: CliRunner, arguments: list[str], status: int, words: str) -> None:
    done = runner.invoke(main, ["weights", *arguments])
    assert done.exit_code == status
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
