"""Names and hashes of published weights."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from npinception.errors import WeightsError
from npinception.weights import published, resolve
from npinception.weights.published import PUBLISHED, find_named, find_published
from npinception.weights.resolve import resolve_weights


def test_a_path_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shapes").touch()
    assert resolve_weights("shapes") == Path("shapes")
    assert resolve_weights(tmp_path) == tmp_path


def test_bundled_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resolve, "BUNDLED", {"shapes": tmp_path / "s.h5"})
    with pytest.raises(WeightsError, match="install npinception again"):
        resolve_weights("shapes")
    (tmp_path / "s.h5").touch()
    assert resolve_weights("shapes") == tmp_path / "s.h5"


def test_unknown_names() -> None:
    for name in ("imagenett", "no/such.h5"):
        with pytest.raises(WeightsError, match=f"{name}: no such file, .* one of: shapes"):
            resolve_weights(name)
    for name in ("a\0b", "n" * 300):
        with pytest.raises(WeightsError):
            resolve_weights(name)


def test_published_files_are_known_by_either_hash() -> None:
    for entry in PUBLISHED:
        assert entry.sha256 is None or find_published(entry.sha256) is entry
        assert entry.md5 is None or find_published("0" * 64, entry.md5) is entry
    assert find_published("") is None
    assert find_published("0" * 64, None) is None


def test_the_table() -> None:
    names = [name for entry in PUBLISHED for name in (entry.name, *entry.aliases)]
    assert len(set(names)) == len(names)
    assert not set(names) & set(published.BUNDLED)
    for entry in PUBLISHED:
        assert find_named(entry.name) is entry
        assert str(entry.url).startswith(("https://", "http://"))
        file = entry.file.partition(": ")[0]
        assert str(entry.url).endswith(f"/{file}")
        for algorithm, digits in entry.hashes.items():
            assert len(digits) in (8, hashlib.new(algorithm).digest_size * 2)
            assert set(digits) <= set("0123456789abcdef")
    default = find_named("imagenet")
    assert default is not None
    assert default.name == "keras-imagenet"
    assert find_named("nonsense") is None


def test_published_hashes_are_told_apart() -> None:
    names = [entry.sha256 for entry in PUBLISHED if entry.sha256]
    assert len(set(names)) == len(names)
    found = find_published("6726825d" + "0" * 56)
    assert found is not None
    assert found.variant == "fid"
    assert find_published("0" * 64) is None
