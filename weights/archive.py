"""One file out of a ``.tar.gz``."""

from __future__ import annotations

import shutil
import tarfile
import zlib
from pathlib import Path

from npinception.errors import WeightsError


def extract_member(archive: Path, member: str, target: Path, limit: int) -> None:
    """Write the regular file ``member`` of ``archive`` to ``target``; nothing else is unpacked.

    Raises
    ------
    WeightsError
        If it is not there, is larger than ``limit`` bytes, or the archive is damaged.
    """
    try:
        with tarfile.open(archive, "r|gz") as opened:
            for item in opened:
                if item.size > limit:
                    break
                if item.name.removeprefix("./") == member and item.isreg():
                    content = opened.extractfile(item)
                    assert content is not None  # regular files have contents
                    with target.open("wb") as output:
                        shutil.copyfileobj(content, output)
                    return
    except (tarfile.TarError, EOFError, zlib.error) as cause:
        raise WeightsError(f"{archive.name}: damaged archive ({cause})") from cause
    raise WeightsError(f"{archive.name}: holds no file {member} of at most {limit} bytes")
