"""The gate for "same network" is only worth something if faults do not pass it.

Each fault is one that published ports of this network really had. The faulty network
is compared with TensorFlow exactly as the parity tests do, and must be caught.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.config import Config
from npinception.model import InceptionV3
from npinception.weights.store import open_weights
from tests.oracles.slim_network import SlimNetwork
from tests.tolerances import SAME_NETWORK, relative_l2

Parameters: TypeAlias = Mapping[str, NDArray[np.float32]]
Batch: TypeAlias = NDArray[np.float32]
Fault: TypeAlias = Callable[[Config, Parameters, Batch], tuple[Config, Parameters, Batch]]


def no_fault(config: Config, parameters: Parameters, x: Batch) -> Any:
    return config, parameters, x


def full_divisor(config: Config, parameters: Parameters, x: Batch) -> Any:
    """Average pools divide by 9 at the border, as PyTorch does by default."""
    variant = replace(config.variant, avg_pool_divisor="full")
    return config.with_options(variant=variant), parameters, x


def max_in_last_block(config: Config, parameters: Parameters, x: Batch) -> Any:
    """Mixed_7c pools by maximum, as in the graph of 2015."""
    variant = replace(config.variant, last_block_pool="max")
    return config.with_options(variant=variant), parameters, x


def swapped_7x7(config: Config, parameters: Parameters, x: Batch) -> Any:
    """One 1x7 filter has the values of the 7x1 beside it."""
    block = "InceptionV3/Mixed_6c/Branch_2/"
    first, second = f"{block}Conv2d_0b_7x1/weights", f"{block}Conv2d_0c_1x7/weights"
    swapped = {
        first: parameters[second].transpose(1, 0, 2, 3),
        second: parameters[first].transpose(1, 0, 2, 3),
    }
    return config, {**parameters, **swapped}, x


def small_gamma(config: Config, parameters: Parameters, x: Batch) -> Any:
    """One batch norm scales by 0.999: its filters are that much smaller."""
    name = "InceptionV3/Conv2d_3b_1x1/"
    mean = f"{name}BatchNorm/moving_mean"
    scaled = {
        f"{name}weights": parameters[f"{name}weights"] * np.float32(0.999),
        mean: parameters[mean] * np.float32(0.999),
    }
    return config, {**parameters, **scaled}, x


def bgr(config: Config, parameters: Parameters, x: Batch) -> Any:
    """Red and blue change places."""
    return config, parameters, x[..., ::-1]


def other_scaling(config: Config, parameters: Parameters, x: Batch) -> Any:
    """Pixels are scaled by 128 instead of 127.5."""
    return config, parameters, ((x + 1) * np.float32(127.5) - 128) / np.float32(128)


FAULTS: dict[Fault, str] = {
    full_divisor: "Mixed_5b",
    max_in_last_block: "Mixed_7c",
    swapped_7x7: "Mixed_6c",
    small_gamma: "Conv2d_3b_1x1",
    bgr: "Conv2d_1a_3x3",
    other_scaling: "Conv2d_1a_3x3",
}


def distances(
    fault: Fault, slim_file: Path, network: SlimNetwork, photograph: Batch
) -> dict[str, float]:
    """Return the distance from TensorFlow at each endpoint, with a fault planted."""
    file = open_weights(slim_file)
    config, parameters, x = fault(file.metadata.config, file.parameters, photograph)
    model = InceptionV3(replace(file.metadata, config=config), parameters, engine="reference")
    theirs = network.endpoints(photograph)
    ours = model.endpoints(np.ascontiguousarray(x))
    return {name: relative_l2(ours[name], theirs[name]) for name in theirs}


def test_no_fault_passes(
    slim_file: Path, slim_network: SlimNetwork, photograph: NDArray[np.float32]
) -> None:
    assert max(distances(no_fault, slim_file, slim_network, photograph).values()) < SAME_NETWORK


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_every_fault_is_caught_where_it_begins(
    fault: Fault, slim_file: Path, slim_network: SlimNetwork, photograph: NDArray[np.float32]
) -> None:
    found = distances(fault, slim_file, slim_network, photograph)
    caught = [name for name, distance in found.items() if distance > SAME_NETWORK]
    assert caught[0] == FAULTS[fault]
    assert "PreLogits" in caught
