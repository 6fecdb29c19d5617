"""TensorFlow's frozen graph of 2015-12-05, ``classify_image_graph_def.pb``.

Its parameters are constants of the graph. TensorFlow's library only parses the file here;
no graph is built and nothing is run. The graph is small enough to be one message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npinception.errors import MissingPackageError, WeightsError
from npinception.nodes import SCOPE
from npinception.variants import FID

from ..hdf5 import Array, LazyParameters, Shape, one_line
from ..names import HEAD, convolution_names
from .source import Source
from .tensors import check_names

#: slim's names of a convolution's constants.
PARTS = {
    "conv2d_params": "weights",
    "batchnorm/beta": "BatchNorm/beta",
    "batchnorm/gamma": "BatchNorm/gamma",
    "batchnorm/moving_mean": "BatchNorm/moving_mean",
    "batchnorm/moving_variance": "BatchNorm/moving_variance",
}
CLASSIFIER = {"softmax/weights": f"{HEAD}/weights", "softmax/biases": f"{HEAD}/biases"}

#: The file has 96 MB.
LARGEST_GRAPH = 512 << 20

#: A constant of so few numbers is an operation's setting: a shape, an axis, 128 to subtract.
SETTING = 8

BATCH_NORM = "BatchNormWithGlobalNormalization"


def is_graph(head: bytes) -> bool:
    """Whether a file that begins so may be a GraphDef: its first field is a node with a name."""
    return len(head) >= 4 and head[0] == 0x0A and 0x0A in head[2:6]


@contextmanager
def open_graph_2015(path: Path) -> Iterator[Source]:
    """Open the graph.

    Raises
    ------
    MissingPackageError
        If TensorFlow is not installed.
    WeightsError
        If the file is damaged or another graph.
    """
    nodes = _parse(path)
    names = graph_names()
    constants = {node.name: node for node in nodes if node.op == "Const"}
    if len(constants) != sum(node.op == "Const" for node in nodes):
        raise WeightsError(f"{path}: two constants have one name; the file is damaged or forged")
    check_names(path, (node.name for node in nodes))
    settings = tuple(n for n in constants if n not in names and _count(constants[n]) <= SETTING)
    kept = {names.get(n, repr(n)): constants[n] for n in constants if n not in settings}
    if not any(name in names for name in constants):
        raise WeightsError(
            f"{path}: a TensorFlow graph without the constants of Inception V3 of 2015; only "
            "classify_image_graph_def.pb can be converted, and checkpoints or Keras files"
        )
    _check_batch_norms(path, nodes)
    yield Source(
        path=path,
        files=(path,),
        family="TensorFlow graph of 2015",
        variant=FID.name,
        parameters=_parameters(path, kept),
        ignored=settings,
        evidence="constants of a frozen graph are named as in classify_image_graph_def.pb",
    )


def graph_names() -> dict[str, str]:
    """Return slim's variable name for each constant: a literal table."""
    return CLASSIFIER | {
        f"{row.graph_2015}/{part}": f"{SCOPE}/{row.slim_scope}/{name}"
        for row in convolution_names()
        for part, name in PARTS.items()
    }


def _parse(path: Path) -> list[Any]:
    """Return the graph's nodes."""
    try:
        import tensorflow as tf

        damage = (import_module("google.protobuf.message").DecodeError, OSError, ValueError)
    except ImportError as cause:
        raise MissingPackageError(
            f"{path}: a TensorFlow graph can only be read with TensorFlow; "
            "install it with: pip install 'npinception[tensorflow]'"
        ) from cause
    if path.stat().st_size > LARGEST_GRAPH:
        raise WeightsError(f"{path}: is larger than {LARGEST_GRAPH} bytes, the graph has 96 MB")
    try:
        return list(tf.compat.v1.GraphDef.FromString(path.read_bytes()).node)
    except damage as cause:
        raise WeightsError(
            f"{path}: no TensorFlow graph, damaged or truncated ({one_line(cause)}); fetch it again"
        ) from cause


def _check_batch_norms(path: Path, nodes: list[Any]) -> None:
    """Raise if the graph normalises otherwise than Inception V3."""
    for node in nodes:
        if node.op != BATCH_NORM:
            continue
        epsilon = np.float32(node.attr["variance_epsilon"].f)
        if epsilon != np.float32(FID.bn_epsilon) or not node.attr["scale_after_normalization"].b:
            raise WeightsError(
                f"{path}: {node.name} has epsilon {epsilon} and scale "
                f"{node.attr['scale_after_normalization'].b}, not {FID.bn_epsilon} and True"
            )


def _shape(node: Any) -> Shape:
    """Return the shape that a constant declares."""
    return tuple(int(axis.size) for axis in node.attr["value"].tensor.tensor_shape.dim)


def _count(node: Any) -> int:
    """Return how many numbers a constant declares."""
    return prod(_shape(node))


def _parameters(path: Path, kept: dict[str, Any]) -> LazyParameters:
    """Return the constants under slim's names."""

    def read(name: str) -> Array:
        return np.ascontiguousarray(_values(path, kept[name]).reshape(shapes[name]))

    shapes = {
        name: (1, 1, *_shape(node)) if name == f"{HEAD}/weights" else _shape(node)
        for name, node in kept.items()
    }
    return LazyParameters(shapes, read)


def _values(path: Path, node: Any) -> NDArray[Any]:
    """Return a constant's numbers."""
    import tensorflow as tf

    try:
        values = np.asarray(tf.make_ndarray(node.attr["value"].tensor))
    except (ValueError, TypeError, KeyError) as cause:
        raise WeightsError(
            f"{path}: {node.name} cannot be read ({one_line(cause)}); the file is damaged"
        ) from cause
    if values.dtype != np.float32:
        raise WeightsError(f"{path}: {node.name} must be float32, not {values.dtype}")
    return values
