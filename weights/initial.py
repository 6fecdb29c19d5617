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

    Filters are He-normal (variance ``2 / fan_in``, He et al., arXiv:1502.01852), which
    keeps the activations' scale through ReLU layers; batch norm gets statistics near, but
    not at, the identity, so that a wrong mean or variance shows. Each parameter has its
    own generator, seeded by its name: a layer's values do not depend on the others.
    """
    return {
        name: _draw(name, shape, np.random.default_rng([seed, zlib.crc32(name.encode())]))
        for name, shape in network_parameters(config).items()
    }


def _draw(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw one parameter; its role is the last part of its name."""
    match name.rsplit("/", 1)[1]:
        case "weights":
            return rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / prod(shape[:3])))
        case "moving_variance" | "gamma":
            return rng.uniform(0.5, 1.5, shape).astype(np.float32)
        case _:  # beta, moving_mean, biases
            return rng.standard_normal(shape, np.float32) * np.float32(0.1)
