"""A regular install, looked at from outside and from the root of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("npinception", "kernels", "weights", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install a copy of the sources, without dependencies, and return the folder."""
    checkout, target = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("installed")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name)
        else:
            shutil.copy(source, checkout)
    install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run(
        [sys.executable, "-m", "pip", *install, str(checkout)], check=True, capture_output=True
    )
    return target


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """Run Python in ``folder`` with the installed copy on its path."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_the_installed_copy_is_complete(installed: Path, tmp_path: Path) -> None:
    code = (
        "import npinception, npinception.kernels.gemm as g, npinception.weights as w;"
        "print(npinception.__file__, g.__file__, w.__file__, sep='\\n')"
    )
    for path in run(installed, tmp_path, "-c", code).split():
        assert Path(path).is_relative_to(installed / "npinception")
    for name in ("py.typed", "data/imagenet_classes.csv", "weights/names.csv"):
        assert (installed / "npinception" / name).is_file()


def test_no_bare_names_are_installed(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if path.is_dir()}
    assert {n for n in names if not n.endswith(".dist-info")} == {"npinception", "bin"}


def test_it_works_in_the_root_of_a_checkout(installed: Path) -> None:
    """There Python finds the checkout's npinception/ first, which has no kernels/ in it."""
    code = "import npinception.kernels.gemm as g; print(g.__file__)"
    assert Path(run(installed, ROOT, "-c", code).strip()) == ROOT / "kernels" / "gemm.py"
    assert "classify" in run(installed, ROOT, "-m", "npinception", "--help")
