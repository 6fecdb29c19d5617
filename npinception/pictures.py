"""Pictures in: any file Pillow reads, or an array, to RGB pixels as a viewer shows them.

- The orientation of a camera (EXIF) is applied.
- Transparent pixels are composited on white, the page most pictures are shown on; what
  lies hidden under them is not part of the picture.
- 16-bit grey is scaled to 8 bits, not clipped.
- CMYK, YCbCr, Lab, palette and 1-bit pictures are converted by Pillow's formulas;
  embedded colour profiles are not applied.
- Of an animation, the first frame is taken.

Pillow is imported on first use, not with the package.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from .errors import ImageError, InputError

if TYPE_CHECKING:
    from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
FileSource: TypeAlias = str | os.PathLike[str] | IO[bytes]
Source: TypeAlias = "FileSource | NDArray[Any] | Image.Image"


def load_picture(source: FileSource) -> Pixels:
    """Return the picture in a file as uint8 ``[H, W, 3]``, RGB, 0..255.

    Parameters
    ----------
    source
        A path, or a binary file object, read from its present position.

    Raises
    ------
    ImageError
        If the file cannot be read, is no picture, is damaged or truncated, or has more
        pixels than ``PIL.Image.MAX_IMAGE_PIXELS``. One line, naming the file.
    """
    from .decode import decode

    if not isinstance(source, str | os.PathLike):
        return decode(source, str(getattr(source, "name", "the picture")))
    name = os.fsdecode(source)
    with _open(name) as stream:
        return decode(stream, name)


def read_picture(source: Source) -> NDArray[Any]:
    """Return a path's, file's, array's or Pillow image's picture: ``[H, W, 3]``, 0..255.

    Raises
    ------
    ImageError, InputError
        As :func:`load_picture` and :func:`check_picture`.
    """
    if isinstance(source, np.ndarray):
        return check_picture(source)
    if isinstance(source, str | os.PathLike) or hasattr(source, "read"):
        return load_picture(cast("FileSource", source))
    if hasattr(source, "getexif"):
        from .decode import decode_image

        return decode_image(source, "the picture")
    raise InputError(
        "a picture is a path, a binary file, an array or a Pillow image, "
        f"not {type(source).__name__}"
    )


def check_picture(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of pixel values as ``[H, W, 3]``, or say what is wrong with it.

    Parameters
    ----------
    array
        ``[H, W, 3]`` RGB, or grey ``[H, W]`` or ``[H, W, 1]``; uint8, or floating point
        with values 0..255.

    Returns
    -------
    ``[H, W, 3]`` of the same dtype, with grey repeated: a read-only view.

    Raises
    ------
    InputError
        If the shape, dtype or range is another. Floating point pictures whose values
        end at 1 are refused: they were scaled already.
    """
    picture = array[..., None] if array.ndim == 2 else array
    if picture.ndim != 3 or picture.shape[2] not in (1, 3) or 0 in picture.shape:
        raise InputError(
            f"a picture must be [H, W, 3] or grey [H, W], not {list(array.shape)}"
            + _shape_hint(array.shape)
        )
    if picture.dtype != np.uint8:
        _check_range(picture)
    return np.broadcast_to(picture, (*picture.shape[:2], 3))


def _shape_hint(shape: tuple[int, ...]) -> str:
    """Return what to do about a picture of a wrong shape, where that can be guessed."""
    if len(shape) == 4:
        return "; give each picture of a batch as one of a list"
    if len(shape) == 3 and shape[2] in (2, 4):
        return "; drop its alpha channel, or blend it into the others"
    if len(shape) == 3 and shape[0] in (1, 3):
        return "; its channels seem to come first: call x.transpose(1, 2, 0)"
    return ""


def _check_range(picture: NDArray[Any]) -> None:
    """Raise unless a picture that is not uint8 holds floating point values 0..255."""
    if picture.dtype.kind != "f":
        raise InputError(
            f"a picture must be uint8, or floating point with values 0..255, not {picture.dtype}"
        )
    with np.errstate(invalid="ignore"):
        low, high = float(picture.min()), float(picture.max())
    found = f"a picture's values must be 0..255, not [{low:g}, {high:g}]"
    if low >= 0.0 and 0.0 < high <= 1.0:
        raise InputError(f"{found}; multiply them by 255")
    if not (low >= 0.0 and high <= 255.0):
        raise InputError(found)


def _open(name: str) -> IO[bytes]:
    """Open a file for reading, or say in one line why not."""
    try:
        kind = Path(name).stat().st_mode
        if stat.S_ISREG(kind) or stat.S_ISFIFO(kind):
            return Path(name).open("rb")
    except FileNotFoundError:
        raise ImageError(f"{name}: there is no such file; check the path") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{name}: cannot be opened ({reason}); check the path") from None
    if stat.S_ISDIR(kind):
        raise ImageError(f"{name}: is a folder; name the pictures in it, as {name}/*.jpg")
    raise ImageError(f"{name}: is neither a file nor a pipe; give the path of a picture")
