"""Pillow's side of :mod:`npinception.pictures`: hostile bytes in, pixels or one line out.

A damaged file makes Pillow's plugins raise whatever their parsing runs into, so the
two calls that meet its bytes, opening and decoding, turn every exception into an
:class:`~npinception.errors.ImageError`.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from .errors import ImageError

#: Formats of pixels only: an EPS or WMF would start a program to draw it.
_FORMATS = (
    "JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "AVIF", "HEIF", "JPEG2000",
    "TGA", "DIB", "PCX", "SGI", "QOI", "PSD",
)  # fmt: skip
_REMEDY = "give a JPEG, PNG, GIF, BMP, WebP or TIFF file"

#: EXIF's orientation to the transposition that undoes it.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG = 0x0112

#: Pillow opens these 16-bit greys as 32-bit ones.
_SIXTEEN_BITS_IN_32 = ("PNG", "PPM")

#: The filters of ``warnings`` belong to the process: one thread at a time. Only the
#: short reading of headers holds this lock; pixels are decoded side by side.
_WARNING_FILTERS = threading.Lock()


def decode(stream: IO[bytes], name: str) -> NDArray[np.uint8]:
    """Return an open file's picture as uint8 ``[H, W, 3]``; ``name`` is for errors."""
    with _one_line(name):
        if not stream.seekable():
            stream = BytesIO(stream.read())
        start = stream.tell()
        if not stream.read(1):
            raise ImageError(f"is empty; {_REMEDY}")
        stream.seek(start)
        Image.init()
        with _no_warnings():
            image = Image.open(stream, formats=[f for f in _FORMATS if f in Image.OPEN])
    return decode_image(image, name)


def decode_image(image: Image.Image, name: str) -> NDArray[np.uint8]:
    """Return a Pillow image, decoded or not, upright and as uint8 ``[H, W, 3]``."""
    with _one_line(name):
        _check_size(image)
        image.load()
        # Asked after loading: Pillow turns a TIFF upright by itself, and says so by then.
        upright = _UPRIGHT.get(_orientation(image))
        picture = _to_rgb(image)
        return np.array(picture if upright is None else picture.transpose(upright))


def _check_size(image: Image.Image) -> None:
    """Refuse a picture so large that Pillow would warn: memory is the reader's."""
    limit, pixels = Image.MAX_IMAGE_PIXELS, image.width * image.height
    if limit is not None and pixels > limit:
        raise ImageError(
            f"has {pixels:,} pixels, more than the {limit:,} that PIL.Image.MAX_IMAGE_PIXELS "
            "allows; make it smaller, or raise that limit"
        )


def _orientation(image: Image.Image) -> int:
    """Return EXIF's orientation; 1, upright, if there is none or it is unreadable."""
    with _no_warnings():
        try:
            return int(image.getexif().get(_ORIENTATION_TAG, 1))
        except Exception:  # noqa: BLE001 - metadata is parsed like pixels, but can be done without
            return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    """Convert any mode to RGB, transparency composited on white."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in _SIXTEEN_BITS_IN_32):
        image = Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode in ("I", "F"):
        raise ImageError(
            f"has 32-bit pixels (mode {image.mode}), whose range no file states; "
            "save it with 8 or 16 bits"
        )
    if image.has_transparency_data:
        page = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(page, image.convert("RGBA"))
    return image.convert("RGB")


def _eight_bits(grey: NDArray[Any]) -> NDArray[np.uint8]:
    """Return ``round(v / 257)``, which maps 0..65535 onto 0..255 evenly."""
    return ((grey.astype(np.uint32) + 128) // 257).astype(np.uint8)


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Keep Pillow's warnings on odd metadata from the caller's screen."""
    with _WARNING_FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _one_line(name: str) -> Iterator[None]:
    """Turn whatever is raised into an ImageError that starts with the file's name."""
    try:
        yield
    except ImageError as error:
        raise ImageError(f"{name}: {error}") from None
    except UnidentifiedImageError:
        raise ImageError(
            f"{name}: is not a picture Pillow knows, or lost its beginning; {_REMEDY}"
        ) from None
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name}: {error} Make it smaller.") from None
    except MemoryError:
        raise ImageError(f"{name}: does not fit into memory; make it smaller") from None
    except Exception as error:  # noqa: BLE001 - see the module's docstring
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(
            f"{name}: cannot be decoded ({reason}); it is damaged or cut off, get a fresh copy"
        ) from None
