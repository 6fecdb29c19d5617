"""Names and hashes of published weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from npinception.errors import WeightsError
from npinception.weights import resolve
from npinception.weights.published import PUBLISHED, find_published
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
