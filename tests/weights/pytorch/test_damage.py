"""Damaged and hostile files of PyTorch: one line that names the file, and nothing is executed."""

from __future__ import annotations

import os
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from npinception.errors import WeightsError
from npinception.weights.importers.recognise import open_source

from . import hostile_files as make

Values = dict[str, np.ndarray]
BETA = "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta"
FILTERS = "InceptionV3/Conv2d_1a_3x3/weights"


def arrays() -> Values:
    rng = np.random.default_rng(5)
    return {
        "Conv2d_1a_3x3.conv.weight": rng.normal(size=(4, 3, 2, 2)).astype(np.float32),
        "Conv2d_1a_3x3.bn.bias": rng.normal(size=4).astype(np.float32),
        "Conv2d_1a_3x3.bn.num_batches_tracked": np.array(7),
    }


def read(path: Path) -> Values:
    """Open a file and read every parameter."""
    with open_source(path) as source:
        return {name: source.parameters[name] for name in source.parameters}


def refused(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


@pytest.mark.parametrize("write", [make.write_zip, make.write_legacy])
def test_the_files_made_here_are_sound(write: Callable[..., Path], tmp_path: Path) -> None:
    values = read(write(tmp_path / "m.pth", arrays()))
    assert sorted(values) == [BETA, FILTERS]
    filters = arrays()["Conv2d_1a_3x3.conv.weight"]
    assert values[FILTERS].shape == (2, 2, 3, 4)
    for o, i, h, w in np.ndindex(filters.shape):
        assert values[FILTERS][h, w, i, o] == filters[o, i, h, w]
    np.testing.assert_array_equal(values[BETA], arrays()["Conv2d_1a_3x3.bn.bias"])


def test_a_file_as_of_2017(tmp_path: Path) -> None:
    """PyTorch 0.1 on Python 2: byte strings, an earlier function, a list of pairs."""
    entries = make.entries_of(arrays(), legacy=True)
    pairs = b""
    for key, entry in entries.items():
        entry = entry.replace(b"_rebuild_tensor_v2", b"_rebuild_tensor")
        entry = entry.replace(b"\x89" + make.name("collections", "OrderedDict") + b")R", b"")
        pairs += b"]q\x01(U" + bytes([len(key)]) + key.encode() + entry + b"e"
    program = b"\x80\x02" + make.name("collections", "OrderedDict") + b"](" + pairs + b"e\x85R}b."
    values = read(make.write_legacy(tmp_path / "m.pth", arrays(), program))
    expected = read(make.write_zip(tmp_path / "m.pth", arrays()))
    assert values.keys() == expected.keys() == {BETA, FILTERS}
    for name, array in expected.items():
        np.testing.assert_array_equal(values[name], array)


class Bomb:
    """Pickled, it runs a command."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("function", [os.system, eval, open])
def test_pickle_bombs(function: Any, protocol: int, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    argument = {os.system: f"touch {trace}", open: str(trace)}.get(function, f"open('{trace}','w')")
    arguments = (argument, "w") if function is open else (argument,)
    program = pickle.dumps({"fc.weight": Bomb(function, *arguments)}, protocol)
    for write in (make.write_zip, make.write_legacy):
        message = refused(write(tmp_path / "bomb.pth", arrays(), program))
        assert "nothing in it was executed" in message
        assert not trace.exists()


PROGRAMS = {
    "a name that is never called": make.name("posix", "system") + b".",
    "a call of a storage's class": make.name("torch", "FloatStorage") + b")R.",
    "a call of a string": make.text("collections OrderedDict") + b")R.",
    "a class to be made new": make.name("collections", "OrderedDict") + b")\x81.",
    "the inside of a dict": b"}" + make.text("a") + b"b.",
    "no end": b"}",
    "an empty stack": b".",
    "a memo never filled": b"h\x07.",
    "a memo of two billion": b"}r\xff\xff\xff\x7f.",
    "a key that is a list": b"}]Ns.",
    "text longer than the file": b"X\xff\xff\xff\x7fabc",
    "a list": b"].",
    "a number": b"K\x07.",
    "an extension code": b"\x82\x01.",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_programs_that_are_no_state_dict(program: bytes, tmp_path: Path) -> None:
    for write in (make.write_zip, make.write_legacy):
        refused(write(tmp_path / "m.pth", arrays(), b"\x80\x02" + program))


STORED = make.storage("0", "float32", 48)
TENSORS = {
    "shape beyond the storage": make.tensor(STORED, (7, 7)),
    "offset beyond the storage": make.tensor(STORED, (48,), offset=1),
    "negative offset": make.tensor(STORED, (2,), offset=-2),
    "negative stride": make.tensor(STORED, (2,), (-1,)),
    "strides beyond the storage": make.tensor(STORED, (2, 2), (47, 1)),
    "a stride of nothing": make.tensor(STORED, (1 << 40,), (0,)),
    "absurd shape": make.tensor(STORED, (1 << 40, 1 << 40)),
    "shape and strides that differ": make.tensor(STORED, (2, 2), (1,)),
    "absurd storage": make.tensor(make.storage("0", "float32", 1 << 46), (1 << 46,)),
    "more than any storage": make.tensor(make.storage("0", "float32", 1 << 62), (2,)),
    "a storage that is not there": make.tensor(make.storage("99", "float32", 4), (4,)),
    "a path for a key": make.tensor(make.storage("../../etc/passwd", "float32", 4), (4,)),
    "a storage of another size": make.tensor(make.storage("0", "float32", 47), (47,)),
    "no storage": make.tensor(make.text("storage"), (4,)),
    "doubles": make.tensor(make.storage("0", "float64", 24), (24,)),
}


@pytest.mark.parametrize("entry", TENSORS.values(), ids=TENSORS)
def test_tensors_that_lie(entry: bytes, tmp_path: Path) -> None:
    program = make.state_dict({"Conv2d_1a_3x3.bn.bias": entry})
    for write in (make.write_zip, make.write_legacy):
        refused(write(tmp_path / "m.pth", arrays(), program))


def test_zip_bombs(tmp_path: Path) -> None:
    zeros = {"Conv2d_1a_3x3.bn.bias": np.zeros(30_000_000, np.float32)}
    bomb = make.write_zip(tmp_path / "m.pth", zeros, compression=zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 200_000
    assert "compressed member" in refused(bomb)
    large = make.write_zip(tmp_path / "m.pth", {}, b"\x80\x02" + bytes(17 << 20))
    assert "17825794 bytes" in refused(large)


def test_members_that_overlap_or_come_twice(tmp_path: Path) -> None:
    path = make.write_zip(tmp_path / "m.pth", arrays())
    whole = path.read_bytes()
    claimed = whole.replace(struct.pack("<II", 192, 192), struct.pack("<II", 9192, 9192))
    assert claimed != whole
    path.write_bytes(claimed)
    assert "overlap" in refused(path)
    with pytest.warns(UserWarning, match="Duplicate name"):
        make.write_zip(path, arrays(), more={"m/data.pkl": b""})
    assert "members" in refused(path)


def test_other_pytorch_files_say_what_they_are(tmp_path: Path) -> None:
    path = make.write_zip(tmp_path / "m.pth", arrays(), more={"m/code/net.py": b"def f(): pass"})
    assert "a TorchScript program" in refused(path)
    program = make.state_dict({"layer1.0.conv1.weight": make.entries_of(arrays()).popitem()[1]})
    assert "not of torchvision's or timm's inception_v3" in refused(
        make.write_zip(tmp_path / "m.pth", arrays(), program)
    )
    whole_model = make.name("torchvision.models.inception", "Inception3") + b")\x81."
    message = refused(make.write_zip(tmp_path / "m.pth", arrays(), b"\x80\x02" + whole_model))
    assert "torchvision.models.inception.Inception3" in message
    assert "torch.save(model.state_dict()" in message
    assert "byte order" in refused(make.write_zip(path, arrays(), order="big"))


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "n" * 501])
def test_names_that_no_program_wrote(name: str, tmp_path: Path) -> None:
    path = make.write_zip(tmp_path / "m.pth", {name: np.zeros(3, np.float32), **arrays()})
    message = refused(path)
    assert "damaged or forged" in message
    assert message.isprintable()


@pytest.mark.parametrize("write", [make.write_zip, make.write_legacy])
def test_truncated_anywhere(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write(tmp_path / "m.pth", arrays())
    whole = path.read_bytes()
    for size in sorted(random.Random(0).sample(range(len(whole)), 200)):
        path.write_bytes(whole[:size])
        refused(path)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(position=st.floats(0, 1, exclude_max=True), value=st.integers(1, 255), data=st.data())
def test_a_flipped_byte_is_refused_or_harmless(
    position: float, value: int, data: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An archive's checksums find it; the old format has none, but must not crash."""
    path = tmp_path_factory.getbasetemp() / "flipped.pth"
    legacy = data.draw(st.booleans())
    (make.write_legacy if legacy else make.write_zip)(path, arrays())
    content = bytearray(path.read_bytes())
    content[int(position * len(content))] ^= value
    path.write_bytes(content)
    try:
        values = read(path)
    except WeightsError as error:
        assert "\n" not in str(error)
        return
    if not legacy and set(values) == {BETA, FILTERS}:
        np.testing.assert_array_equal(values[BETA], arrays()["Conv2d_1a_3x3.bn.bias"])
