"""What a state dict is taken for, and on what evidence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from npinception.cli import main
from npinception.errors import InputError, MissingPackageError, WeightsError
from npinception.weights.convert import convert
from npinception.weights.importers.recognise import open_source
from npinception.weights.inspect import describe
from npinception.weights.published import PUBLISHED, Published
from npinception.weights.store import verify_weights

from .saving import NO_TORCH, State, save_safetensors, save_zip

torch_network = pytest.importorskip("tests.oracles.torch_network", reason=NO_TORCH)
torch = pytest.importorskip("torch", reason=NO_TORCH)


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


def test_without_safetensors(state: State, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_safetensors(state, saved)
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    match = r"pip install 'npinception\[safetensors\]'"
    with pytest.raises(MissingPackageError, match=match), open_source(saved):
        pass
