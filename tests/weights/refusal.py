"""How files are refused, and files that almost convert."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from npinception.errors import WeightsError
from npinception.weights.convert import convert
from npinception.weights.names import convolution_names
from npinception.weights.store import verify_weights


def refused_file(path: Path) -> str:
    """Return the message with which ``path`` is refused; it must be one line about it."""
    with pytest.raises(WeightsError) as caught:
        verify_weights(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def refused_source(source: Path) -> str:
    """Return the one-line message with which a source is refused; nothing may be written."""
    target = source.with_name("target.h5")
    with pytest.raises(WeightsError) as caught:
        convert(source, target)
    assert not target.exists()
    message = str(caught.value)
    assert "\n" not in message
    assert str(source) in message
    return message


def legacy_file(path: Path, first: int = 1) -> Path:
    """Write a Keras legacy file with every dataset, all zeros, in the published layout."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"x"]
        for row in convolution_names():
            number = row.creation_index + first
            write_zeros(file, f"conv2d_{number}/conv2d_{number}/kernel:0", row.kernel)
            for part in ("beta", "moving_mean", "moving_variance"):
                layer = f"batch_normalization_{number}"
                write_zeros(file, f"{layer}/{layer}/{part}:0", row.kernel[3:])
        write_zeros(file, "predictions/predictions/kernel:0", (2048, 3))
        write_zeros(file, "predictions/predictions/bias:0", (3,))
    return path


def write_zeros(file: h5py.File, name: str, shape: tuple[int, ...], **options: Any) -> None:
    """Write zeros, compressed to almost nothing."""
    file.create_dataset(name, data=np.zeros(shape, np.float32), compression="gzip", **options)
