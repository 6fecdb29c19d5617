"""Random parameters under which a network of this depth stays well conditioned."""

from __future__ import annotations

import zlib
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..config import Config
from ..graph import network_parameters


def initial_parameters(config: Config, seed: int) -> dict[str, NDArray[np.float32]]:
    """Return a value for every parameter of the network, drawn from ``seed``.

    Filters are He-normal (variance ``2 / fan_in``, He et al., arXiv:1502.01852) and the
    reciprocal of a variance is 1 on average, so that activations keep their scale through
    94 layers; a classifier has no ReLU to make up for and gets ``1 / fan_in``. Batch norm's
    statistics are near, but not at, the identity, so that a wrong one shows. Each parameter
    has its own generator, seeded by its name: its values do not depend on the others.
    """
    shapes = network_parameters(config)
    parameters = {}
    for name, shape in shapes.items():
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        scope, part = name.rsplit("/", 1)
        if part == "weights":
            gain = 1 if f"{scope}/biases" in shapes else 2
            deviation = np.float32(np.sqrt(gain / prod(shape[:3])))
            parameters[name] = rng.standard_normal(shape, np.float32) * deviation
        else:
            parameters[name] = _draw_statistic(part, shape, rng)
    return parameters


def _draw_statistic(
    part: str, shape: tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Draw a bias or one of batch norm's vectors."""
    if part == "moving_variance":
        return rng.uniform(0.55, 1.65, shape).astype(np.float32)  # mean of 1/v: ln(3) / 1.1
    if part == "gamma":
        return rng.uniform(0.8, 1.2, shape).astype(np.float32)
    return rng.standard_normal(shape, np.float32) * np.float32(0.1)
