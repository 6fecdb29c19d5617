"""What conversion refuses, protects and writes besides the parameters."""

from __future__ import annotations

from pathlib import Path

import h5py
import pytest

from npinception.errors import InputError, WeightsError
from npinception.weights.convert import convert
from npinception.weights.store import write_weights

from .conftest import stem
from .refusal import refused_source


def test_sources_that_are_none(tmp_path: Path) -> None:
    own = tmp_path / "own.h5"
    write_weights(own, *stem())
    assert "is a weights file of npinception already" in refused_source(own)
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["data"] = 1
    assert "not of Keras (it holds data)" in refused_source(other)
    assert "no such file" in refused_source(tmp_path / "absent")
    (tmp_path / "folder").mkdir()
    assert "is a folder without a checkpoint" in refused_source(tmp_path / "folder")
    (tmp_path / "folder" / "saved_model.pb").touch()
    assert "a SavedModel" in refused_source(tmp_path / "folder")
    (tmp_path / "empty").touch()
    assert "is empty" in refused_source(tmp_path / "empty")
    (tmp_path / "text").write_text("hello, world")
    assert "no known format" in refused_source(tmp_path / "text")
    assert "cannot be read" in refused_source(tmp_path / ("n" * 300))


def test_the_source_is_never_overwritten(legacy: bytes, tmp_path: Path) -> None:
    source = tmp_path / "source.h5"
    source.write_bytes(legacy)
    (tmp_path / "link.h5").symlink_to(source)
    for target in (source, tmp_path / "link.h5", tmp_path / "." / "source.h5"):
        with pytest.raises(WeightsError, match="is the source itself"):
            convert(source, target)
    assert source.read_bytes() == legacy


def test_labels(legacy: bytes, tmp_path: Path) -> None:
    source, target, text = tmp_path / "s.h5", tmp_path / "t.h5", tmp_path / "labels.txt"
    source.write_bytes(legacy)
    text.write_bytes("\ufeffcat\r\nhöund\r\n two words \n\n".encode())
    metadata = convert(source, target, labels=text, licence="MIT")
    assert metadata.labels == ("cat", "höund", "two words")
    assert metadata.licence == "MIT"
    target.unlink()
    for lines, match in [
        (["a", "b"], "3 classes need 3 labels, not 2"),
        (["background", "a", "b", "c"], "no background class, so remove the first label"),
        (["a", "", "c"], "label 1 must be one line"),
    ]:
        with pytest.raises(InputError, match=match):
            convert(source, target, labels=lines)
    text.write_bytes(b"\xff\xfe\n")
    with pytest.raises(InputError, match=r"labels.txt: labels must be UTF-8"):
        convert(source, target, labels=text)
    with pytest.raises(InputError, match=r"absent.txt: the labels cannot be read"):
        convert(source, target, labels=str(tmp_path / "absent.txt"))
    assert not target.exists()
