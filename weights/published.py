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
        Its hashes in hex; either may be unknown. Of PyTorch's files the first eight digits
        of SHA-256 are known: their publishers put them into the name.
    licence
        SPDX identifier: the parameters', or that of the publisher's repository.
    variant
        Which network it is, where the file does not show it.
    """

    name: str
    file: str
    sha256: str | None
    md5: str | None = None
    licence: str = "Apache-2.0"
    variant: str | None = None


BSD = "BSD-3-Clause"
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
    *(
        Published(name, f"{file}-{digits}.pth", digits, licence=licence, variant=variant)
        for name, file, digits, licence, variant in (
            ("torchvision-imagenet", "inception_v3_google", "0cc3c7bd", BSD, "torchvision"),
            ("torchvision-imagenet-2017", "inception_v3_google", "1a9a5a14", BSD, "torchvision"),
            ("timm-tf-imagenet", "tf_inception_v3", "e0069de4", "Apache-2.0", "timm-tf"),
            ("timm-tf-adv-imagenet", "adv_inception_v3", "9e27bd63", "Apache-2.0", "timm-tf-adv"),
            ("timm-gluon-imagenet", "gluon_inception_v3", "9f746940", "Apache-2.0", "timm-gluon"),
            ("fid", "pt_inception-2015-12-05", "6726825d", "Apache-2.0", "fid"),
        )
    ),
)

#: Weights that come with the package, by name.
BUNDLED = {"shapes": Path(__file__).parent / "shapes" / "shapes.h5"}


def find_published(sha256: str, md5: str | None = None) -> Published | None:
    """Return the published file with one of these hashes, or None."""
    for entry in PUBLISHED:
        known = entry.sha256 is not None and sha256.startswith(entry.sha256)
        if known or (md5 is not None and md5 == entry.md5):
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
