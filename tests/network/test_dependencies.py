"""Imports point one way: kernels <- graph <- engines <- model <- command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Module (or package) to what it must not import, as names below ``npinception``.
FORBIDDEN = {
    "kernels": ("weights", "engines", "plan", "model", "graph", "config", "nodes", "cli"),
    "weights": ("engines", "plan", "model", "cli"),
    "npinception/engines": ("weights", "model", "cli"),
    "npinception/plan": ("weights", "engines", "model", "cli"),
    "npinception/graph.py": ("weights", "engines", "plan", "model", "cli"),
    "npinception/model.py": ("cli",),
}


def imported(path: Path) -> set[str]:
    """Return the dotted names below ``npinception`` that a file imports."""
    package = path.relative_to(ROOT).parent.parts
    if package[0] == "npinception":
        package = package[1:]
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = node.module or ""
        if node.level:
            base = package[: len(package) - node.level + 1]
            prefix = ".".join([*base, module] if module else base)
        elif module.startswith("npinception"):
            prefix = module.removeprefix("npinception").lstrip(".")
        else:
            continue
        names.update(f"{prefix}.{alias.name}".lstrip(".") for alias in node.names)
    return names


@pytest.mark.parametrize("place", FORBIDDEN)
def test_imports_point_one_way(place: str) -> None:
    files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
    assert files, f"{place} is gone"
    for path in files:
        for name in imported(path):
            top = name.split(".")[0]
            assert top not in FORBIDDEN[place], f"{path.relative_to(ROOT)} imports {name}"


def test_the_check_sees_relative_imports() -> None:
    assert "graph.build_graph" in imported(ROOT / "npinception/engines/interpreter.py")
    assert "geometry.output_size" in {
        name.removeprefix("kernels.") for name in imported(ROOT / "npinception/walk.py")
    }


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout


def test_import_alone_loads_nothing_heavy() -> None:
    loaded = run("import npinception, sys; print(*sys.modules)").split()
    assert "npinception" in loaded
    assert not {"numpy", "numba", "h5py", "PIL", "click"} & set(loaded)


def test_bare_names_are_refused() -> None:
    for name in ("kernels", "weights"):
        with pytest.raises(subprocess.CalledProcessError) as failure:
            run(f"import {name}")
        assert f"npinception.{name}" in failure.value.stderr
