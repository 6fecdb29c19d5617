"""What every importer finds in a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from npinception.architecture import Size

from ..hdf5 import LazyParameters


@dataclass(frozen=True)
class Source:
    """Parameters in a file of another program, under slim's names.

    Attributes
    ----------
    path
        What the caller named.
    files
        The files that hold it, for the hash; more than one for a checkpoint.
    family
        The format, in words.
    variant
        Name of the network's variant.
    parameters
        Shapes at once, values when asked for, while the source is open.
    narrow
        Whether the family has networks of other depth multipliers than 1.
    input_size
        Height and width the model was built for, if the file says so.
    ignored
        Variables that inference does not need, as an optimizer's.
    notes
        What the caller should know before relying on the result.
    evidence
        How family and variant are known.
    alternatives
        Other variants whose files look the same.
    """

    path: Path
    files: tuple[Path, ...]
    family: str
    variant: str
    parameters: LazyParameters
    narrow: bool = False
    input_size: Size | None = None
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: str = ""
    alternatives: tuple[str, ...] = ()


def file_hash(path: Path, algorithm: str = "sha256") -> str:
    """Return the hash of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def source_hash(files: tuple[Path, ...]) -> str:
    """Return the SHA-256 of a source.

    Of one file, its own. Of a checkpoint's several files, that of the text with a line
    ``SHA-256  SUFFIX`` for each (``.index``, ``.data-00000-of-00001``), sorted.
    """
    if len(files) == 1:
        return file_hash(files[0])
    lines = sorted(f"{file_hash(file)}  {file.suffix}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
