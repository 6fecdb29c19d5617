"""State dicts that PyTorch wrote: every container, bit by bit, and what they are taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from npinception.cli import main
from npinception.config import Config
from npinception.errors import InputError, MissingPackageError, WeightsError
from npinception.graph import build_graph
from npinception.weights.convert import convert
from npinception.weights.importers.recognise import open_source
from npinception.weights.inspect import describe
from npinception.weights.published import PUBLISHED, Published, find_published
from npinception.weights.store import verify_weights

torch_network = pytest.importorskip(
    "tests.oracles.torch_network", reason="PyTorch is not installed: pip install '.[torch]'"
)
torch = pytest.importorskip("torch")

State = dict[str, Any]
PARTS = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean"}
PARTS["running_var"] = "moving_variance"
HEADS = {"fc": "InceptionV3/Logits/Conv2d_1c_1x1", "AuxLogits.fc": "AuxLogits"}
HEADS["AuxLogits.fc"] = "InceptionV3/AuxLogits/Conv2d_2b_1x1"


@pytest.fixture(scope="module")
def network() -> Any:
    return torch_network.build_torchvision(1000, seed=31)


@pytest.fixture(scope="module")
def state(network: Any) -> State:
    return dict(network.module.state_dict())


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


def save_zip(state: State, path: Path) -> None:
    torch.save(state, path)


def save_safetensors(state: State, path: Path) -> None:
    from safetensors.torch import save_file

    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)


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


def _parameter(tensor: Any) -> Any:
    return torch.nn.Parameter(tensor) if tensor.is_floating_point() else tensor


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Path]:
    """Return a path for a large file, removed at once."""
    path = tmp_path / "model.bin"  # the ending does not matter
    yield path
    path.unlink(missing_ok=True)


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


def test_what_a_file_is_taken_for(state: State, saved: Path, tmp_path: Path) -> None:
    save_zip(state, saved)
    facts = describe(saved)
    assert facts["variant"] == "torchvision"
    assert facts["family"] == "PyTorch state dict, .pth"
    assert facts["coverage"] == "484 of 484 parameters"
    assert (facts["classes"], facts["auxiliary_head"]) == (1000, True)
    assert "named as in torchvision" in facts["recognised_by"]
    assert "timm-gluon" in facts["notes"]
    assert describe(saved, "timm-gluon")["recipe"]["std"] == [0.229, 0.224, 0.225]
    arguments = ["weights", "convert", str(saved), str(tmp_path / "out.h5")]
    lines = CliRunner().invoke(main, arguments).stdout.splitlines()
    assert lines[0] == f"{saved}: {facts['family']} ({facts['recognised_by']})"
    assert lines[1:] == [
        f"{tmp_path}/out.h5: variant torchvision, 1000 classes",
        f"{tmp_path}/out.h5: note: {facts['notes']}",
    ]
    metadata = convert(saved, tmp_path / "out.h5", variant="timm-tv")
    assert verify_weights(tmp_path / "out.h5").metadata == metadata
    assert (metadata.config.variant.name, metadata.notes) == ("timm-tv", "")
    with pytest.raises(InputError, match="unknown variant 'timm'"):
        convert(saved, tmp_path / "out.h5", variant="timm")
    with pytest.raises(WeightsError, match="does not fit Inception V3"):
        convert(saved, tmp_path / "out.h5", variant="slim")


def test_the_fid_network_is_known_by_its_outputs(state: State, saved: Path) -> None:
    fid = {n: t for n, t in state.items() if not n.startswith("AuxLogits")}
    fid["fc.weight"], fid["fc.bias"] = torch.zeros(1008, 2048), torch.zeros(1008)
    save_zip(fid, saved)
    facts = describe(saved)
    assert (facts["variant"], facts["last_block_pool"]) == ("fid", "max")
    assert "1008 outputs" in facts["recognised_by"]
    assert facts["recipe"]["scale"] == 128
    assert "taken for fid" in facts["notes"]


def test_pytorch_fids_own_class(saved: Path) -> None:
    """It numbers the modules it takes from its network, and has no classifier."""
    network = torch_network.build_fid(seed=32).module
    with torch_network.quiet_torch():
        inception = pytest.importorskip("pytorch_fid.inception")
        inception_network = inception.fid_inception_v3
        inception.fid_inception_v3 = lambda: network
        try:
            wrapped = inception.InceptionV3()
        finally:
            inception.fid_inception_v3 = inception_network
    save_zip(wrapped.state_dict(), saved)
    with open_source(saved) as source:
        assert (source.variant, source.alternatives) == ("fid", ())
        found = {name: source.parameters[name] for name in source.parameters}
    save_zip(network.state_dict(), saved)
    with open_source(saved) as source:
        assert found.keys() == {n for n in source.parameters if "/Logits/" not in n}
        for name, values in found.items():
            np.testing.assert_array_equal(values, source.parameters[name])
    assert describe(saved)["coverage"] == "472 of 472 parameters"


def test_heads_of_other_widths(state: State, saved: Path) -> None:
    base = {n: t for n, t in state.items() if not n.startswith(("AuxLogits", "fc"))}
    save_zip(base, saved)
    assert describe(saved)["classes"] is None
    save_zip({**base, "fc.weight": torch.zeros(1001, 2048), "fc.bias": torch.zeros(1001)}, saved)
    facts = describe(saved)
    assert facts["classes"] == 1001
    assert "background" in facts["notes"]


FAULTS: dict[str, tuple[Callable[[State], State], str]] = {
    "layer missing": (
        lambda s: {n: t for n, t in s.items() if not n.startswith("Mixed_6c.branch7x7_2.conv")},
        "missing 1 of 484",
    ),
    "layer too many": (lambda s: {**s, "extra.weight": torch.zeros(1)}, "extra.weight"),
    "a layer twice": (
        lambda s: s | {"blocks.0.0.conv.weight": s["Conv2d_1a_3x3.conv.weight"]},
        "two tensors for one parameter",
    ),
    "a name of slim's": (
        lambda s: {
            n.replace("fc.bias", "InceptionV3/Logits/Conv2d_1c_1x1/biases"): t for n, t in s.items()
        },
        "missing 2 of 484.*2 unexpected",
    ),
    "swapped layers": (
        lambda s: (
            s
            | {
                "Mixed_6b.branch7x7_2.conv.weight": s["Mixed_6b.branch7x7_3.conv.weight"],
                "Mixed_6b.branch7x7_3.conv.weight": s["Mixed_6b.branch7x7_2.conv.weight"],
            }
        ),
        "of another shape",
    ),
    "transposed classifier": (lambda s: s | {"fc.weight": s["fc.weight"].T}, "of another shape"),
    "classifier of one number": (
        lambda s: s | {"fc.weight": torch.zeros(())},
        "not the classifier",
    ),
    "classifier of no outputs": (lambda s: s | {"fc.weight": torch.zeros(0, 2048)}, "no outputs"),
    "NaN": (
        lambda s: s | {"fc.bias": torch.full((1000,), float("nan"))},
        "Logits/Conv2d_1c_1x1/biases holds 1000 values that are not finite",
    ),
    "negative variance": (
        lambda s: s | {"Conv2d_1a_3x3.bn.running_var": -s["Conv2d_1a_3x3.bn.running_var"]},
        "negative variance",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_networks(fault: str, state: State, saved: Path, tmp_path: Path) -> None:
    change, words = FAULTS[fault]
    save_zip(change(state), saved)
    with pytest.raises(WeightsError, match=words):
        convert(saved, tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


def test_safetensors_damage(state: State, saved: Path) -> None:
    save_safetensors(state, saved)
    whole = saved.read_bytes()
    for size in (9, 100, 5000, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:size])
        with pytest.raises(WeightsError), open_source(saved):
            pass
    saved.write_bytes(b"\xff\xff\xff\x7f\0\0\0\0" + whole[8:])
    with pytest.raises(WeightsError), open_source(saved):
        pass


def test_without_safetensors(state: State, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_safetensors(state, saved)
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    match = r"pip install 'npinception\[safetensors\]'"
    with pytest.raises(MissingPackageError, match=match), open_source(saved):
        pass


def test_a_published_hash_decides(
    state: State, saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save_zip(state, saved)
    digits = describe(saved)["source_sha256"][:8]
    entry = Published("x", "x.pth", digits, licence="MIT", variant="timm-gluon")
    monkeypatch.setattr("npinception.weights.published.PUBLISHED", (*PUBLISHED, entry))
    facts = describe(saved)
    assert (facts["variant"], facts["published_as"], facts["licence"]) == ("timm-gluon", "x", "MIT")
    assert "its hash is that of x.pth" in facts["recognised_by"]
    assert facts["notes"] is None
    assert describe(saved, "torchvision")["variant"] == "torchvision"


def test_published_hashes_are_told_apart() -> None:
    names = [entry.sha256 for entry in PUBLISHED if entry.sha256]
    assert len(set(names)) == len(names)
    found = find_published("6726825d" + "0" * 56)
    assert found is not None
    assert found.variant == "fid"
    assert find_published("0" * 64) is None
