"""Where weights that were fetched are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from npinception.errors import WeightsError

#: Environment variable that names another folder.
FOLDER_VARIABLE = "NPINCEPTION_WEIGHTS_DIR"


def cache_folder() -> Path:
    """Return the folder of fetched weights, which need not exist yet.

    The first of: ``NPINCEPTION_WEIGHTS_DIR``; ``npinception/weights`` in the user's cache
    folder (``XDG_CACHE_HOME``, ``LOCALAPPDATA``, ``~/Library/Caches`` or ``~/.cache``).

    Raises
    ------
    WeightsError
        If the user has no home folder and no variable says where.
    """
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).absolute()
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            return Path(folder).absolute() / "npinception" / "weights"
    try:
        home = Path.home()
    except RuntimeError:  # no HOME and no entry in the user database
        raise WeightsError(
            "there is no home folder to keep fetched weights in; "
            f"name a folder in the environment variable {FOLDER_VARIABLE}"
        ) from None
    user = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return home / user / "npinception" / "weights"


def cached_path(name: str) -> Path:
    """Return where the weights of a published name are, or will be."""
    return cache_folder() / f"{name}.h5"


def is_cached(name: str) -> bool:
    """Whether the weights of a published name have been fetched."""
    try:
        return cached_path(name).is_file()
    except WeightsError:
        return False
