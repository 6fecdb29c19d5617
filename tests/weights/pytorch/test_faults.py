"""State dicts of other networks, or of a damaged one: one line each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from npinception.errors import WeightsError
from npinception.weights.convert import convert
from npinception.weights.importers.recognise import open_source

from .saving import NO_TORCH, State, save_safetensors, save_zip

torch = pytest.importorskip("torch", reason=NO_TORCH)

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
