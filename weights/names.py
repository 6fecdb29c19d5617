"""The name table: one row for each of the 94 convolutions of the base."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from npinception.architecture import CLASSIFIER
from npinception.nodes import SCOPE

TABLE = Path(__file__).with_name("names.csv")

#: Scope of the classifier in slim.
HEAD = f"{SCOPE}/Logits/{CLASSIFIER}"


@dataclass(frozen=True)
class ConvolutionNames:
    """What one convolution is called.

    Attributes
    ----------
    creation_index
        0 to 93 in the order in which slim and Keras create them. Keras numbers its
        automatic layer names in this order.
    keras_position
        0 to 93 in the order of Keras' ``model.layers``, which is sorted by depth in the
        graph. Keras 3 calls the groups of a weights file after this position.
    slim_scope
        slim's scope below ``InceptionV3/``.
    torch
        Module in torchvision's, timm's and the FID port's networks.
    graph_2015
        Scope in TensorFlow's graph of 2015-12-05.
    kernel
        Shape of the filters, HWIO, at depth multiplier 1.
    """

    creation_index: int
    keras_position: int
    slim_scope: str
    torch: str
    graph_2015: str
    kernel: tuple[int, ...]


@cache
def convolution_names() -> tuple[ConvolutionNames, ...]:
    """Return the table in order of creation."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return tuple(
            ConvolutionNames(
                int(row["creation_index"]),
                int(row["keras_position"]),
                row["slim_scope"],
                row["torch"],
                row["graph_2015"],
                tuple(map(int, row["kernel"].split("x"))),
            )
            for row in csv.DictReader(file)
        )
