"""Records of files on the test server, and what a fetch of them must leave."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npinception.errors import WeightsError
from npinception.weights.cache import cached_path
from npinception.weights.fetch import fetch
from npinception.weights.published import Published
from npinception.weights.store import verify_weights, write_weights
from npinception.weights.transfer import Limits
from tests.weights.conftest import stem

#: Seconds of stalling enough for any machine where the server does answer.
LIMITS = Limits(tries=3, connect=20.0, stall=20.0, pause=0.01, size=1 << 24)
HASTY = replace(LIMITS, stall=0.3)

CHECKPOINT = "inception_v3.ckpt"


def entry_of(url: str, content: bytes) -> Published:
    """Return the record of a checkpoint."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Published("small", CHECKPOINT, sha256, licence="MIT", variant="slim", url=url)


def assert_fetched(path: Path, values: dict[str, np.ndarray], folder: Path) -> None:
    """Compare every parameter bit by bit; nothing else may have been left."""
    assert list(folder.iterdir()) == [path]
    file = verify_weights(path)
    assert file.metadata.licence == "MIT"
    assert file.metadata.config.variant.name == "slim"
    assert {n: v.tobytes() for n, v in file.parameters.items()} == {
        n: v.tobytes() for n, v in values.items()
    }


def older_weights(folder: Path) -> bytes:
    """Keep good weights of another source in the cache; return their bytes."""
    folder.mkdir()
    write_weights(folder / "small.h5", *stem())
    return (folder / "small.h5").read_bytes()


def refused(entry: Published, limits: Limits = LIMITS) -> str:
    """Return the one line with which a fetch ends: it names the URL and the manual way."""
    with pytest.raises(WeightsError) as caught:
        fetch(entry, limits)
    message = str(caught.value)
    assert "\n" not in message
    assert str(entry.url) in message
    assert "npinception weights convert" in message
    assert str(cached_path(entry.name)) in message
    return message
