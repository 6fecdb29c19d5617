"""The comparison runs on a narrow network, times nothing wrong, and names who is absent."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bench import peers, render
from bench.network import random_pictures
from bench.peer_report import milliseconds, peer_table, ratios, shares
from bench.processes import PeerError, Worker
from bench.roster import PEERS, Peer
from bench.rounds import measure_cell
from bench.setting import Setting, prepare_setting
from npinception.engines import ENGINES

from .conftest import save_narrow

BY_NAME = {peer.name: peer for peer in PEERS}
REFERENCE = BY_NAME["reference"]
#: It compiles nothing, but is asked as if it did: quicker than an engine that does.
COMPILED = dataclasses.replace(REFERENCE, name="compiled", cache_variable="NPINCEPTION_CACHE_DIR")
NO_LADDER = {"rungs": [], "layers": [], "networks": [], "fma_peak_gflops": 1.0}
NO_LADDER |= {"machine": {"processor": "none", "vectors": "none"}}
ABSENT = Peer("ghost", "Ghost", "ghost", "", (("ghost-runtime", "ghost_runtime_nowhere"),))


@pytest.fixture
def setting(weights: Path, tmp_path: Path) -> Setting:
    return prepare_setting(tmp_path, weights, 2)


@pytest.fixture(scope="module")
def figures(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One whole run, with a peer that is not there."""
    path = tmp_path_factory.mktemp("figures") / "peers.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "PEERS", (*PEERS, COMPILED, ABSENT))
        options = ["--weights", str(weights), "--threads", "1", "--batch", "1,2"]
        options += ["--peers", "compiled,reference,ghost", "--rounds", "1"]
        assert peers.main([*options, "--starts", "1", "--json", str(path)]) == 0
    result: dict[str, Any] = json.loads(path.read_text())
    return result


def test_figures_are_complete_and_sane(figures: dict[str, Any]) -> None:
    assert [(cell["threads"], cell["batch"]) for cell in figures["cells"]] == [(1, 1), (1, 2)]
    for cell in figures["cells"]:
        assert cell["refused"] == {}
        assert {r["peer"] for r in cell["results"]} == {"compiled", "reference"}
        assert all(0 < r["distance"] < 1e-4 for r in cell["results"])
        assert all(0 < time < 60e3 for time in milliseconds(cell).values())
        assert all(share > 0 for share in shares(cell, figures).values())
        assert ratios(cell, figures) == {}, "nobody but us: there is nothing to compare with"
    starts = {(s["peer"], s["cache"]) for s in figures["starts"]}
    assert starts == {("compiled", "cold"), ("compiled", "warm"), ("reference", "warm")}
    assert all(s["seconds"] > 0 and 10 < s["peak_memory_mb"] < 2000 for s in figures["starts"])


def test_absent_peers_are_named(figures: dict[str, Any]) -> None:
    assert figures["absent"] == {"ghost": {"title": "Ghost", "missing": ["ghost-runtime"]}}
    assert "Ghost: absent, ghost-runtime not installed" in peers.peer_report(figures)


def test_a_wrong_network_is_not_timed(setting: Setting, tmp_path: Path) -> None:
    other = save_narrow(tmp_path / "other.h5", 1)
    cell = measure_cell(dataclasses.replace(setting, weights=other), [REFERENCE], 1, 1, 1)
    assert cell["results"] == []
    assert "another network" in cell["refused"]["reference"]


def test_a_peer_that_fails_is_reported(setting: Setting) -> None:
    broken = dataclasses.replace(BY_NAME["reference"], mode="no-such-engine")
    cell = measure_cell(setting, [broken], 1, 1, 1)
    assert "no-such-engine" in cell["refused"]["reference"]


def test_an_idle_worker_answers_again(setting: Setting) -> None:
    worker = Worker(setting.job(REFERENCE, 1, 2))
    try:
        assert len(worker.time(2)) == 2
        assert len(worker.time(1)) == 1
        assert setting.distance(worker.result()) < 1e-4
    finally:
        worker.close()


def test_a_prediction_of_another_shape_is_refused(setting: Setting) -> None:
    with pytest.raises(PeerError, match="predicts"):
        setting.distance(setting.truth[:, :-1].astype("float32"))


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_is_a_peer(name: str) -> None:
    assert BY_NAME[name].ours
    assert BY_NAME[name].mode == name


@pytest.mark.parametrize(
    "peer", [p for p in PEERS if p.export and p.name != "tensorflow"], ids=lambda peer: peer.name
)
def test_every_installed_peer_computes_the_same_network(peer: Peer, setting: Setting) -> None:
    if peer.missing:
        pytest.skip(f"{', '.join(peer.missing)} not installed")
    worker = Worker(setting.job(peer, 1, 2))
    worker.close()
    assert setting.distance(worker.result()) < 1e-5


def test_tensorflow_computes_the_same_network(setting: Setting) -> None:
    """In this process, where other tests have loaded TensorFlow: that takes the longest."""
    tf = pytest.importorskip("tensorflow")
    saved_model = import_module("bench.exports.saved_model")
    path = saved_model.export(setting.network, 2, setting.folder)
    model = tf.saved_model.load(str(path))
    result = model.predict(random_pictures(setting.network, 2))
    assert setting.distance(result.numpy()) < 1e-5


def test_a_missing_file_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert peers.main(["--weights", str(tmp_path / "nowhere.h5")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_unknown_peers_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        peers.main(["--peers", "caffe"])
    assert "caffe" in capsys.readouterr().err


def test_the_table_has_a_row_a_peer(figures: dict[str, Any], tmp_path: Path) -> None:
    table = peer_table(figures)
    rows = [line for line in table.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(figures["peers"])
    assert len({row.count("|") for row in rows}) == 1
    plot = pytest.importorskip("bench.plot")
    plot.draw_peers(figures, tmp_path / "speed.svg")
    assert "<svg" in (tmp_path / "speed.svg").read_text()


def test_blocks_are_filled_and_filled_again() -> None:
    page = "before\n<!-- a -->\nold\n<!-- a -->\nafter <!-- b -->\n"
    once = render.fill(page, "a", "\nnew\n")
    assert once == "before\n<!-- a -->\nnew\n<!-- a -->\nafter <!-- b -->\n"
    assert render.fill(once, "a", "\nnew\n") == once
    with pytest.raises(ValueError, match="before and behind"):
        render.fill(page, "b", "")


def test_every_marker_of_the_pages_is_known(figures: dict[str, Any]) -> None:
    known = set(render.blocks(figures, NO_LADDER))
    used = set()
    for page in [render.ROOT / "README.md", *(render.ROOT / "docs").glob("*.md")]:
        used |= set(re.findall(r"<!-- (bench\.(?!accuracy).*?) -->", page.read_text()))
    assert {"bench.ladder", "bench.peers"} <= used <= known
    assert set(render.blocks(figures, None)) < known
    assert render.blocks(None, None) == {}
