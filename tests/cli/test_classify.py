"""``classify``: results on stdout, errors on stderr, bad pictures among good ones."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from npinception import InceptionV3
from npinception.cli import main
from tests.cli.conftest import LABELS

REFERENCE = ["--engine", "reference"]


def test_text(runner: CliRunner, weights: str, pictures: list[str], model: InceptionV3) -> None:
    done = runner.invoke(
        main, ["classify", *pictures, "--weights", weights, "--top", "2", *REFERENCE]
    )
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    lines = iter(done.stdout.splitlines())
    for picture, classes in zip(pictures, model.classify(pictures, top=2), strict=True):
        assert next(lines) == picture
        for label, probability in classes:
            assert next(lines).split(maxsplit=1) == [f"{probability:.2%}", label]
    assert next(lines, None) is None


def test_json(runner: CliRunner, weights: str, pictures: list[str], model: InceptionV3) -> None:
    done = runner.invoke(main, ["classify", *pictures, "--weights", weights, "--json", *REFERENCE])
    assert done.exit_code == 0, done.stderr
    entries = json.loads(done.stdout)
    assert [entry["file"] for entry in entries] == pictures
    for entry, expected in zip(entries, model.classify(pictures), strict=True):
        found = [(p["label"], p["probability"]) for p in entry["predictions"]]
        assert found == expected
        assert all(LABELS[int(p["id"])] == p["label"] for p in entry["predictions"])
        assert len(found) == 4


def test_default_engine_agrees(runner: CliRunner, weights: str, pictures: list[str]) -> None:
    command = ["classify", pictures[0], "--weights", weights, "--json"]
    results = []
    for engine in (["--threads", "1"], REFERENCE):
        done = runner.invoke(main, [*command, *engine])
        assert done.exit_code == 0, done.stderr
        predictions = json.loads(done.stdout)[0]["predictions"]
        results.append({p["label"]: p["probability"] for p in predictions})
    assert results[0] == pytest.approx(results[1], abs=1e-4)


@pytest.mark.parametrize("as_json", [False, True])
def test_bad_pictures_among_good_ones(
    runner: CliRunner, weights: str, pictures: list[str], tmp_path: Path, as_json: bool
) -> None:
    (tmp_path / "cut.png").write_bytes(Path(pictures[0]).read_bytes()[:4000])
    (tmp_path / "empty.png").touch()
    bad = [str(tmp_path / name) for name in ("cut.png", "empty.png", "missing.png", "")]
    names = [bad[0], pictures[0], *bad[1:], pictures[1]]
    flags = ["--json"] if as_json else []
    done = runner.invoke(main, ["classify", *names, "--weights", weights, *flags, *REFERENCE])
    assert done.exit_code == 2
    errors = done.stderr.splitlines()
    assert len(errors) == len(bad)
    for line, name in zip(errors, bad, strict=True):
        assert line.startswith(f"npinception: error: {name.rstrip('/')}")
    if as_json:
        entries = json.loads(done.stdout)
        assert [entry["file"] for entry in entries] == names
        assert [name for name, e in zip(names, entries, strict=True) if "error" in e] == bad
    else:
        assert [line for line in done.stdout.splitlines() if line in names] == pictures[:2]


def test_only_bad_pictures(runner: CliRunner, weights: str) -> None:
    done = runner.invoke(main, ["classify", "no.jpg", "--weights", weights, "--json", *REFERENCE])
    assert done.exit_code == 2
    assert [entry["file"] for entry in json.loads(done.stdout)] == ["no.jpg"]


def test_standard_input(runner: CliRunner, weights: str, pictures: list[str]) -> None:
    command = ["classify", "-", "--weights", weights, *REFERENCE]
    done = runner.invoke(main, command, input=Path(pictures[0]).read_bytes())
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("-\n")
    done = runner.invoke(main, command, input=b"")
    assert done.exit_code == 2
    assert done.stderr.startswith("npinception: error: standard input: is empty")


def test_many_pictures_keep_their_order(
    runner: CliRunner, weights: str, pictures: list[str]
) -> None:
    names = [pictures[k % 3] for k in range(25)]
    done = runner.invoke(main, ["classify", *names, "--weights", weights, "--json", *REFERENCE])
    entries = json.loads(done.stdout)
    assert [entry["file"] for entry in entries] == names
    for k in range(3):
        assert len({str(entry["predictions"]) for entry in entries[k::3]}) == 1


def test_file_name_that_is_not_utf_8(
    runner: CliRunner, weights: str, pictures: list[str], tmp_path: Path
) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")
    Path(name).write_bytes(Path(pictures[0]).read_bytes())
    for flags in ([], ["--json"]):
        command = ["classify", name, name + "x\ny", "--weights", weights, *flags, *REFERENCE]
        done = runner.invoke(main, command)
        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 1
        assert "\\udcff" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["a.jpg", "--weights", "no.h5"], "no.h5"),
        (["a.jpg", "--weights", "{weights}", "--engine", "warp"], "unknown engine 'warp'"),
        (["a.jpg", "--weights", "{weights}", "--top", "0"], "'--top'"),
        (["a.jpg", "--weights", "{weights}", "--top", "many"], "'--top'"),
        (["a.jpg", "--weights", "{weights}", "--threads", "-1"], "'--threads'"),
        (["a.jpg", "--frob"], "--frob"),
        (["a.jpg", "--weights", __file__], "not an HDF5 file"),
        (["a.jpg", "--weights", str(Path(__file__).parent)], "directory"),
    ],
)
def test_errors(runner: CliRunner, weights: str, arguments: list[str], words: str) -> None:
    done = runner.invoke(main, ["classify", *(a.format(weights=weights) for a in arguments)])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("npinception: error: ")
    assert words in done.stderr


def test_network_without_a_classifier(
    runner: CliRunner, pictures: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "headless.h5"
    InceptionV3.random(num_classes=None, depth_multiplier=0.1, input_size=(75, 75)).save(path)
    done = runner.invoke(main, ["classify", pictures[0], "--weights", str(path), *REFERENCE])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "no classifier" in done.stderr


def test_overflow_is_null_in_json(
    runner: CliRunner, weights: str, pictures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InceptionV3, "predict", lambda *_: np.full((1, 4), np.nan))
    done = runner.invoke(
        main, ["classify", pictures[0], "--weights", weights, "--json", *REFERENCE]
    )
    assert [p["probability"] for p in json.loads(done.stdout)[0]["predictions"]] == [None] * 4
