"""Which Inception V3: a variant, and the options slim gives its builder."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from .architecture import BASE_ENDPOINTS, Size
from .errors import InputError
from .variants import VARIANTS, Variant

#: A picture larger than this in either direction is taken for a mistake: the
#: activations of one 8192x8192 picture need about 25 GB.
MAXIMUM_INPUT = 8192


@dataclass(frozen=True)
class Config:
    """Everything that fixes the network's graph and parameters, but the picture's size.

    Attributes
    ----------
    variant
        The record of a published network; see :mod:`npinception.variants`.
    num_classes
        Outputs of the classifier. None builds no head: ``PreLogits`` is the end.
    depth_multiplier, min_depth
        ``depth(d) = max(int(d * depth_multiplier), min_depth)`` channels for each
        convolution; the multiplier is above 0.
    aux
        slim's ``create_aux_logits``: build the auxiliary head (if there are classes).
    final_endpoint
        Stop after this one of the 18 base endpoints; None builds the heads too.
    spatial_squeeze
        Logits are ``[N, classes]`` (True) or ``[N, 1, 1, classes]`` (False).
    global_pool
        Pool any final map to 1x1 (True) or by slim's 8x8 window (False).
    input_size
        Height and width the network was made for. It fixes the kernel of the auxiliary
        head's convolution, which slim shrinks to its map, and is the size pictures are
        resized to. Other sizes run too, as far as their maps allow.

    Raises
    ------
    InputError
        If a value is out of its range.
    """

    variant: Variant
    num_classes: int | None = 1000
    depth_multiplier: float = 1.0
    min_depth: int = 16
    aux: bool = True
    final_endpoint: str | None = None
    spatial_squeeze: bool = True
    global_pool: bool = False
    input_size: Size = field(default=(299, 299))

    def __post_init__(self) -> None:
        multiplier = self.depth_multiplier
        if not (math.isfinite(multiplier) and multiplier > 0):
            raise InputError(f"depth_multiplier must be above 0, not {multiplier!r}")
        if self.min_depth < 1:
            raise InputError(f"min_depth must be at least 1, not {self.min_depth!r}")
        if self.num_classes is not None and self.num_classes < 1:
            raise InputError(
                f"num_classes must be at least 1, or None for no head, not {self.num_classes!r}"
            )
        if self.final_endpoint is not None and self.final_endpoint not in BASE_ENDPOINTS:
            raise InputError(
                f"unknown final_endpoint {self.final_endpoint!r}; "
                f"choose one of {', '.join(BASE_ENDPOINTS)}"
            )
        check_input_size(*self.input_size)

    @classmethod
    def of(cls, variant: str | Variant, **options: Any) -> Config:
        """Return the configuration of a published variant, changed by ``options``."""
        record = find_variant(variant) if isinstance(variant, str) else variant
        published: dict[str, Any] = {
            "num_classes": record.num_classes,
            "aux": record.aux,
            "global_pool": record.global_pool,
            "input_size": record.input_size,
        }
        return cls(record, **(published | options))

    def depth(self, channels: int) -> int:
        """Return slim's number of channels for a layer of nominally ``channels``."""
        return max(int(channels * self.depth_multiplier), self.min_depth)

    @property
    def has_aux(self) -> bool:
        """Whether the auxiliary head is part of the network."""
        return self.aux and self.has_head and self.final_endpoint is None

    @property
    def has_head(self) -> bool:
        """Whether the classifier is part of the network."""
        return self.num_classes is not None and self.final_endpoint is None

    def with_options(self, **options: Any) -> Config:
        """Return a copy with some fields changed."""
        return replace(self, **options)


def find_variant(name: str) -> Variant:
    """Return the record called ``name``.

    Raises
    ------
    InputError
        If no variant has that name.
    """
    if name not in VARIANTS:
        raise InputError(f"unknown variant {name!r}; choose one of {', '.join(VARIANTS)}")
    return VARIANTS[name]


def check_input_size(height: int, width: int) -> None:
    """Raise :class:`InputError` unless both sides are sensible numbers of pixels."""
    for side, pixels in (("height", height), ("width", width)):
        if not 1 <= pixels <= MAXIMUM_INPUT:
            raise InputError(f"input {side} must be 1 to {MAXIMUM_INPUT} pixels, not {pixels!r}")
