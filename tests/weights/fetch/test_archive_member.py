"""Published weights that are one member of an archive."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npinception.errors import WeightsError
from npinception.weights.fetch import fetch
from npinception.weights.published import Published
from tests.weights.http_server import Server, serving

from .entries import CHECKPOINT, LIMITS, assert_fetched, entry_of


def archive_of(members: dict[str, bytes]) -> bytes:
    """Return a ``.tar.gz``."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name, content in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
    return packed.getvalue()


def archived(server: Server) -> Published:
    """Return the record of the checkpoint in an archive."""
    md5 = hashlib.md5(server.content).hexdigest()
    entry = entry_of(server.url("right", "x.tar.gz"), server.content)
    return replace(entry, sha256=None, member=CHECKPOINT, archive_md5=md5)


@pytest.mark.parametrize("name", [CHECKPOINT, f"./{CHECKPOINT}"])
def test_a_member_of_an_archive(
    content: bytes, values: dict[str, np.ndarray], folder: Path, tmp_path: Path, name: str
) -> None:
    packed = archive_of({"../../outside": b"x", name: content})
    with serving(packed) as server:
        assert_fetched(fetch(archived(server), LIMITS), values, folder)
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (archive_of({"other.ckpt": b"x"}), f"holds no file {CHECKPOINT}"),
        (archive_of({"bomb": bytes(1 << 25), CHECKPOINT: b"x"}), f"holds no file {CHECKPOINT}"),
        (archive_of({CHECKPOINT: bytes(range(256)) * 99})[:-99], "damaged archive"),
        (b"no archive", "damaged archive"),
        (archive_of({CHECKPOINT: b"no checkpoint"}), "no known format"),
    ],
)
def test_archives_that_are_not_what_they_should_be(folder: Path, packed: bytes, words: str) -> None:
    with serving(packed) as server, pytest.raises(WeightsError, match=words) as caught:
        fetch(archived(server), LIMITS)
    assert "\n" not in str(caught.value)
    assert list(folder.iterdir()) == []
