"""How many threads are used by default."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from npinception.engines import threads
from npinception.engines.threads import cgroup_quota, default_threads
from npinception.errors import InputError


def test_the_environment_variable_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPINCEPTION_THREADS", "3")
    assert default_threads() == 3


@pytest.mark.parametrize("bad", ["0", "-1", "two", "1.5", "²"])
def test_a_bad_environment_variable_is_named(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPINCEPTION_THREADS", bad)
    with pytest.raises(InputError, match=r"NPINCEPTION_THREADS .* not"):
        default_threads()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs Linux")
def test_bound_cores_and_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NPINCEPTION_THREADS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 4, 5})
    for quota, expected in [(None, 4), (1.5, 2), (0.1, 1), (16.0, 4)]:
        monkeypatch.setattr(threads, "cgroup_quota", lambda quota=quota: quota)
        assert default_threads() == expected


def test_quota_of_both_versions_of_control_groups(tmp_path: Path) -> None:
    assert cgroup_quota(tmp_path) is None
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert cgroup_quota(tmp_path) is None
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert cgroup_quota(tmp_path) == 1.5
    (tmp_path / "cpu.max").unlink()
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("-1\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert cgroup_quota(tmp_path) is None
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("50000\n")
    assert cgroup_quota(tmp_path) == 0.5
