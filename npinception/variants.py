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
from .recipes import RECIPES, Recipe, ResizeMethod

__all__ = ["KERAS", "SLIM", "VARIANTS", "Divisor", "LabelSet", "Recipe", "ResizeMethod", "Variant"]

Divisor: TypeAlias = Literal["valid", "full"]
LabelSet: TypeAlias = Literal["imagenet-1000", "imagenet-1001"]


@dataclass(frozen=True)
class Variant:
    """The facts in which one published Inception V3 differs from another.

    Attributes
    ----------
    recipe
        How its pictures are prepared.
    num_classes, label_set
        Size and meaning of the published head; None where its list is not ImageNet's.
    aux
        Whether the published network carries the auxiliary head.
    global_pool
        The final pool covers any map (True), or is slim's 8x8 window (False).
    bn_gamma
        Whether batch norm has a learned scale.
    bn_epsilon
        Added to the variance before its root.
    avg_pool_divisor
        Border windows of the 3x3 average pools are divided by the ``"valid"`` count of
        pixels inside the picture (4, 6 or 9), or by the ``"full"`` window (9).
    last_block_pool
        Pool of ``Mixed_7c``.
    input_size
        Height and width its pictures are resized to.
    """

    name: str
    recipe: Recipe
    num_classes: int
    label_set: LabelSet | None
    aux: bool
    global_pool: bool
    bn_gamma: bool = False
    bn_epsilon: float = 1e-3
    avg_pool_divisor: Divisor = "valid"
    last_block_pool: PoolKind = "avg"
    input_size: Size = (299, 299)


def _torch(name: str, recipe: str, *, aux: bool) -> Variant:
    """Return a network of torchvision's code, which timm has taken over.

    That holds for timm's ports of TensorFlow's parameters too: their pools divide by 9 at
    the border, where TensorFlow's own network divides by 4 or 6.
    """
    return Variant(
        name=name,
        recipe=RECIPES[recipe],
        num_classes=1000,
        label_set="imagenet-1000",
        aux=aux,
        global_pool=True,
        bn_gamma=True,
        avg_pool_divisor="full",
    )


SLIM = Variant(
    name="slim",
    recipe=RECIPES["slim"],
    num_classes=1001,
    label_set="imagenet-1001",
    aux=True,
    global_pool=False,
)

KERAS = Variant(
    name="keras",
    recipe=RECIPES["keras"],
    num_classes=1000,
    label_set="imagenet-1000",
    aux=False,
    global_pool=True,
)

TORCHVISION = _torch("torchvision", "torchvision", aux=True)

#: The graph of 2015, with which the Frechet Inception Distance is measured. Its 1008
#: outputs have an order of their own, and some mean nothing.
FID = Variant(
    name="fid",
    recipe=RECIPES["fid"],
    num_classes=1008,
    label_set=None,
    aux=False,
    global_pool=True,
    bn_gamma=True,
    last_block_pool="max",
)

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        SLIM,
        KERAS,
        TORCHVISION,
        _torch("timm-tv", "timm", aux=True),
        _torch("timm-tf", "timm", aux=False),
        _torch("timm-tf-adv", "timm", aux=False),
        _torch("timm-gluon", "timm-imagenet", aux=False),
        FID,
    )
}
