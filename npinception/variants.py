"""The networks that share the name Inception V3, as records.

Published Inception V3s differ in ways that leave the parameters loadable and ruin
the result: the divisor of the average pools at the border alone moves the pooled
feature by 6.5 %. A :class:`Variant` says which network is meant; nothing in the
code asks for a variant's name, only for its fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .architecture import PoolKind, Size

Divisor: TypeAlias = Literal["valid", "full"]
ResizeMethod: TypeAlias = Literal["tf1_bilinear", "half_pixel_bilinear", "nearest"]
LabelSet: TypeAlias = Literal["imagenet-1000", "imagenet-1001"]


@dataclass(frozen=True)
class Recipe:
    """How a picture becomes the network's input.

    Attributes
    ----------
    resize
        Name of a method in :mod:`npinception.resize`.
    central_crop
        Share of each side that is kept, centred, before the resize; 1.0 keeps all.
    offset, scale
        A pixel value ``v`` in 0..255 enters the network as ``v / scale - offset``.
    channels
        Channel order of the input; every known variant takes ``"RGB"``.
    """

    resize: ResizeMethod
    central_crop: float = 1.0
    scale: float = 127.5
    offset: float = 1.0
    channels: Literal["RGB", "BGR"] = "RGB"


@dataclass(frozen=True)
class Variant:
    """The facts in which one published Inception V3 differs from another.

    Attributes
    ----------
    bn_gamma
        Whether batch norm has a learned scale.
    bn_epsilon
        Added to the variance before its root.
    avg_pool_divisor
        Border windows of the 3x3 average pools are divided by the ``"valid"`` count of
        pixels inside the picture (4, 6 or 9), or by the ``"full"`` window (9).
    last_block_pool
        Pool of ``Mixed_7c``.
    global_pool
        The final pool covers any map (True), or is slim's 8x8 window (False).
    num_classes, label_set
        Size and meaning of the published head.
    aux
        Whether the published network carries the auxiliary head.
    input_size
        Height and width its pictures are resized to.
    """

    name: str
    recipe: Recipe
    num_classes: int
    label_set: LabelSet
    aux: bool
    global_pool: bool
    bn_gamma: bool = False
    bn_epsilon: float = 1e-3
    avg_pool_divisor: Divisor = "valid"
    last_block_pool: PoolKind = "avg"
    input_size: Size = (299, 299)


SLIM = Variant(
    name="slim",
    recipe=Recipe(resize="tf1_bilinear", central_crop=0.875),
    num_classes=1001,
    label_set="imagenet-1001",
    aux=True,
    global_pool=False,
)

KERAS = Variant(
    name="keras",
    recipe=Recipe(resize="half_pixel_bilinear"),
    num_classes=1000,
    label_set="imagenet-1000",
    aux=False,
    global_pool=True,
)

VARIANTS: dict[str, Variant] = {variant.name: variant for variant in (SLIM, KERAS)}
