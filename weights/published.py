"""Published weights: known by their hashes, and found by name."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

#: One row for each file that others publish; hashes as their publishers spell them.
TABLE = Path(__file__).with_name("published.csv")


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
        Which network it is. None: the file shows it.
    classes
        Width of its classifier; 0: it has none.
    aliases
        More short names.
    url
        Where it is.
    member
        The file's name in the archive at ``url``, if it is in one (``.tar.gz``).
    archive_md5
        MD5 of that archive.
    megabytes
        Size of what is at ``url``, in 10**6 bytes, where known.
    """

    name: str
    file: str
    sha256: str | None
    md5: str | None = None
    licence: str = "Apache-2.0"
    variant: str | None = None
    classes: int | None = None
    aliases: tuple[str, ...] = ()
    url: str | None = None
    member: str | None = None
    archive_md5: str | None = None
    megabytes: float | None = None

    @property
    def hashes(self) -> dict[str, str]:
        """Known hashes of what is at ``url``, by algorithm; empty if it cannot be checked."""
        known = (
            {"md5": self.archive_md5} if self.member else {"sha256": self.sha256, "md5": self.md5}
        )
        return {algorithm: digits for algorithm, digits in known.items() if digits}


def _read_table() -> tuple[Published, ...]:
    """Return the table in its order."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return tuple(
            Published(
                name=row["name"],
                file=row["file"],
                sha256=row["sha256"] or None,
                md5=row["md5"] or None,
                licence=row["licence"],
                variant=row["variant"],
                classes=int(row["classes"]),
                aliases=tuple(row["aliases"].split()),
                url=row["url"],
                member=row["member"] or None,
                archive_md5=row["archive_md5"] or None,
                megabytes=float(row["megabytes"]) if row["megabytes"] else None,
            )
            for row in csv.DictReader(file)
        )


PUBLISHED = _read_table()

#: Weights that come with the package, by name.
BUNDLED = {"shapes": Path(__file__).parent / "shapes" / "shapes.h5"}

#: What ``classify`` takes.
DEFAULT = "imagenet"


def find_published(sha256: str, md5: str | None = None) -> Published | None:
    """Return the published file with one of these hashes, or None."""
    for entry in PUBLISHED:
        known = entry.sha256 is not None and sha256.startswith(entry.sha256)
        if known or (md5 is not None and md5 == entry.md5):
            return entry
    return None


def find_named(name: str) -> Published | None:
    """Return the published file of that name or alias, or None."""
    return next((e for e in PUBLISHED if name == e.name or name in e.aliases), None)
