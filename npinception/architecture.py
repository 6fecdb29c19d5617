"""The Inception V3 network of TF-slim, written down once, as a table.

Every fact about the network (shapes, parameters, multiply-adds, the layout of a
weights file, the steps an engine runs) is derived from this module by
:mod:`npinception.graph`; nothing is typed twice.

Layer names are TF-slim's variable scopes, with their irregularities: the two
``Mixed_6a/*/Conv2d_1a_1x1`` are 3x3 convolutions, ``Mixed_5c`` has a
``Conv_1_0c_5x5``, and the 3x1 convolution of ``Mixed_7b/Branch_1`` is called
``0b`` where ``Mixed_7c`` calls it ``0c``.

Sources: Szegedy et al., "Rethinking the Inception Architecture for Computer
Vision" (arXiv:1512.00567); names and options from ``tf_slim.nets.inception_v3``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Padding: TypeAlias = Literal["SAME", "VALID"]
PoolKind: TypeAlias = Literal["max", "avg"]
Size: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Conv:
    """A convolution, then batch norm, then ReLU.

    ``depth`` is the number of output channels before ``depth_multiplier``.
    A ``shrink`` kernel is reduced to the size of its input where that is smaller;
    its name then carries the reduced size, as in slim.
    """

    name: str
    depth: int
    kernel: Size
    stride: int = 1
    padding: Padding = "SAME"
    shrink: bool = False


@dataclass(frozen=True)
class Pool:
    """A max or average pool over ``kernel`` windows, each channel by itself."""

    name: str
    kind: PoolKind
    kernel: Size = (3, 3)
    stride: int = 1
    padding: Padding = "SAME"
    shrink: bool = False


@dataclass(frozen=True)
class Fork:
    """Branches that read the same input and are joined on channels, in order.

    A named fork is an Inception block: its branches are scoped ``Branch_0``,
    ``Branch_1``... An unnamed one sits inside a branch and adds no scope.
    """

    name: str
    branches: tuple[tuple[Layer, ...], ...]


Layer: TypeAlias = Conv | Pool | Fork


def _mixed_5(
    name: str, pool_depth: int, reduce_5x5: str = "Conv2d_0a_1x1", conv_5x5: str = "Conv2d_0b_5x5"
) -> Fork:
    """Return a 35x35 block: 1x1 | 5x5 | double 3x3 | pool."""
    return Fork(
        name,
        (
            (Conv("Conv2d_0a_1x1", 64, (1, 1)),),
            (Conv(reduce_5x5, 48, (1, 1)), Conv(conv_5x5, 64, (5, 5))),
            (
                Conv("Conv2d_0a_1x1", 64, (1, 1)),
                Conv("Conv2d_0b_3x3", 96, (3, 3)),
                Conv("Conv2d_0c_3x3", 96, (3, 3)),
            ),
            (Pool("AvgPool_0a_3x3", "avg"), Conv("Conv2d_0b_1x1", pool_depth, (1, 1))),
        ),
    )


def _mixed_6(name: str, depth: int) -> Fork:
    """Return a 17x17 block: 1x1 | 7x7 as 1x7, 7x1 | the same twice, 7x1 first | pool."""
    return Fork(
        name,
        (
            (Conv("Conv2d_0a_1x1", 192, (1, 1)),),
            (
                Conv("Conv2d_0a_1x1", depth, (1, 1)),
                Conv("Conv2d_0b_1x7", depth, (1, 7)),
                Conv("Conv2d_0c_7x1", 192, (7, 1)),
            ),
            (
                Conv("Conv2d_0a_1x1", depth, (1, 1)),
                Conv("Conv2d_0b_7x1", depth, (7, 1)),
                Conv("Conv2d_0c_1x7", depth, (1, 7)),
                Conv("Conv2d_0d_7x1", depth, (7, 1)),
                Conv("Conv2d_0e_1x7", 192, (1, 7)),
            ),
            (Pool("AvgPool_0a_3x3", "avg"), Conv("Conv2d_0b_1x1", 192, (1, 1))),
        ),
    )


def _mixed_7(name: str, branch_1_3x1: str, pool: PoolKind = "avg") -> Fork:
    """Return an 8x8 block: 1x1 | 1x3 beside 3x1 | 3x3, then 1x3 beside 3x1 | pool."""
    pool_name = {"avg": "AvgPool_0a_3x3", "max": "MaxPool_0a_3x3"}[pool]
    return Fork(
        name,
        (
            (Conv("Conv2d_0a_1x1", 320, (1, 1)),),
            (
                Conv("Conv2d_0a_1x1", 384, (1, 1)),
                Fork(
                    "",
                    ((Conv("Conv2d_0b_1x3", 384, (1, 3)),), (Conv(branch_1_3x1, 384, (3, 1)),)),
                ),
            ),
            (
                Conv("Conv2d_0a_1x1", 448, (1, 1)),
                Conv("Conv2d_0b_3x3", 384, (3, 3)),
                Fork(
                    "",
                    ((Conv("Conv2d_0c_1x3", 384, (1, 3)),), (Conv("Conv2d_0d_3x1", 384, (3, 1)),)),
                ),
            ),
            (Pool(pool_name, pool), Conv("Conv2d_0b_1x1", 192, (1, 1))),
        ),
    )


def base_layers(last_block_pool: PoolKind = "avg") -> tuple[Layer, ...]:
    """Return the 18 layers from the picture to ``Mixed_7c``; each is a named endpoint.

    Parameters
    ----------
    last_block_pool
        Pool of ``Mixed_7c``: ``"avg"`` everywhere but in the 2015 graph that the
        Frechet Inception Distance is measured with.
    """
    return (
        Conv("Conv2d_1a_3x3", 32, (3, 3), stride=2, padding="VALID"),
        Conv("Conv2d_2a_3x3", 32, (3, 3), padding="VALID"),
        Conv("Conv2d_2b_3x3", 64, (3, 3)),
        Pool("MaxPool_3a_3x3", "max", stride=2, padding="VALID"),
        Conv("Conv2d_3b_1x1", 80, (1, 1), padding="VALID"),
        Conv("Conv2d_4a_3x3", 192, (3, 3), padding="VALID"),
        Pool("MaxPool_5a_3x3", "max", stride=2, padding="VALID"),
        _mixed_5("Mixed_5b", 32),
        _mixed_5("Mixed_5c", 64, reduce_5x5="Conv2d_0b_1x1", conv_5x5="Conv_1_0c_5x5"),
        _mixed_5("Mixed_5d", 64),
        Fork(
            "Mixed_6a",
            (
                (Conv("Conv2d_1a_1x1", 384, (3, 3), stride=2, padding="VALID"),),
                (
                    Conv("Conv2d_0a_1x1", 64, (1, 1)),
                    Conv("Conv2d_0b_3x3", 96, (3, 3)),
                    Conv("Conv2d_1a_1x1", 96, (3, 3), stride=2, padding="VALID"),
                ),
                (Pool("MaxPool_1a_3x3", "max", stride=2, padding="VALID"),),
            ),
        ),
        _mixed_6("Mixed_6b", 128),
        _mixed_6("Mixed_6c", 160),
        _mixed_6("Mixed_6d", 160),
        _mixed_6("Mixed_6e", 192),
        Fork(
            "Mixed_7a",
            (
                (
                    Conv("Conv2d_0a_1x1", 192, (1, 1)),
                    Conv("Conv2d_1a_3x3", 320, (3, 3), stride=2, padding="VALID"),
                ),
                (
                    Conv("Conv2d_0a_1x1", 192, (1, 1)),
                    Conv("Conv2d_0b_1x7", 192, (1, 7)),
                    Conv("Conv2d_0c_7x1", 192, (7, 1)),
                    Conv("Conv2d_1a_3x3", 192, (3, 3), stride=2, padding="VALID"),
                ),
                (Pool("MaxPool_1a_3x3", "max", stride=2, padding="VALID"),),
            ),
        ),
        _mixed_7("Mixed_7b", branch_1_3x1="Conv2d_0b_3x1"),
        _mixed_7("Mixed_7c", branch_1_3x1="Conv2d_0c_3x1", pool=last_block_pool),
    )


BASE_ENDPOINTS: tuple[str, ...] = tuple(layer.name for layer in base_layers())
HEAD_ENDPOINTS: tuple[str, ...] = ("AuxLogits", "PreLogits", "Logits", "Predictions")

#: The auxiliary head up to its classifier, read from the ``Mixed_6e`` endpoint.
AUX_SOURCE = "Mixed_6e"
AUX_LAYERS: tuple[Pool, Conv, Conv] = (
    Pool("AvgPool_1a_5x5", "avg", (5, 5), stride=3, padding="VALID"),
    Conv("Conv2d_1b_1x1", 128, (1, 1)),
    Conv("Conv2d_2a_{}x{}", 768, (5, 5), padding="VALID", shrink=True),
)
AUX_CLASSIFIER = "Conv2d_2b_1x1"

#: slim's pool before the classifier. Its stride of 2 is what slim's code does (the
#: default of ``avg_pool2d``, outside any arg_scope); it shows only above 8x8.
FINAL_POOL = Pool("AvgPool_1a_{}x{}", "avg", (8, 8), stride=2, padding="VALID", shrink=True)
CLASSIFIER = "Conv2d_1c_1x1"
