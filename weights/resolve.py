"""Where the weights are that a path or a name means."""

from __future__ import annotations

import os
from pathlib import Path

from npinception.errors import WeightsError

from .cache import cached_path
from .published import BUNDLED, DEFAULT, Published, find_named


def resolve_weights(name_or_path: str | os.PathLike[str], *, fetch: bool = False) -> Path:
    """Return the path of a weights file given by its path or by name.

    A file or folder of that name goes first, then the weights in the package, then
    published ones that are in the cache.

    Parameters
    ----------
    name_or_path
        Path, or name as ``npinception weights list`` prints it.
    fetch
        Whether published weights that are not in the cache are downloaded.

    Raises
    ------
    WeightsError
        If there is neither such a file nor such a name, or it cannot be fetched.
    """
    path = Path(name_or_path)
    try:
        exists = path.exists()
    except (OSError, ValueError) as cause:
        raise WeightsError(f"{str(path)!r}: cannot be a path: {cause}") from cause
    if exists:
        return path
    name = os.fspath(name_or_path)
    if (bundled := BUNDLED.get(name)) is not None:
        if not bundled.exists():
            raise WeightsError(f"{path}: {bundled} is missing; install npinception again")
        return bundled
    if (entry := find_named(name)) is not None:
        return _published_path(entry, name, fetch)
    raise WeightsError(
        f"{path}: no such file, and no weights of that name; give a weights file or one of: "
        f"{', '.join(BUNDLED)}, {DEFAULT}... ('npinception weights list' prints all)"
    )


def _published_path(entry: Published, name: str, fetch: bool) -> Path:
    """Return where published weights are in the cache, having fetched them if allowed."""
    path = cached_path(entry.name)
    if path.is_file():
        return path
    if not fetch:
        raise WeightsError(
            f"{name}: not in the cache; fetch it with: npinception weights fetch {name}"
        )
    # Only now: importers and HTTP are not needed by whoever has the weights already.
    from .fetch import fetch as fetch_published

    try:
        return fetch_published(entry)
    except WeightsError as failure:
        raise WeightsError(
            f"{failure}; without it, use weights in the package: --weights {', '.join(BUNDLED)}"
        ) from failure
