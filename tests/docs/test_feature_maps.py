"""examples/feature_maps.py: the sheet that docs/feature_maps.md shows."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from npinception.pictures import load_picture

pytest.importorskip("matplotlib")

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPT = EXAMPLES / "feature_maps.py"


@pytest.fixture(scope="module")
def script() -> Any:
    spec = spec_from_file_location("feature_maps", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(script: Any, *arguments: str | Path) -> Result:
    return CliRunner().invoke(script.main, [str(argument) for argument in arguments])


def test_strongest_channels_come_first(script: Any) -> None:
    ramp = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4, 1)
    maps = np.concatenate([ramp * 0 + 9, ramp, -3 * ramp, 2 * ramp], axis=2)
    assert script.strongest(maps, 3) == [2, 3, 1]
    assert script.strongest(maps, 9) == [2, 3, 1, 0]


def test_each_row_shows_its_channels(script: Any) -> None:
    rng = np.random.default_rng(0)
    maps = {"wide": rng.random((5, 6, 7), np.float32), "narrow": rng.random((2, 2, 1), np.float32)}
    figure = script.draw(load_picture(EXAMPLES / "star.png"), maps, channels=3)
    shown = [[axes.images[0].get_array() for axes in row if axes.images] for row in rows(figure, 4)]
    assert [len(row) for row in shown] == [4, 2]
    for row, values in zip(shown, maps.values(), strict=True):
        for found, channel in zip(row[1:], script.strongest(values, 3), strict=False):
            np.testing.assert_array_equal(found, values[..., channel])


def rows(figure: Any, width: int) -> list[list[Any]]:
    return [figure.axes[at : at + width] for at in range(0, len(figure.axes), width)]


def test_a_sheet_is_written(script: Any, tmp_path: Path) -> None:
    out = tmp_path / "maps.png"
    arguments = ["--out", out, "--endpoint", "Mixed_5d", "--channels", "2"]
    done = run(script, EXAMPLES / "spiral.png", *arguments)
    assert (done.exit_code, done.output) == (0, "")
    with Image.open(out) as sheet:
        assert sheet.width > 2 * sheet.height


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([SCRIPT, "--out", "maps.png"], "is not a picture"),
        ([EXAMPLES / "star.png", "--out", "maps.png", "--endpoint", "Mixed_9z"], "Mixed_9z"),
        ([EXAMPLES / "star.png", "--out", "maps.nothing"], "nothing"),
        ([EXAMPLES / "star.png", "--out", "no/such/folder/maps.png"], "No such file"),
    ],
)
def test_bad_input_is_one_line(script: Any, arguments: list[str | Path], words: str) -> None:
    done = run(script, *arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
