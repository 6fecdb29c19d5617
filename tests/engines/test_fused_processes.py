"""The fused engine in processes of their own: forked, bound to a core, on other machines."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from npinception.kernels.vector_unit import vector_unit

#: A program for a process of its own: prints the digest of a narrow network's outputs.
SCRIPT = """
import hashlib, os, sys
import numpy as np
from npinception.engines.fused import FusedEngine
from npinception.kernels.vector_unit import vector_unit
from npinception.model import InceptionV3

def digest(threads):
    model = InceptionV3.random(3, 10, 0.1, engine="reference", input_size=(107, 120))
    x = np.random.default_rng(5).uniform(-1, 1, (2, 107, 120, 3)).astype(np.float32)
    engine = FusedEngine(model.config, model.parameters, threads)
    values = engine.run(x, ["Mixed_5d", "Mixed_7c", "Predictions"])
    return hashlib.sha256(b"".join(values[k].tobytes() for k in sorted(values))).hexdigest()
"""


@pytest.fixture(scope="module")
def expected() -> str:
    """Return the digest of one thread in this process' surroundings."""
    return in_a_process("print(digest(1))")


def in_a_process(script: str, **environment: str) -> str:
    """Run Python in a process of its own; a hang ends in an error."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT + script],
        env=os.environ | environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_after_a_fork_while_other_threads_compute(expected: str) -> None:
    out = in_a_process("""
import threading, warnings
warnings.simplefilter("ignore")  # Python 3.12 warns of forks in threaded processes
before = digest(2)
stop = threading.Event()
def busy():
    while not stop.is_set():
        digest(2)
thread = threading.Thread(target=busy)
thread.start()
for _ in range(3):
    child = os.fork()
    if child == 0:
        os._exit(0 if digest(2) == before else 1)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
thread.join()
print(digest(2))
""")
    assert out == expected


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_many_threads_on_one_core(expected: str) -> None:
    script = """
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
print(digest(8))
"""
    assert in_a_process(script) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="x86 names below")
@pytest.mark.parametrize(
    ("name", "processor", "features"),
    [("AVX2", "haswell", ""), ("generic", "generic", ""), ("AVX", "sandybridge", "+avx")],
)
def test_every_vector_width(name: str, processor: str, features: str, expected: str) -> None:
    """Widths with FMA give the same bits; the others differ by rounding only."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("not an x86 machine")
    out = in_a_process(
        "d = digest(2); print(vector_unit().name, vector_unit().fused, d)",
        NUMBA_CPU_NAME=processor,
        NUMBA_CPU_FEATURES=features,
    )
    unit, is_fused, ours = out.split()
    assert unit == name
    assert is_fused == str(name == "AVX2")
    assert (ours == expected) == (vector_unit().fused == (is_fused == "True"))


def test_no_cache_folder_is_no_obstacle(expected: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    out = in_a_process("print(digest(2))", NPINCEPTION_CACHE_DIR=str(file / "cache"))
    assert out == expected
