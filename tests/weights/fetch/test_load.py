"""A published name instead of a path: fetched once, on demand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from npinception import InceptionV3
from npinception.errors import WeightsError
from npinception.weights import published
from npinception.weights.cache import cached_path
from npinception.weights.resolve import resolve_weights
from tests.weights.http_server import ADDRESS, Server, unused_port

from .entries import entry_of


def test_load_fetches_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(entry_of(server.url("right", "load"), server.content), aliases=("imagenet",))
    monkeypatch.setattr(published, "PUBLISHED", (entry,))
    with pytest.raises(WeightsError, match="npinception weights fetch imagenet"):
        resolve_weights("imagenet")
    for name in ("imagenet", "small", "imagenet"):
        assert InceptionV3.load(name, engine="reference").num_classes == 5
    assert server.requests["/right/load"] == 1
    assert resolve_weights("imagenet") == cached_path("small")


def test_load_without_a_network_names_the_weights_in_the_package(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://{ADDRESS}:{unused_port()}/x"
    entry = replace(entry_of(url, content), aliases=("imagenet",))
    monkeypatch.setattr(published, "PUBLISHED", (entry,))
    with pytest.raises(WeightsError, match=r"weights convert .* --weights shapes") as caught:
        InceptionV3.load("imagenet")
    assert "\n" not in str(caught.value)


def test_nothing_that_downloads_is_imported_with_the_package() -> None:
    code = "import npinception, sys; print({'pooch', 'requests', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
