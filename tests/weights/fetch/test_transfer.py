"""Fetching from a server that misbehaves: the whole file or none."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npinception.weights.fetch import fetch
from tests.weights.http_server import ADDRESS, Server, unused_port

from .entries import HASTY, LIMITS, assert_fetched, entry_of, older_weights, refused


@pytest.mark.parametrize(
    ("behaviour", "requests"),
    [("right", 1), ("moved", 1), ("cut_once", 2), ("cut_silently_once", 2), ("reset_once", 2),
     ("wrong_once", 2), ("broken_once", 2)],
)  # fmt: skip
def test_it_comes_in_the_end(
    server: Server, values: dict[str, np.ndarray], folder: Path, behaviour: str, requests: int
) -> None:
    entry = entry_of(server.url(behaviour, "comes"), server.content)
    before = server.requests.total()
    path = fetch(entry, LIMITS)
    assert path == folder / "small.h5"
    assert_fetched(path, values, folder)
    assert server.requests[f"/{behaviour}/comes"] == requests
    count = server.requests.total()
    assert count == before + requests + (behaviour == "moved")
    # A second time, nothing is asked for.
    assert fetch(entry, LIMITS) == path
    assert server.requests.total() == count


FAILURES = [
    ("cut", "tried 3 times", 3),
    ("stall", "it sends too little in 0.3 s; tried 3 times", 3),
    ("silent", "tried 3 times", 3),
    ("drip", "it sends too little in 0.3 s; tried 3 times", 3),
    ("says_less", "wrong bytes: their SHA256 is", 2),
    ("says_more", "tried 3 times", 3),
    ("says_nonsense", "'many'; tried 3 times", 3),
    ("endless", f"more than {1 << 24} bytes", 1),
    ("wrong", "wrong bytes: their SHA256 is", 2),
    ("moved_to_a_file", "neither http nor https: ", 1),
    ("moved_to_itself", "redirects", 31),
    ("missing", "the server answers 404 Not Found", 1),
    ("broken", "the server answers 500 Internal Server Error; tried 3 times", 3),
    ("garbage", "tried 3 times", 3),
]


@pytest.mark.parametrize(("behaviour", "words", "requests"), FAILURES)
def test_it_never_comes(
    server: Server, folder: Path, behaviour: str, words: str, requests: int
) -> None:
    entry = entry_of(server.url(behaviour, "never"), server.content)
    kept = older_weights(folder)
    hasty = behaviour in ("stall", "silent", "drip")
    message = refused(entry, HASTY if hasty else LIMITS)
    assert words in message
    assert server.requests[f"/{behaviour}/never"] == requests
    assert list(folder.iterdir()) == [folder / "small.h5"]
    assert (folder / "small.h5").read_bytes() == kept
    if "wrong bytes" in message:
        assert message.count(str(entry.sha256)) == 1
        found = message.split("their SHA256 is ")[1][:64]
        assert len(set(found)) > 8


def test_nobody_listens(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_of(f"http://{ADDRESS}:{unused_port()}/x", content)
    assert "Connection refused" in refused(entry)
    assert "not known" in refused(replace(entry, url="http://no-such-host.invalid/x"))
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("HTTP_PROXY", f"http://{ADDRESS}:{unused_port()}")
    monkeypatch.setenv("http_proxy", f"http://{ADDRESS}:{unused_port()}")
    assert "(proxy: Connection refused)" in refused(entry)
    assert list(folder.iterdir()) == []


def test_every_kind_of_hash(
    server: Server, values: dict[str, np.ndarray], folder: Path, content: bytes
) -> None:
    entry = entry_of(server.url("right", "hashes"), content)
    digits, md5 = str(entry.sha256)[:8], hashlib.md5(content).hexdigest()
    for right in (replace(entry, sha256=digits), replace(entry, sha256=None, md5=md5)):
        assert_fetched(fetch(right, LIMITS), values, folder)
        (folder / "small.h5").unlink()
    wrong = f"{int(digits, 16) ^ 1:08x}"
    assert f"begins with {wrong}" in refused(replace(entry, sha256=wrong))
    assert f"their MD5 is {md5}" in refused(replace(entry, md5="0" * 32))
    assert "nobody publishes a hash" in refused(replace(entry, sha256=None))
    assert list(folder.iterdir()) == []
