"""The fused engine's contracts: the same bits always, under whatever the process does."""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.engines import fused
from npinception.engines.fused import FusedEngine
from npinception.engines.workers import HELPERS, Helpers
from npinception.errors import InputError
from npinception.model import InceptionV3

Float32 = NDArray[np.float32]

SIZE = (107, 120)
OUTPUTS = ["Mixed_5d", "Mixed_7c", "Predictions"]


def engine(threads: int = 2, seed: int = 3, **options: Any) -> FusedEngine:
    options = {"input_size": SIZE} | options
    model = InceptionV3.random(seed, 10, 0.1, engine="reference", **options)
    return FusedEngine(model.config, model.parameters, threads)


def pictures(count: int, size: tuple[int, int] = SIZE) -> Float32:
    return np.random.default_rng(5).uniform(-1, 1, (count, *size, 3)).astype(np.float32)


def digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(b"".join(values[k].tobytes() for k in sorted(values))).hexdigest()


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return engine(1).run(pictures(2), OUTPUTS)


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_bits_do_not_depend_on_the_number_of_threads(
    threads: int, expected: dict[str, Any]
) -> None:
    ours = engine(threads)
    for _ in range(3):
        assert digest(ours.run(pictures(2), OUTPUTS)) == digest(expected)


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_bits_do_not_depend_on_how_many_pictures_run_side_by_side(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = engine()
    one = ours.program(1, *SIZE, OUTPUTS)
    monkeypatch.setattr(fused, "ARENA_BUDGET", at_once * one.arena_floats)
    alone = [ours.run(picture[None], OUTPUTS) for picture in pictures(7)]
    together = ours.run(pictures(7), OUTPUTS)
    for name in OUTPUTS:
        assert np.array_equal(together[name], np.concatenate([one[name] for one in alone]))


def test_one_wrong_bit_would_show(expected: dict[str, Any]) -> None:
    changed = {name: value.copy() for name, value in expected.items()}
    changed["Mixed_7c"].view(np.int32).flat[17] ^= 1
    assert digest(changed) != digest(expected)


def test_several_models_at_once(expected: dict[str, Any]) -> None:
    models = [engine(2), engine(3), engine(2, seed=4)]
    other = models[2].run(pictures(2), OUTPUTS)
    with ThreadPoolExecutor(6) as pool:
        runs = [pool.submit(models[i % 3].run, pictures(2), OUTPUTS) for i in range(18)]
        results = [digest(run.result(timeout=120)) for run in runs]
    assert results == [digest(other if i % 3 == 2 else expected) for i in range(18)]


def test_other_picture_sizes_in_between(expected: dict[str, Any]) -> None:
    ours = engine()
    for size in [(139, 75), (75, 90), SIZE, (99, 99)]:
        assert ours.run(pictures(1, size), ["Mixed_7c"])["Mixed_7c"].shape[0] == 1
    assert digest(ours.run(pictures(2), OUTPUTS)) == digest(expected)


def test_programs_are_kept_and_forgotten() -> None:
    ours = engine()
    first = ours.program(1, *SIZE, ["Mixed_5b"])
    assert ours.program(1, *SIZE, ["Mixed_5b"]) is first
    for height in range(75, 75 + fused.PROGRAMS_KEPT):
        ours.program(1, height, 80, ["Mixed_5b"])
    assert ours.program(1, *SIZE, ["Mixed_5b"]) is not first


def test_parameters_are_read_at_once_and_only_once() -> None:
    """A damaged file is found when it is loaded, and no second copy is ever held."""
    model = InceptionV3.random(3, 10, 0.1, engine="reference", input_size=SIZE)
    read: list[str] = []

    class Recorded(dict[str, Float32]):
        def __getitem__(self, name: str) -> Float32:
            read.append(name)
            return super().__getitem__(name)

    ours = FusedEngine(model.config, Recorded(model.parameters), 1)
    assert sorted(read) == sorted(model.parameters)
    ours.run(pictures(1), ["Predictions"])
    assert len(read) == len(model.parameters)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux' /proc")
def test_idle_helpers_sleep() -> None:
    engine(3).run(pictures(1), ["Predictions"])
    helpers = [t for t in threading.enumerate() if t.name.startswith("npinception-")]
    assert len(helpers) >= 2
    deadline = time.monotonic() + 30
    while True:
        states = [
            Path(f"/proc/self/task/{t.native_id}/stat").read_text().rpartition(")")[2].split()[0]
            for t in helpers
        ]
        if set(states) == {"S"}:
            break
        assert time.monotonic() < deadline, states
        time.sleep(0.01)


def test_a_helper_that_fails_harms_nobody(
    expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = engine(3)
    reported: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.append(str(args.exc_value)))

    def fail() -> None:
        raise RuntimeError("broken helper")

    HELPERS.invite(fail, 2)
    assert digest(ours.run(pictures(2), OUTPUTS)) == digest(expected)
    deadline = time.monotonic() + 30
    while len(reported) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert reported == ["broken helper"] * 2
    assert digest(ours.run(pictures(2), OUTPUTS)) == digest(expected)


def test_without_any_helper_the_caller_does_the_work(
    expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Helpers, "invite", lambda *_: None)
    assert digest(engine(4).run(pictures(2), OUTPUTS)) == digest(expected)


def test_refusals() -> None:
    model = InceptionV3.random(3, 10, 0.1, engine="reference", input_size=SIZE)
    with pytest.raises(InputError, match="float32"):
        fused.create(model.config, model.parameters, None, "float64")
