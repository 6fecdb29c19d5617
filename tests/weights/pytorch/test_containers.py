"""State dicts that PyTorch wrote: every container, bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npinception.config import Config
from npinception.errors import WeightsError
from npinception.graph import build_graph
from npinception.weights.importers.recognise import open_source

from .saving import NO_TORCH, State, save_safetensors, save_zip

torch = pytest.importorskip("torch", reason=NO_TORCH)

PARTS = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean"}
PARTS["running_var"] = "moving_variance"
HEADS = {"fc": "InceptionV3/Logits/Conv2d_1c_1x1", "AuxLogits.fc": "AuxLogits"}
HEADS["AuxLogits.fc"] = "InceptionV3/AuxLogits/Conv2d_2b_1x1"


@pytest.fixture(scope="module")
def expected(network: Any) -> dict[str, np.ndarray]:
    """Return the parameters under slim's names.

    torchvision defines its layers in the order in which slim creates them, but the auxiliary
    head, which stands before Mixed_7a; nothing else is used.
    """
    graph = build_graph(Config.of("torchvision"), 299, 299)
    scopes = [f"InceptionV3/{n.name}" for n in graph.convolutions if n.operation.batch_norm]
    kinds = [(n, m) for n, m in network.module.named_modules() if n.endswith(".conv")]
    aux = [item for item in kinds if item[0].startswith("AuxLogits")]
    ordered = [item for item in kinds if item not in aux] + aux
    values = {}
    for scope, (name, convolution) in zip(scopes, ordered, strict=True):
        values[f"{scope}/weights"] = convolution.weight.detach().numpy().transpose(2, 3, 1, 0)
        norm = network.module.get_submodule(name.removesuffix("conv") + "bn")
        for theirs, ours in PARTS.items():
            values[f"{scope}/BatchNorm/{ours}"] = getattr(norm, theirs).detach().numpy()
    for name, scope in HEADS.items():
        dense = network.module.get_submodule(name)
        values[f"{scope}/weights"] = dense.weight.detach().numpy().T[None, None]
        values[f"{scope}/biases"] = dense.bias.detach().numpy()
    return values


def _parameter(tensor: Any) -> Any:
    return torch.nn.Parameter(tensor) if tensor.is_floating_point() else tensor


CONTAINERS: dict[str, Callable[[State, Path], None]] = {
    "zip": save_zip,
    "zip, protocol 4": lambda s, p: torch.save(s, p, pickle_protocol=4),
    "legacy": lambda s, p: torch.save(s, p, _use_new_zipfile_serialization=False),
    "safetensors": save_safetensors,
    "DataParallel": lambda s, p: torch.save({f"module.{n}": t for n, t in s.items()}, p),
    "checkpoint": lambda s, p: torch.save({"epoch": 3, "best": 0.5, "state_dict": s}, p),
    "channels last": lambda s, p: torch.save(
        {n: t.to(memory_format=torch.channels_last) if t.ndim == 4 else t for n, t in s.items()}, p
    ),
    "parameters": lambda s, p: torch.save({n: _parameter(t) for n, t in s.items()}, p),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container(
    container: str, state: State, expected: dict[str, np.ndarray], saved: Path
) -> None:
    CONTAINERS[container](state, saved)
    with open_source(saved) as source:
        assert sorted(source.parameters) == sorted(expected)
        for name, values in expected.items():
            found = source.parameters[name]
            assert found.dtype == np.float32
            assert found.flags.c_contiguous
            assert source.parameters.shapes[name] == found.shape == values.shape, name
            np.testing.assert_array_equal(found, values, err_msg=name)
        assert len(source.ignored) == sum(name.endswith("tracked") for name in state)


def test_half_precision_is_widened(state: State, saved: Path) -> None:
    half = {n: t.half() if t.is_floating_point() else t for n, t in state.items()}
    for save in (save_zip, save_safetensors):
        save(half, saved)
        with open_source(saved) as source:
            assert "float16" in " ".join(source.notes)
            found = source.parameters["InceptionV3/Logits/Conv2d_1c_1x1/biases"]
            assert found.dtype == np.float32
            np.testing.assert_array_equal(found, half["fc.bias"].numpy().astype(np.float32))
    for dtype in (torch.float64, torch.bfloat16):
        for save in (save_zip, save_safetensors):
            save({**state, "fc.bias": state["fc.bias"].to(dtype)}, saved)
            with pytest.raises(WeightsError, match=r"fc\.bias must be float32"), open_source(saved):
                pass
