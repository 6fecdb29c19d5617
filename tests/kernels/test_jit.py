"""Where compiled kernels are kept, and what happens when they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from npinception.kernels import jit
from npinception.kernels.jit import cache_directory, sources_digest


def find() -> Path | None:
    return cache_directory.__wrapped__()


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NPINCEPTION_CACHE_DIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)


def test_the_folder_asked_for_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    assert find() == tmp_path / "user" / "npinception"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    assert find() == tmp_path / "numba"
    monkeypatch.setenv("NPINCEPTION_CACHE_DIR", str(tmp_path / "own"))
    assert find() == tmp_path / "own"


def test_an_unusable_folder_means_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NPINCEPTION_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert find() is None


def test_no_home_means_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert find() is None


def test_a_change_in_any_kernel_source_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "b.py").write_text("y = 1")
    before = sources_digest.__wrapped__()
    (tmp_path / "b.py").write_text("y = 2")
    assert sources_digest.__wrapped__() != before


def test_a_damaged_cache_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPINCEPTION_CACHE_DIR", str(tmp_path))
    cache_directory.cache_clear()
    try:

        def double(x):  # type: ignore[no-untyped-def]
            return 2 * x

        assert jit.compiled(double)(4) == 8
        kept = sorted(tmp_path.iterdir())
        assert {path.suffix for path in kept} == {".nbi", ".nbc"}
        for path in kept:
            path.write_bytes(b"damaged")
            assert jit.compiled(double)(4) == 8
    finally:
        cache_directory.cache_clear()
