"""Checks of parameters: names, shapes, and that the values are numbers to compute with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from npinception.config import Config
from npinception.errors import InputError, WeightsError
from npinception.graph import network_parameters

from .hdf5 import Shape


def check_coverage(origin: str, shapes: Mapping[str, Shape], config: Config) -> None:
    """Raise :class:`WeightsError` unless names and shapes are exactly the network's.

    ``origin`` names the file in the message.
    """
    try:
        expected = network_parameters(config)
    except (InputError, OverflowError) as wrong:
        raise WeightsError(f"{origin}: describes a network that cannot be: {wrong}") from wrong
    problems = []
    if missing := [name for name in expected if name not in shapes]:
        problems.append(f"missing {len(missing)} of {len(expected)} parameters: {_few(missing)}")
    if unexpected := [name for name in shapes if name not in expected]:
        problems.append(f"{len(unexpected)} unexpected: {_few(unexpected)}")
    wrong_shape = [
        f"{name} is {_by(shapes[name])}, not {_by(shape)}"
        for name, shape in expected.items()
        if name in shapes and tuple(shapes[name]) != tuple(shape)
    ]
    if wrong_shape:
        problems.append(f"{len(wrong_shape)} of another shape: {_few(wrong_shape)}")
    if problems:
        raise WeightsError(
            f"{origin}: does not fit Inception V3 (variant {config.variant.name}, "
            f"depth multiplier {config.depth_multiplier:g}): {'; '.join(problems)}"
        )


def check_values(origin: str, name: str, values: NDArray[np.float32]) -> None:
    """Raise :class:`WeightsError` on NaN, infinity or a negative variance."""
    if not np.isfinite(values).all():
        bad = values[~np.isfinite(values)]
        raise WeightsError(
            f"{origin}: {name} holds {bad.size} values that are not finite (the first: {bad[0]}); "
            "the file is damaged or its training diverged"
        )
    if name.endswith("moving_variance") and values.size and values.min() < 0:
        raise WeightsError(
            f"{origin}: {name} holds a negative variance ({values.min()}); "
            "the file is damaged or its values lie under wrong names"
        )


def _few(items: list[str]) -> str:
    """Return the first three items, and how many more there are."""
    more = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return ", ".join(items[:3]) + more


def _by(shape: Shape) -> str:
    """Return a shape as ``3x3x32``."""
    return "x".join(map(str, shape)) or "a single number"
