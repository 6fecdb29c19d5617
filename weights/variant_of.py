"""Which variant a source is: said by the caller, by a published hash, or by the file."""

from __future__ import annotations

from dataclasses import replace

from npinception.config import find_variant

from .importers.source import Source
from .published import Published


def settle_variant(found: Source, published: Published | None, variant: str | None) -> Source:
    """Return the source with its variant decided, and how, and what remains a guess.

    Raises
    ------
    InputError
        If ``variant`` names none.
    """
    if variant is not None:
        name, reason = find_variant(variant).name, "the variant was given"
    elif published is not None and published.variant is not None:
        name, reason = published.variant, f"its hash is that of {published.file}"
    elif found.alternatives:
        guess = (
            f"taken for {found.variant}; files of {', '.join(found.alternatives)} have the same "
            "names and shapes: if it is one of those, convert it again with --variant"
        )
        return replace(found, notes=(*found.notes, guess))
    else:
        return found
    return replace(found, variant=name, evidence=f"{found.evidence}; {reason}".removeprefix("; "))
