"""How a picture becomes a network's input, as records.

Each published Inception V3 was trained and measured with pictures prepared in one way:
which part is seen, who resizes it, how pixel values are scaled. A :class:`Recipe` says
so in a few fields; :func:`npinception.preprocessing.prepare` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ResizeMethod: TypeAlias = Literal[
    "tf1_bilinear",
    "half_pixel_bilinear",
    "nearest",
    "antialias_bilinear",
    "antialias_bicubic",
    "antialias_bilinear_8bit",
    "antialias_bicubic_8bit",
]
Fit: TypeAlias = Literal["squash", "cover"]
PerChannel: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class Recipe:
    """How a picture becomes the network's input.

    Attributes
    ----------
    resize
        Name of a method in :mod:`npinception.resize`.
    central_crop
        Share of each side that is kept, centred; 1.0 keeps all.
    fit
        ``"squash"``: crop that share, then resize both sides to the input's, whatever their
        ratio was. ``"cover"``: keep the ratio; the shorter side is resized to the input's
        divided by the share, rounded down, and the input is cut from the middle.
    clip
        Whether values that the resize has put outside 0..255 are cut to that range.
    scale, offset
        A pixel value ``v`` in 0..255 is scaled to ``v / scale - offset``.
    mean, std
        A scaled value ``s`` of a channel enters the network as ``(s - mean) / std``.
    channels
        Channel order of the input; every known variant takes ``"RGB"``.
    """

    resize: ResizeMethod
    central_crop: float = 1.0
    scale: float = 127.5
    offset: float = 1.0
    channels: Literal["RGB", "BGR"] = "RGB"
    fit: Fit = "squash"
    clip: bool = False
    mean: PerChannel = (0.0, 0.0, 0.0)
    std: PerChannel = (1.0, 1.0, 1.0)


#: Mean and standard deviation of ImageNet's pixels in 0..1, as torchvision has them.
IMAGENET_MEAN: PerChannel = (0.485, 0.456, 0.406)
IMAGENET_STD: PerChannel = (0.229, 0.224, 0.225)

#: timm resizes the shorter side to 341, floor(299 / 0.875); torchvision to 342.
TIMM_CROP = 0.875
TORCHVISION_CROP = 299 / 342

#: Every published way to prepare a picture. ``v / 127.5 - 1`` has the same bits in float32
#: as timm's ``(v / 255 - 0.5) / 0.5`` and pytorch-fid's ``2 (v / 255) - 1``, for the
#: factors of two are exact; so has ``v / 128 - 1`` as ``(v - 128) / 128``.
#:
#: torchvision normalises by ImageNet's statistics and undoes that inside the network
#: (``transform_input``). The recipe is what comes of both, ``v / 127.5 - 1``, and the
#: network has no such step: the round trip is the identity but for about 1e-7.
RECIPES: dict[str, Recipe] = {
    "slim": Recipe(resize="tf1_bilinear", central_crop=0.875),
    "keras": Recipe(resize="half_pixel_bilinear"),
    "torchvision": Recipe(
        resize="antialias_bilinear_8bit", central_crop=TORCHVISION_CROP, fit="cover"
    ),
    "timm": Recipe(resize="antialias_bicubic_8bit", central_crop=TIMM_CROP, fit="cover"),
    "timm-imagenet": Recipe(
        resize="antialias_bicubic_8bit",
        central_crop=TIMM_CROP,
        fit="cover",
        scale=255.0,
        offset=0.0,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
    ),
    "fid": Recipe(resize="tf1_bilinear", scale=128.0),
    "pytorch-fid": Recipe(resize="half_pixel_bilinear"),
    "clean-fid": Recipe(resize="antialias_bicubic", scale=128.0, clip=True),
}
