"""The network as a LiteRT flatbuffer, converted from the SavedModel."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from bench.network import Network

from . import saved_model


def export(network: Network, batch: int, folder: Path) -> Path:
    """Write ``network.tflite``, float32, for a fixed batch."""
    source = saved_model.export(network, batch, folder)
    path = folder / "network.tflite"
    path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(str(source)).convert())
    return path
