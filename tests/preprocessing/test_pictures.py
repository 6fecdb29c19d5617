"""Every kind of picture file becomes the RGB that a viewer shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from npinception.pictures import load_picture
from tests.preprocessing.scenes import saved, scene

WHITE = [255, 255, 255]


@pytest.mark.parametrize(
    ("form", "options", "most"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("PPM", {}, 0),
        ("TGA", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("JPEG", {"quality": 98, "subsampling": 0}, 3),
        ("JPEG", {"quality": 98, "subsampling": 0, "progressive": True}, 3),
    ],
)
def test_rgb_formats(form: str, options: dict[str, Any], most: int) -> None:
    x = load_picture(saved(Image.fromarray(scene()), form, **options))
    assert x.shape == (40, 56, 3)
    assert x.dtype == np.uint8
    assert x.flags.writeable
    assert np.abs(x.astype(int) - scene()).max() <= most


def test_grey_one_bit_and_palette() -> None:
    grey = scene()[..., 0]
    x = load_picture(saved(Image.fromarray(grey), "PNG"))
    np.testing.assert_array_equal(x, np.repeat(grey[..., None], 3, axis=2))

    bits = Image.fromarray(grey > 100)
    assert bits.mode == "1"
    x = load_picture(saved(bits, "PNG"))
    np.testing.assert_array_equal(x[..., 1], np.where(grey > 100, 255, 0))

    blocks = (scene() // 86 * 86).astype(np.uint8)
    palette = Image.fromarray(blocks).convert("P", palette=Image.Palette.ADAPTIVE)
    for form in ("PNG", "GIF"):
        np.testing.assert_array_equal(load_picture(saved(palette, form)), blocks)


def test_transparency_is_composited_on_white() -> None:
    alpha = np.zeros((40, 56), np.uint8)
    alpha[:, 20:] = 255
    alpha[:, 40:] = 128
    half = np.round(scene() * (128 / 255) + 255 * (127 / 255))
    rgba = Image.fromarray(np.dstack([scene(), alpha]))
    for form, options in (("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True})):
        x = load_picture(saved(rgba, form, **options))
        assert (x[:, :20] == 255).all()
        np.testing.assert_array_equal(x[:, 20:40], scene()[:, 20:40])
        assert np.abs(x[:, 40:] - half[:, 40:]).max() <= 1

    la = Image.fromarray(np.dstack([scene()[..., 0], alpha]))
    assert la.mode == "LA"
    x = load_picture(saved(la, "PNG"))
    assert (x[:, :20] == 255).all()
    np.testing.assert_array_equal(x[:, 20:40, 2], scene()[:, 20:40, 0])


def test_transparent_palette_entries_and_colours() -> None:
    indices = np.zeros((10, 10), np.uint8)
    indices[:, 5:] = 1
    palette = Image.fromarray(indices, mode=None).convert("P")
    palette.putpalette([10, 20, 30, 40, 50, 60])
    for transparency in (0, b"\x00\xff"):
        x = load_picture(saved(palette, "PNG", transparency=transparency))
        assert x[0, 0].tolist() == WHITE
        assert x[0, 9].tolist() == [40, 50, 60]
    x = load_picture(saved(palette, "GIF", transparency=0))
    assert x[0, 0].tolist() == WHITE
    # One colour of an RGB picture, and one grey, may be declared transparent.
    x = load_picture(saved(palette.convert("RGB"), "PNG", transparency=(10, 20, 30)))
    assert x[0, 0].tolist() == WHITE
    assert x[0, 9].tolist() == [40, 50, 60]
    x = load_picture(saved(Image.fromarray(indices), "PNG", transparency=0))
    assert x[0, 0].tolist() == WHITE
    assert x[0, 9].tolist() == [1, 1, 1]


@pytest.mark.parametrize(("form", "most"), [("TIFF", 0), ("JPEG", 4)])
def test_cmyk(form: str, most: int) -> None:
    """A JPEG keeps CMYK inverted (Adobe's custom), a TIFF does not: both look alike."""
    ink = np.zeros((16, 24, 4), np.uint8)
    ink[:, :8, 0] = 255  # cyan
    ink[:, 8:16, 3] = 255  # black
    image = Image.frombytes("CMYK", (24, 16), ink.tobytes())
    options = {"quality": 100, "subsampling": 0} if form == "JPEG" else {}
    stream = saved(image, form, **options)
    assert Image.open(stream).mode == "CMYK"
    stream.seek(0)
    x = load_picture(stream).astype(int)
    for column, colour in ((4, [0, 255, 255]), (12, [0, 0, 0]), (20, WHITE)):
        assert np.abs(x[8, column] - colour).max() <= most


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM"])
def test_sixteen_bit_grey_is_scaled(form: str) -> None:
    values = np.array([[0, 128, 129, 257, 300, 25700, 32768, 65535]], np.uint16)
    stream = saved(Image.fromarray(values), form)
    x = load_picture(stream)
    expected = np.round(values / 257).astype(np.uint8)
    np.testing.assert_array_equal(x[..., 0], expected)
    np.testing.assert_array_equal(x[..., 2], expected)


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_pixels_without_a_range_are_refused(dtype: type) -> None:
    stream = saved(Image.fromarray(np.ones((4, 4), dtype)), "TIFF")
    with pytest.raises(ValueError, match="save it with 8 or 16 bits"):
        load_picture(stream)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_camera_rotation(form: str, orientation: int) -> None:
    x = scene()
    # EXIF: which side of the scene the stored rows' top and columns' left are.
    stored = {
        1: x,
        2: x[:, ::-1],
        3: x[::-1, ::-1],
        4: x[::-1],
        5: x.swapaxes(0, 1),
        6: x.swapaxes(0, 1)[::-1],
        7: x.swapaxes(0, 1)[::-1, ::-1],
        8: x.swapaxes(0, 1)[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless: dict[str, Any] = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(form, {})
    image = Image.fromarray(np.ascontiguousarray(stored))
    upright = load_picture(saved(image, form, exif=exif, **lossless))
    assert upright.shape == x.shape
    assert np.abs(upright.astype(int) - x).max() <= (12 if form == "JPEG" else 0)


def test_sixteen_bit_grey_is_rotated_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    values = np.arange(12, dtype=np.uint16).reshape(3, 4) * 257
    x = load_picture(saved(Image.fromarray(values), "PNG", exif=exif))
    np.testing.assert_array_equal(x[..., 0], np.rot90(values // 257, -1))


def test_unreadable_orientation_is_none(recwarn: pytest.WarningsRecorder) -> None:
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40):
        x = load_picture(saved(Image.fromarray(scene()), "JPEG", exif=exif))
        assert x.shape == (40, 56, 3)
    assert not recwarn.list


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_of_an_animation(form: str) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if form == "WEBP" else {}
    stream = saved(frames[0], form, save_all=True, append_images=frames[1:], **options)
    assert load_picture(stream)[5, 5].tolist() == [255, 0, 0]
