"""The content hash: what a weights file says, independent of how HDF5 lays it out.

It is the SHA-256 of a text, the *manifest*, which :file:`README.md` specifies::

    npinception-weights 1
    attribute NAME VALUE          (VALUE in JSON; sorted by NAME)
    labels VALUE                  (a JSON list, or null)
    dataset NAME SHAPE SHA-256    (of the little-endian values; sorted by NAME)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .metadata import FORMAT, FORMAT_VERSION, Metadata, to_attributes


def array_hash(values: NDArray[np.float32]) -> str:
    """Return the SHA-256 of an array's little-endian float32 values in C order."""
    return hashlib.sha256(np.ascontiguousarray(values, "<f4").data).hexdigest()


def content_hash(metadata: Metadata, arrays: Mapping[str, tuple[tuple[int, ...], str]]) -> str:
    """Return the content hash.

    Parameters
    ----------
    metadata
        Of the file.
    arrays
        Shape and :func:`array_hash` of each dataset by name.
    """
    labels = None if metadata.labels is None else list(metadata.labels)
    lines = [f"{FORMAT} {FORMAT_VERSION}"]
    for name, value in sorted(to_attributes(metadata).items()):
        lines.append(f"attribute {name} {json.dumps(value)}")
    lines.append(f"labels {json.dumps(labels)}")
    for name, (shape, digest) in sorted(arrays.items()):
        lines.append(f"dataset {name} {'x'.join(map(str, shape))} {digest}")
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
