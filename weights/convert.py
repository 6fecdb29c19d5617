"""From another program's weights to a weights file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from npinception.architecture import Size
from npinception.config import Config
from npinception.errors import InputError, WeightsError
from npinception.variants import SLIM

from .checks import check_coverage
from .importers.recognise import open_source
from .importers.source import Source, file_hash, source_hash
from .infer import infer_config
from .metadata import Metadata
from .published import Published, find_published
from .variant_of import settle_variant
from .writing import write_weights

BACKGROUND = "background"


def convert(
    source: str | os.PathLike[str],
    destination: str | os.PathLike[str],
    *,
    labels: str | os.PathLike[str] | Sequence[str] | None = None,
    licence: str | None = None,
    input_size: Size | None = None,
    depth_multiplier: float | None = None,
    min_depth: int | None = None,
    variant: str | None = None,
    report: Callable[[str], object] | None = None,
) -> Metadata:
    """Convert another program's weights to a weights file.

    Parameters
    ----------
    source
        A Keras ``.h5``, ``.weights.h5`` or ``.keras`` file; a TF-slim checkpoint (its
        prefix, one of its files, or the folder); a state dict of torchvision, timm or
        pytorch-fid (``.pth``, ``.pt``, ``.safetensors``), of which no pickled code is
        executed; TensorFlow's graph of 2015. Recognised by its contents.
    destination
        The file to write. What was there stays until the new file is whole.
    labels
        Names of the classes: a sequence, or the path of a UTF-8 text with one on each
        line. None: the labels of ImageNet are used where their number fits.
    licence
        Licence of the parameters; known for published files, "unknown" otherwise.
    input_size, depth_multiplier, min_depth
        Of the network; None takes them from the source's shapes.
    variant
        Name of the network's variant, as ``"timm-tf"``. None: what the source shows; files
        of torchvision and timm look alike and are taken for torchvision's.
    report
        Called with one line, once the source is recognised: what it is, and how that is known.

    Returns
    -------
    Metadata
        What was written beside the parameters.

    Raises
    ------
    WeightsError
        If the source is damaged, of no known format, or not wholly an Inception V3, or
        the destination cannot be written.
    InputError
        If an argument does not fit the network.
    MissingPackageError
        If the source needs TensorFlow or safetensors to be read, and it is not installed.
    """
    origin, target = Path(source), Path(destination)
    with open_source(origin) as opened:
        _refuse_own_source(opened, target)
        published = published_as(opened)
        found = settle_variant(opened, published, variant)
        if report is not None:
            report(f"{origin}: {found.family} ({found.evidence})")
        config, guesses = infer_config(found, input_size, depth_multiplier, min_depth)
        check_coverage(str(origin), found.parameters.shapes, config)
        notes = (*found.notes, *guesses)
        metadata = describe_source(found, config, notes, published, labels, licence)
        write_weights(target, metadata, found.parameters)
    return metadata


def describe_source(
    found: Source,
    config: Config,
    notes: tuple[str, ...],
    published: Published | None,
    labels: str | os.PathLike[str] | Sequence[str] | None = None,
    licence: str | None = None,
) -> Metadata:
    """Return the metadata of an open source."""
    return Metadata(
        config,
        config.variant.recipe,
        None if labels is None else _fitting_labels(labels, config),
        source=(published.file if published else found.path.name) or str(found.path),
        source_sha256=source_hash(found.files),
        licence=licence or (published.licence if published else "unknown"),
        notes="; ".join(notes),
    )


def published_as(found: Source) -> Published | None:
    """Return which published file the source is, by its hashes."""
    md5 = file_hash(found.files[0], "md5") if len(found.files) == 1 else None
    return find_published(source_hash(found.files), md5)


def read_labels(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the lines of a UTF-8 text; blank lines at its end do not count.

    Raises
    ------
    InputError
        If the file cannot be read or is no UTF-8.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: labels must be UTF-8 text, one on each line") from None
    except (OSError, ValueError) as cause:
        raise InputError(f"{path}: the labels cannot be read: {cause}") from cause
    return tuple(line.strip() for line in text.rstrip().split("\n"))


def _fitting_labels(
    labels: str | os.PathLike[str] | Sequence[str], config: Config
) -> tuple[str, ...]:
    """Return one label for each class, telling the likely cause if their number is off by one."""
    if isinstance(labels, (str, os.PathLike)):
        names, origin = read_labels(labels), f"{os.fspath(labels)}: "
    else:
        names, origin = tuple(labels), ""
    classes = config.num_classes
    has_background = config.variant.num_classes == SLIM.num_classes == classes
    if has_background and len(names) == SLIM.num_classes - 1:
        raise InputError(
            f"{origin}{len(names)} labels for {classes} classes: class 0 of this network is the "
            f"background, so add {BACKGROUND!r} as the first label"
        )
    if classes is not None and len(names) == classes + 1 and names[0].lower() == BACKGROUND:
        raise InputError(
            f"{origin}{len(names)} labels for {classes} classes: this network has no background "
            f"class, so remove the first label, {names[0]!r}"
        )
    try:
        return Metadata(config, config.variant.recipe, names).labels or ()
    except InputError as wrong:
        raise InputError(f"{origin}{wrong}") from wrong


def _refuse_own_source(found: Source, target: Path) -> None:
    """Raise if the destination is a file of the source."""
    for file in found.files:
        if target.exists() and target.samefile(file):
            raise WeightsError(
                f"{target}: is the source itself; give the converted file another name"
            )
