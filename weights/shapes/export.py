"""From a training checkpoint to the weights file, through the project's own converter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from npinception.variants import Recipe

from ..convert import convert
from ..metadata import Metadata
from ..store import open_weights
from ..writing import write_weights
from .labels import LABELS

#: The whole picture, whatever its sides, resized by Pillow's BILINEAR: shapes may touch the
#: border, and thin lines on large pictures must survive.
RECIPE = Recipe(resize="antialias_bilinear_8bit", central_crop=1.0)
LICENCE = "Apache-2.0"


def export(
    checkpoint: Path, destination: Path, size: int, multiplier: float, story: str
) -> Metadata:
    """Convert the checkpoint, then give the file this model's recipe and provenance.

    Parameters
    ----------
    checkpoint
        Prefix of a TF-slim checkpoint.
    destination
        The HDF5 file to write.
    size
        Height and width of the training pictures.
    multiplier
        The network's depth multiplier.
    story
        One line on how the parameters were made.
    """
    convert(
        checkpoint,
        destination,
        labels=LABELS,
        licence=LICENCE,
        input_size=(size, size),
        depth_multiplier=multiplier,
    )
    file = open_weights(destination)
    metadata = replace(file.metadata, recipe=RECIPE, notes=story)
    write_weights(destination, metadata, dict(file.parameters))
    return metadata
