"""Published weights: known by their hashes, and found by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from npinception.errors import WeightsError


@dataclass(frozen=True)
class Published:
    """A file that others publish.

    Attributes
    ----------
    name
        Short name.
    file
        What its publisher calls it.
    sha256, md5
        Its hashes in hex; either may be unknown.
    licence
        SPDX identifier. Both publishers name the Apache licence.
    """

    name: str
    file: str
    sha256: str | None
    md5: str | None
    licence: str = "Apache-2.0"


KERAS_FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels"

PUBLISHED = (
    Published(
        "keras-imagenet",
        f"{KERAS_FILE}.h5",
        "00c9ea4e4762f716ac4d300d6d9c2935639cc5e4d139b5790d765dcbeea539d0",
        "9a0d58056eeedaa3f26cb7ebd46da564",
    ),
    Published(
        "keras-imagenet-notop",
        f"{KERAS_FILE}_notop.h5",
        "9617109a16463f250180008f9818336b767bdf5164315e8cd5761a8c34caa62a",
        "bcbd6486424b2319ff4ef7d526e38f63",
    ),
    Published(
        "slim-imagenet",
        "inception_v3_2016_08_28.tar.gz: inception_v3.ckpt",
        None,
        "5fd07d9834fe14479e4da82df9365ede",
    ),
)

#: Weights that come with the package, by name.
BUNDLED = {"shapes": Path(__file__).parent / "shapes" / "shapes.h5"}


def find_published(sha256: str, md5: str | None = None) -> Published | None:
    """Return the published file with one of these hashes, or None."""
    for entry in PUBLISHED:
        if sha256 == entry.sha256 or (md5 is not None and md5 == entry.md5):
            return entry
    return None


def resolve_weights(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a weights file given by its path or by the name of bundled weights.

    A file or folder of that name goes first.

    Raises
    ------
    WeightsError
        If there is neither such a file nor such a name.
    """
    path = Path(name_or_path)
    try:
        exists = path.exists()
    except (OSError, ValueError) as cause:
        raise WeightsError(f"{str(path)!r}: cannot be a path: {cause}") from cause
    if exists:
        return path
    bundled = BUNDLED.get(os.fspath(name_or_path))
    if bundled is None:
        raise WeightsError(
            f"{path}: no such file, and no bundled weights of that name; "
            f"give a weights file or one of: {', '.join(BUNDLED)}"
        )
    if not bundled.exists():
        raise WeightsError(f"{path}: {bundled} is missing; install npinception again")
    return bundled
