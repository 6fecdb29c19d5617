"""Every endpoint of torchvision's, timm's and pytorch-fid's own networks.

The rules are those of ``test_parity``: within rounding of the float64 truth, which makes it
the same network, and our engines no farther from it than theirs, but for a small factor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.engines import ENGINES
from npinception.model import InceptionV3
from npinception.weights.convert import convert
from tests.tolerances import SAME_NETWORK, TORCH_ROUNDING_RATIO, relative_l2

from .test_parity import Values, compare

torch_network = pytest.importorskip(
    "tests.oracles.torch_network", reason="PyTorch is not installed: pip install '.[torch]'"
)


class Family(NamedTuple):
    """A network's values, its file converted, and the truth."""

    path: Path
    pictures: NDArray[np.float32]
    theirs: Values
    truth: Values


def family(network: Any, path: Path, pictures: NDArray[np.float32], variant: str | None) -> Family:
    """Convert a saved network and compute what it should give."""
    target = path.with_suffix(".h5")
    convert(path, target, variant=variant)
    truth = InceptionV3.load(target, engine="reference", dtype="float64").endpoints(pictures)
    theirs = network.endpoints(pictures)
    if "AuxLogits" not in truth:  # torchvision averages the map that slim has no logits for
        theirs.pop("AuxLogits", None)
    return Family(target, pictures, theirs, truth)


@pytest.fixture(scope="module")
def torchvision(photograph: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Any:
    network = torch_network.build_torchvision(1000, seed=21)
    path = network.save(tmp_path_factory.mktemp("torchvision") / "model.pth")
    return family(network, path, photograph, None)


@pytest.fixture(scope="module")
def timm(photograph: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Any:
    network = torch_network.build_timm(7, seed=22)
    path = network.save_safetensors(tmp_path_factory.mktemp("timm") / "model.safetensors")
    return family(network, path, photograph[:, 60:220, 60:199], "timm-tf")


@pytest.fixture(scope="module")
def fid(photograph: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Any:
    network = torch_network.build_fid(seed=23)
    folder = tmp_path_factory.mktemp("fid")
    path = network.save(folder / "model.pth", _use_new_zipfile_serialization=False)
    return family(network, path, photograph[:, 60:220, 60:199], None)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["torchvision", "timm", "fid"])
def test_every_endpoint(engine: str, name: str, request: pytest.FixtureRequest) -> None:
    found: Family = request.getfixturevalue(name)
    model = InceptionV3.load(found.path, engine=engine)
    assert model.variant == {"timm": "timm-tf"}.get(name, name)
    assert ("AuxLogits" in found.theirs) == (name == "torchvision")
    ours = model.endpoints(found.pictures)
    compare(ours, found.theirs, found.truth, TORCH_ROUNDING_RATIO)


@pytest.mark.parametrize(
    ("name", "wrong", "first"),
    [("fid", "torchvision", "Mixed_5b"), ("timm", "fid", "Mixed_5b")],
)
def test_the_wrong_variant_is_caught(
    name: str, wrong: str, first: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The parameters fit either network; the endpoints tell which one it is."""
    found: Family = request.getfixturevalue(name)
    source = next(p for p in found.path.parent.iterdir() if p.suffix != ".h5")
    convert(source, tmp_path / "wrong.h5", variant=wrong)
    ours = InceptionV3.load(tmp_path / "wrong.h5").endpoints(found.pictures)
    caught = [n for n in found.theirs if relative_l2(ours[n], found.theirs[n]) > SAME_NETWORK]
    assert caught[0] == first
    assert "PreLogits" in caught


def test_transform_input_is_part_of_the_recipe(photograph: NDArray[np.float32]) -> None:
    """Its network maps ImageNet's normalisation back to [-1, 1]; ours never sees either."""
    network = torch_network.build_torchvision(5, seed=24, aux=False)
    plain = network.endpoints(photograph)["PreLogits"]
    network.module.transform_input = True
    mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    normalised = ((photograph + 1) / 2 - mean) / std
    assert relative_l2(network.endpoints(normalised)["PreLogits"], plain) < 1e-6
    assert relative_l2(network.endpoints(photograph)["PreLogits"], plain) > 1e-2
