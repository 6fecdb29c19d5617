"""What ``weights diff`` says of variants and files."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from npinception.cli import main
from npinception.errors import WeightsError
from npinception.recipes import Recipe
from npinception.variants import VARIANTS, Variant
from npinception.weights.diff import diff
from npinception.weights.metadata import Metadata
from npinception.weights.store import write_weights

from .conftest import Parameters

NARROW = tuple[Metadata, Parameters]
BETA = "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta"


@pytest.mark.parametrize(("first", "second"), list(combinations(VARIANTS, 2)))
def test_variants(first: str, second: str) -> None:
    """Every field of the records that differs is named with both values, and no other."""
    found = diff(first, second)
    one, other = VARIANTS[first], VARIANTS[second]
    assert found["parameters"] is None
    assert found["network"].pop("variant") == [first, second]
    labels = (one.label_set, other.label_set)
    assert (found["labels"] is None) == (labels[0] == labels[1])
    facts = {f.name for f in fields(Variant)} - {"name", "recipe", "label_set"}
    assert found["network"] == _differing(one, other, facts)
    assert found["recipe"] == _differing(one.recipe, other.recipe, {f.name for f in fields(Recipe)})


def _differing(one: Any, other: Any, names: set[str]) -> dict[str, list[Any]]:
    pairs = {name: [getattr(one, name), getattr(other, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def test_the_same_twice(narrow: NARROW, tmp_path: Path) -> None:
    write_weights(tmp_path / "a.h5", *narrow)
    for name in ("keras", tmp_path / "a.h5"):
        found = diff(name, name)
        assert (found["network"], found["recipe"], found["labels"]) == ({}, {}, None)
    assert found["parameters"]["equal"] == len(narrow[1])
    assert not found["parameters"]["different"]


def test_files(narrow: NARROW, tmp_path: Path) -> None:
    metadata, parameters = narrow
    write_weights(tmp_path / "a.h5", metadata, parameters)
    changed = parameters | {BETA: parameters[BETA] + np.float32(0.5)}
    labels = tuple(reversed(metadata.labels or ()))
    other = replace(metadata, labels=labels, recipe=replace(metadata.recipe, scale=128.0))
    write_weights(tmp_path / "b.h5", other, changed)
    found = diff(tmp_path / "a.h5", tmp_path / "b.h5")
    assert found["network"] == {}
    assert found["recipe"] == {"scale": [127.5, 128.0]}
    assert "'ant'" in found["labels"][0]
    assert list(found["parameters"]["different"]) == [BETA]
    far = found["parameters"]["different"][BETA]
    beta = parameters[BETA].astype(float)
    assert far["largest"] == pytest.approx(0.5, rel=1e-6)
    assert far["relative_l2"] == pytest.approx(
        0.5 * np.sqrt(beta.size) / np.linalg.norm(beta), rel=1e-6
    )


def test_files_of_different_networks(narrow: NARROW, tmp_path: Path) -> None:
    metadata, parameters = narrow
    write_weights(tmp_path / "a.h5", metadata, parameters)
    config = metadata.config.with_options(num_classes=3, aux=False)
    kept = {n: v for n, v in parameters.items() if "AuxLogits" not in n}
    for name, values in kept.items():
        if "/Logits/" in name:
            kept[name] = np.ascontiguousarray(values[..., :3])
    write_weights(tmp_path / "b.h5", replace(metadata, config=config, labels=None), kept)
    found = diff(tmp_path / "a.h5", tmp_path / "b.h5")["parameters"]
    assert all("AuxLogits" in name for name in found["only_first"])
    assert len(found["only_first"]) == len(parameters) - len(kept)
    assert found["only_second"] == []
    assert sorted(shapes[1][-1] for shapes in found["other_shape"].values()) == [3, 3]
    back = diff(tmp_path / "b.h5", tmp_path / "a.h5")["parameters"]
    assert back["only_second"] == found["only_first"]


def test_command(narrow: NARROW, tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(main, ["weights", "diff", "torchvision", "fid"])
    assert done.exit_code == 0, done.stderr
    assert "network  avg_pool_divisor: full | valid" in done.stdout.splitlines()
    done = runner.invoke(main, ["weights", "diff", "torchvision", "fid", "--json"])
    assert json.loads(done.stdout)["network"]["last_block_pool"] == ["avg", "max"]
    assert runner.invoke(main, ["weights", "diff", "fid", "fid"]).stdout == "no difference\n"

    metadata, parameters = narrow
    paths = [str(tmp_path / "a.h5"), str(tmp_path / "b.h5")]
    write_weights(paths[0], metadata, parameters)
    write_weights(paths[1], metadata, {n: v + np.float32(1) for n, v in parameters.items()})
    done = runner.invoke(main, ["weights", "diff", *paths])
    assert f"parameters  0 are the same, {len(parameters)} differ" in done.stdout
    assert f"... {len(parameters) - 20} more differ; --json lists them" in done.stdout


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no such file"):
        diff("torch-vision", "keras")
    (tmp_path / "x").write_bytes(b"hello")
    done = CliRunner().invoke(main, ["weights", "diff", "keras", str(tmp_path / "x")])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
