"""``weights list``, ``weights fetch``, and what ``classify`` takes if nothing is said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from npinception.cli import main
from npinception.weights import published
from npinception.weights.published import PUBLISHED, Published
from tests.weights.http_server import ADDRESS, Server, serving, unused_port
from tests.weights.refusal import legacy_file

REFERENCE = ["--engine", "reference"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    content = legacy_file(tmp_path_factory.mktemp("keras") / "keras.h5").read_bytes()
    with serving(content) as running:
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty cache."""
    monkeypatch.setenv("NPINCEPTION_WEIGHTS_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", ADDRESS)
    return tmp_path / "cache"


def publish(monkeypatch: pytest.MonkeyPatch, url: str, content: bytes = b"") -> None:
    """Let ``imagenet`` be the file at ``url``, and nothing else be published."""
    digits = hashlib.sha256(content).hexdigest()
    entry = Published("keras", "keras.h5", digits, aliases=("imagenet",), url=url)
    monkeypatch.setattr(published, "PUBLISHED", (entry,))


def test_list(runner: CliRunner, folder: Path) -> None:
    folder.mkdir()
    (folder / "fid.h5").touch()
    done = runner.invoke(main, ["weights", "list"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 2 + len(PUBLISHED)
    states = {line.split()[0].rstrip(","): line.split("  ")[-1].strip() for line in lines[1:]}
    assert states["shapes"] == "bundled"
    assert states["fid"] == "cached"
    assert states["keras-imagenet"] == "to fetch"
    assert states["fid-graph"] == "by hand"
    found = json.loads(runner.invoke(main, ["weights", "list", "--json"]).stdout)
    assert {entry["name"]: entry["state"] for entry in found} == states
    by_name = {entry["name"]: entry for entry in found}
    assert by_name["fid"]["path"] == str(folder / "fid.h5")
    assert by_name["keras-imagenet"]["aliases"] == ["imagenet", "keras"]
    assert by_name["torchvision-imagenet"]["hashes"] == {"sha256": "0cc3c7bd"}


def test_fetch(
    runner: CliRunner, server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, server.url("right", "fetch.h5"), server.content)
    path = str(folder / "keras.h5")
    done = runner.invoke(main, ["weights", "fetch", "keras"])
    assert (done.exit_code, done.stdout.strip(), done.stderr) == (0, path, "")
    done = runner.invoke(main, ["weights", "fetch", "keras", "--json"])
    assert json.loads(done.stdout) == {"name": "keras", "path": path, "licence": "Apache-2.0"}
    assert server.requests["/right/fetch.h5"] == 1
    assert runner.invoke(main, ["weights", "verify", "imagenet"]).exit_code == 0


def test_classify_takes_imagenet(
    runner: CliRunner, server: Server, pictures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, server.url("right", "classify.h5"), server.content)
    done = runner.invoke(main, ["classify", pictures[0], "--json", *REFERENCE])
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)[0]["predictions"]) == 3
    assert server.requests["/right/classify.h5"] == 1


def test_offline(runner: CliRunner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://{ADDRESS}:{unused_port()}/keras.h5"
    publish(monkeypatch, url)
    for command, words in (
        (["classify", "a.jpg"], "--weights shapes"),
        (["weights", "fetch", "imagenet"], url),
        (["summary", "--weights", "imagenet"], "weights fetch imagenet"),
        (["weights", "fetch", "nonsense"], "'npinception weights list'"),
    ):
        done = runner.invoke(main, command)
        assert done.exit_code == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert words in done.stderr
    assert list(folder.iterdir()) == []


def test_fetch_of_what_is_in_the_package(runner: CliRunner) -> None:
    done = runner.invoke(main, ["weights", "fetch", "shapes"])
    assert done.exit_code == 0
    assert Path(done.stdout.strip()).is_file()
