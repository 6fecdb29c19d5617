"""The operations a graph is made of: what is computed, with every size resolved."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from .architecture import Padding, PoolKind, Size
from .variants import Divisor

#: Prefix of every variable, as in a slim checkpoint.
SCOPE = "InceptionV3"

#: Batch norm's variables that every variant has; ``gamma`` is added where it has one.
BATCH_NORM_PARTS = ("beta", "moving_mean", "moving_variance")


@dataclass(frozen=True)
class Input:
    """The picture."""


@dataclass(frozen=True)
class Convolution:
    """``[H, W, in_depth]`` to ``[H', W', out_depth]``.

    ``batch_norm`` convolutions have no bias and end in batch norm and ReLU; the others
    (the two classifiers) add a bias and end there. ``gamma``: batch norm has a scale.
    """

    kernel: Size
    stride: int
    padding: Padding
    in_depth: int
    out_depth: int
    batch_norm: bool
    gamma: bool = False


@dataclass(frozen=True)
class Pooling:
    """Maximum or mean over windows."""

    kind: PoolKind
    kernel: Size
    stride: int
    padding: Padding
    divisor: Divisor


@dataclass(frozen=True)
class GlobalPooling:
    """Mean over the whole map: ``[H, W, C]`` to ``[1, 1, C]``."""


@dataclass(frozen=True)
class Concat:
    """Inputs side by side on the channel axis."""


@dataclass(frozen=True)
class Dropout:
    """The identity: nothing is dropped at inference. Kept because slim names it."""


@dataclass(frozen=True)
class Squeeze:
    """``[1, 1, C]`` to ``[C]``."""


@dataclass(frozen=True)
class Softmax:
    """Exponentials of the last axis, divided by their sum."""


Operation: TypeAlias = (
    Input | Convolution | Pooling | GlobalPooling | Concat | Dropout | Squeeze | Softmax
)


@dataclass(frozen=True)
class Node:
    """One operation of the network.

    Attributes
    ----------
    name
        slim's scope below ``InceptionV3/``, as ``Mixed_5b/Branch_0/Conv2d_0a_1x1``.
    operation
        What is computed.
    inputs
        Names of the nodes it reads.
    shape
        Shape of the output without the batch axis: ``(H, W, C)``, or ``(C,)``.
    """

    name: str
    operation: Operation
    inputs: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def parameters(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter by slim's variable name."""
        operation = self.operation
        if not isinstance(operation, Convolution):
            return {}
        depth = (operation.out_depth,)
        filters = (*operation.kernel, operation.in_depth, operation.out_depth)
        scope = f"{SCOPE}/{self.name}"
        if not operation.batch_norm:
            return {f"{scope}/weights": filters, f"{scope}/biases": depth}
        parts = ("gamma", *BATCH_NORM_PARTS) if operation.gamma else BATCH_NORM_PARTS
        return {f"{scope}/weights": filters} | {f"{scope}/BatchNorm/{p}": depth for p in parts}

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of a convolution for one picture; 0 for everything else."""
        if not isinstance(self.operation, Convolution):
            return 0
        return prod(self.shape) * prod(self.operation.kernel) * self.operation.in_depth
