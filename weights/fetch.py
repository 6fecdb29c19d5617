"""Published weights, downloaded once and kept in the user's cache as weights files."""

from __future__ import annotations

import shlex
import shutil
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from npinception.errors import MissingPackageError, WeightsError

from .archive import extract_member
from .cache import FOLDER_VARIABLE, cached_path
from .convert import convert
from .published import Published
from .store import verify_weights
from .transfer import Limits, download
from .transfer_error import TransferError

#: How folders are called in which a download is prepared.
SCRATCH = ".fetch-"

#: Seconds after which such a folder is taken for the rest of a process that was killed.
STALE = 24 * 3600.0


def fetch(entry: Published, limits: Limits | None = None) -> Path:
    """Return the path of published weights in the cache, downloading them if need be.

    What is in the cache is used if it is whole and comes from the file now published, and
    replaced only once its successor is complete. Several processes may do this at once.

    Raises
    ------
    WeightsError
        If it cannot be downloaded, has the wrong hash, or cannot be kept; the message
        says how to do it by hand.
    MissingPackageError
        If converting it needs a package that is not installed.
    """
    target = cached_path(entry.name)
    if is_current(entry, target):
        return target
    if not entry.hashes or not entry.url:
        raise WeightsError(
            f"{entry.name}: nobody publishes a hash of {entry.url}, so it is not fetched; "
            f"{by_hand(entry, target)}"
        )
    if entry.file.endswith(".ckpt") and find_spec("tensorflow") is None:
        raise MissingPackageError(
            f"{entry.name}: a TensorFlow checkpoint can only be read with TensorFlow; "
            "install it with: pip install 'npinception[tensorflow]'"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target.parent)
        with TemporaryDirectory(prefix=SCRATCH, dir=target.parent) as scratch:
            source = _download(entry, entry.url, Path(scratch), target, limits or Limits())
            convert(source, target, variant=entry.variant, licence=entry.licence)
    except OSError as cause:
        raise WeightsError(
            f"{target.parent}: cannot be written ({cause.strerror or cause}); check the free disk "
            f"space and the permissions, or name another folder in {FOLDER_VARIABLE}"
        ) from cause
    return target


def is_current(entry: Published, path: Path) -> bool:
    """Whether ``path`` is whole and was converted from the file now published."""
    if not path.is_file():
        return False
    try:
        found = verify_weights(path).metadata.source_sha256
    except WeightsError:
        return False
    return entry.sha256 is None or found.startswith(entry.sha256)


def by_hand(entry: Published, target: Path) -> str:
    """Return in words how to do without this module."""
    unpack = "unpack it, " if entry.file.endswith((".tar.gz", ".tgz")) or entry.member else ""
    file = entry.member or ("CHECKPOINT" if unpack else entry.file)
    command = shlex.join(["npinception", "weights", "convert", file, str(target)])
    return f"download it yourself, {unpack}then: {command}"


def _download(entry: Published, url: str, scratch: Path, target: Path, limits: Limits) -> Path:
    """Return the file to convert, downloaded and found to be the one that is published."""
    path = scratch / url.rpartition("/")[2]
    try:
        download(url, path, entry.hashes, limits, entry.name)
    except TransferError as failure:
        raise WeightsError(
            f"{entry.name}: {url} cannot be fetched ({failure}); {by_hand(entry, target)}"
        ) from failure
    if entry.member is None:
        return path
    member = scratch / "member" / Path(entry.member).name
    member.parent.mkdir()
    extract_member(path, entry.member, member, limits.size)
    return member


def _remove_stale(folder: Path) -> None:
    """Remove what killed processes left."""
    for scratch in folder.glob(f"{SCRATCH}*"):
        if time.time() - scratch.stat().st_mtime > STALE:
            shutil.rmtree(scratch, ignore_errors=True)
