"""Where a picture can come from: paths, files, pipes, threads, arrays."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from npinception.errors import InputError
from npinception.pictures import check_picture, load_picture, read_picture
from tests.preprocessing.scenes import saved, scene


def test_ways_to_name_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "a picture.png"
    Image.fromarray(scene()).save(path)
    for source in (path, str(path), Image.fromarray(scene()), scene()):
        np.testing.assert_array_equal(read_picture(source), scene())
    with path.open("rb") as stream:
        np.testing.assert_array_equal(read_picture(stream), scene())
    rotated = Image.fromarray(scene())
    rotated.getexif()[0x0112] = 3
    np.testing.assert_array_equal(read_picture(rotated), scene()[::-1, ::-1])


def test_pipes_are_read_to_their_end() -> None:
    script = (
        "import sys; from npinception.pictures import load_picture as f;"
        "print(f(sys.stdin.buffer).sum(), f(sys.argv[1]).shape)"
    )
    data = saved(Image.fromarray(scene()), "PNG").getvalue()
    command = [sys.executable, "-W", "error", "-c", script, "/dev/stdin"]
    if not Path("/dev/stdin").exists():
        command[-1] = __file__
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.stdout == b"" or done.returncode == 0
    # The second read finds the pipe empty: an error, but the first was whole.
    assert b"is empty" in done.stderr


def test_threads_do_not_disturb_the_callers_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(scene()).save(path)
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=lambda: [load_picture(path) for _ in range(50)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before


def test_arrays() -> None:
    grey = scene()[..., 0]
    for array in (grey, grey[..., None]):
        np.testing.assert_array_equal(check_picture(array), np.repeat(grey[..., None], 3, axis=2))
    assert check_picture(scene()).dtype == np.uint8
    floats = scene().astype(np.float64)
    assert check_picture(floats).dtype == np.float64
    black = np.zeros((4, 4, 3), np.float32)
    np.testing.assert_array_equal(check_picture(black), black)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 4, 4, 3), np.uint8), "one of a list"),
        (np.zeros((4, 4, 4), np.uint8), "alpha"),
        (np.zeros((3, 8, 9), np.uint8), r"transpose\(1, 2, 0\)"),
        (np.zeros((0, 4, 3), np.uint8), r"not \[0, 4, 3\]"),
        (np.zeros(4, np.uint8), r"not \[4\]"),
        (np.zeros((4, 4), np.uint16), "uint16"),
        (np.zeros((4, 4), bool), "bool"),
        (np.full((4, 4), "a"), "<U1"),
        (np.full((4, 4), 0.5), "multiply them by 255"),
        (np.full((4, 4), 256.0), r"\[256, 256\]"),
        (np.linspace(-1, 1, 16).reshape(4, 4), r"\[-1, 1\]"),
        (np.full((4, 4), np.nan), "nan"),
        (np.full((4, 4), np.inf), "inf"),
    ],
)
def test_arrays_that_are_no_pictures(array: NDArray[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_picture(array)


def test_package_does_not_import_pillow() -> None:
    script = (
        "import sys, npinception.preprocessing, npinception.pictures; print('PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
