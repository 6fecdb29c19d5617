"""Seeded random parameters under which activations stay near 1 through the whole network.

He-normal filters keep the mean square of an activation through convolution and ReLU;
a moving variance whose reciprocal averages 1 keeps it through batch norm. Parity is
then measured on numbers of the size that trained networks compute with.
"""

from __future__ import annotations

import zlib

import numpy as np

Array = np.ndarray


def random_parameter(name: str, shape: tuple[int, ...], seed: int) -> Array:
    """Return the parameter called ``name``: its last part says what it is.

    The values depend on name, shape and seed alone, never on the order of the calls.
    """
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    part = name.rsplit("/", 1)[-1]
    if part in ("weights", "kernel"):
        gain = 1.0 if len(shape) == 2 or "Logits" in name else 2.0
        return rng.normal(0, np.sqrt(gain / np.prod(shape[:-1])), shape).astype(np.float32)
    if part in ("beta", "moving_mean", "bias", "biases"):
        return rng.normal(0, 0.1, shape).astype(np.float32)
    if part == "moving_variance":
        return rng.uniform(0.55, 1.65, shape).astype(np.float32)
    if part == "gamma":
        return rng.uniform(0.8, 1.2, shape).astype(np.float32)
    raise ValueError(f"no rule for a parameter called {name}")
