"""Files that are no whole pictures: one line that names the file, never wrong pixels."""

from __future__ import annotations

import io
import os
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from npinception.errors import ImageError
from npinception.pictures import load_picture

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")


def encoded(form: str) -> bytes:
    pixels = np.random.default_rng(5).integers(0, 256, (24, 33, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


WHOLE = {form: encoded(form) for form in FORMATS}


def one_line_of(path: Path | str) -> str:
    with pytest.raises(ImageError) as caught:
        load_picture(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("form", FORMATS)
def test_cut_off_anywhere(form: str, tmp_path: Path) -> None:
    """An error, or (where only trailing bytes are gone) the very pixels of the whole."""
    data = WHOLE[form]
    pixels = load_picture(io.BytesIO(data))
    path = tmp_path / "cut"
    lengths = {*range(0, len(data), max(1, len(data) // 100)), *range(len(data) - 20, len(data))}
    refused = 0
    for length in sorted(lengths):
        path.write_bytes(data[:length])
        try:
            np.testing.assert_array_equal(load_picture(path), pixels)
        except ImageError as error:
            assert str(error).startswith(f"{path}: ")
            assert "\n" not in str(error)
            refused += 1
    assert refused >= 0.8 * len(lengths)


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 12))
def test_flipped_bytes(form: str, seed: int, count: int) -> None:
    """Whatever comes of it is a picture or an ImageError."""
    data, dice = bytearray(WHOLE[form]), random.Random(seed)
    for _ in range(count):
        data[dice.randrange(len(data))] = dice.randrange(256)
    try:
        x = load_picture(io.BytesIO(bytes(data)))
    except ImageError as error:
        assert "\n" not in str(error)
    else:
        assert x.dtype == np.uint8
        assert x.ndim == 3
        assert x.shape[2] == 3


@settings(max_examples=200, deadline=None)
@given(
    data=st.binary(max_size=200), start=st.sampled_from([b"", *(d[:12] for d in WHOLE.values())])
)
def test_noise(data: bytes, start: bytes) -> None:
    try:
        load_picture(io.BytesIO(start + data))
    except ImageError as error:
        assert "\n" not in str(error)


def test_not_a_picture(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    assert "is empty" in one_line_of(tmp_path / "empty.png")
    (tmp_path / "text.jpg").write_text("This is a letter, not a photograph.\n" * 50)
    assert "is not a picture" in one_line_of(tmp_path / "text.jpg")
    assert "JPEG, PNG" in one_line_of(tmp_path / "text.jpg")
    (tmp_path / "zeros.bin").write_bytes(bytes(100_000))
    assert "is not a picture" in one_line_of(tmp_path / "zeros.bin")
    (tmp_path / "drawing.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    assert "is not a picture" in one_line_of(tmp_path / "drawing.eps")


def test_not_a_file(tmp_path: Path) -> None:
    assert "is a folder" in one_line_of(tmp_path)
    assert "no such file" in one_line_of(tmp_path / "missing.jpg")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    assert "cannot be opened" in one_line_of(tmp_path / "loop.jpg")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    assert "no such file" in one_line_of(tmp_path / "gone.jpg")
    assert "cannot be opened" in one_line_of(tmp_path / ("x" * 300))
    assert "cannot be opened" in one_line_of("nul\0byte.jpg")
    if Path("/dev/zero").exists():
        assert "neither a file nor a pipe" in one_line_of("/dev/zero")


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(WHOLE["PNG"])

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in one_line_of(path)


def test_file_names_that_are_not_utf_8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.png"))
    path.write_bytes(WHOLE["PNG"])
    assert load_picture(path).shape == (24, 33, 3)


def png(width: int, height: int, data: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [10_000, 20_000, 2**31 - 1])
def test_decompression_bombs(side: int, tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png(side, side, zlib.compress(bytes(10_000))))
    assert "pixels" in one_line_of(path)
    assert not recwarn.list


def test_limit_is_pillows_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(WHOLE["PNG"])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    message = one_line_of(path)
    assert "792 pixels" in message
    assert "PIL.Image.MAX_IMAGE_PIXELS" in message
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert load_picture(path).shape == (24, 33, 3)


def test_png_with_a_broken_checksum(tmp_path: Path) -> None:
    data = bytearray(WHOLE["PNG"])
    data[len(data) // 2] ^= 1
    (tmp_path / "a.png").write_bytes(data)
    assert "damaged or cut off" in one_line_of(tmp_path / "a.png")


def test_out_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    (tmp_path / "a.png").write_bytes(WHOLE["PNG"])
    monkeypatch.setattr(Image.Image, "convert", exhausted)
    assert "does not fit into memory" in one_line_of(tmp_path / "a.png")
