"""Which configuration a source's shapes are: classes, widths, heads, input size."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache

from npinception.architecture import AUX_CLASSIFIER, AUX_LAYERS, Size
from npinception.config import Config
from npinception.errors import InputError, WeightsError
from npinception.graph import network_parameters
from npinception.nodes import SCOPE

from .hdf5 import Shape
from .importers.source import Source
from .names import HEAD

AUX_SCOPE = f"{SCOPE}/AuxLogits/"

#: The auxiliary head's convolution, whose name carries the size of its kernel.
AUX_CONVOLUTION = re.compile(
    re.escape(AUX_SCOPE + AUX_LAYERS[2].name.split("{")[0]) + r"(\d)x(\d)/weights"
)

#: Customary input sizes, tried in this order to explain the auxiliary head's kernel, which
#: slim shrinks to its map. The published size comes first.
CUSTOMARY_SIZES = (299, 256, 224, 192, 160, 150, 128)
MOST_DECIMALS = 9


def infer_config(
    source: Source,
    input_size: Size | None = None,
    depth_multiplier: float | None = None,
    min_depth: int | None = None,
) -> tuple[Config, tuple[str, ...]]:
    """Return the configuration of a source, and notes on what had to be guessed.

    Arguments that are given are taken as they are; the check of names and shapes that
    follows tells if they are wrong.
    """
    shapes = source.parameters.shapes
    notes: list[str] = []
    classes = (shapes.get(f"{HEAD}/weights") or (None,))[-1]
    if classes == 0:
        raise WeightsError(f"{source.path}: its classifier has no outputs; the file is damaged")
    aux = any(name.startswith(AUX_SCOPE) for name in shapes)
    if aux and classes is None:
        raise WeightsError(
            f"{source.path}: has the auxiliary head but not the classifier {HEAD}; "
            "the checkpoint is incomplete"
        )
    if source.narrow and depth_multiplier is None:
        depth_multiplier, least = infer_widths(source.path, shapes, min_depth)
        min_depth = least if min_depth is None else min_depth
    if input_size is None:
        input_size = source.input_size or _aux_input_size(source, shapes, notes)
    options = {
        "num_classes": classes,
        "aux": aux,
        "input_size": input_size,
        "depth_multiplier": 1.0 if depth_multiplier is None else depth_multiplier,
        "min_depth": 16 if min_depth is None else min_depth,
    }
    return Config.of(source.variant, **options), tuple(notes)


def infer_widths(
    path: object, shapes: Mapping[str, Shape], min_depth: int | None = None
) -> tuple[float, int]:
    """Return the simplest depth multiplier and minimum that give the channel counts found.

    ``depth(d) = max(int(d * multiplier), min_depth)`` leaves an interval of multipliers for
    each layer; their intersection holds the networks of these very shapes. Preferred are
    1, then the number of fewest decimals, and slim's minimum of 16 where it fits.

    Raises
    ------
    WeightsError
        If no multiplier gives these counts: the widths are not slim's.
    """
    pairs: dict[int, tuple[int, str]] = {}
    depths = _nominal_depths()
    for name, shape in shapes.items():
        nominal = AUX_LAYERS[2].depth if AUX_CONVOLUTION.match(name) else depths.get(name)
        if nominal is not None and shape:
            pairs.setdefault(nominal, (int(shape[-1]), name))
    if not pairs:
        return 1.0, 16 if min_depth is None else min_depth
    least = min(found for found, _ in pairs.values()) if min_depth is None else min_depth
    # int(d * m) == n gives n/d <= m < (n+1)/d; a layer at the minimum has no lower end.
    lows = {d: n / d if n > least else 0.0 for d, (n, _) in pairs.items()}
    highs = {d: (n + 1) / d for d, (n, _) in pairs.items()}
    low, high = max(lows, key=lows.__getitem__), min(highs, key=highs.__getitem__)
    counts = {d: n for d, (n, _) in pairs.items()}
    multiplier = _simplest(lows[low], highs[high], counts, least)
    if multiplier is None:
        (n_low, at_low), (n_high, at_high) = pairs[low], pairs[high]
        raise WeightsError(
            f"{path}: its widths fit no depth multiplier: {at_low} has {n_low} channels of "
            f"nominally {low}, {at_high} has {n_high} of {high}; not a network of slim's builder"
        )
    return multiplier, 16 if _gives(multiplier, 16, counts) else least


@cache
def _nominal_depths() -> dict[str, int]:
    """Return the channels of each batch-norm convolution's filters at multiplier 1."""
    parameters = network_parameters(Config.of("slim", min_depth=1))
    classifiers = (HEAD, AUX_SCOPE + AUX_CLASSIFIER)
    return {
        name: shape[-1]
        for name, shape in parameters.items()
        if name.endswith("/weights") and not name.startswith(classifiers)
    }


def _gives(multiplier: float, least: int, counts: Mapping[int, int]) -> bool:
    """Whether the options give the channel counts found, by nominal depth."""
    return all(max(int(d * multiplier), least) == n for d, n in counts.items())


def _simplest(low: float, high: float, counts: Mapping[int, int], least: int) -> float | None:
    """Return the number of fewest decimals in ``[low, high)`` above 0, 1 if it is inside.

    It is tried, too: ``int(d * (n / d))`` can be ``n - 1`` in floating point.
    """
    if low <= 1 < high:
        return 1.0
    for decimals in range(MOST_DECIMALS + 1):
        unit = 10**decimals
        candidate: float = max(1, math.ceil(low * unit)) / unit
        if low <= candidate < high and _gives(candidate, least, counts):
            return candidate
    return None


def _aux_input_size(source: Source, shapes: Mapping[str, Shape], notes: list[str]) -> Size:
    """Return a customary input size at which the auxiliary kernel has the size it has."""
    kernels = {(int(m[1]), int(m[2])) for m in map(AUX_CONVOLUTION.fullmatch, shapes) if m}
    if len(kernels) != 1:
        return CUSTOMARY_SIZES[0], CUSTOMARY_SIZES[0]
    kernel = kernels.pop()
    by_kernel = _sizes_by_kernel()
    if any(side not in by_kernel for side in kernel):
        raise WeightsError(
            f"{source.path}: the auxiliary head has a {kernel[0]}x{kernel[1]} kernel, which no "
            f"customary input size explains ({CUSTOMARY_SIZES}); give the input size"
        )
    size = by_kernel[kernel[0]], by_kernel[kernel[1]]
    if size != (CUSTOMARY_SIZES[0], CUSTOMARY_SIZES[0]):
        notes.append(
            f"input size {size[0]}x{size[1]} is a guess from the auxiliary head's "
            f"{kernel[0]}x{kernel[1]} kernel; give the size it was trained at if it differs"
        )
    return size


@cache
def _sizes_by_kernel() -> dict[int, int]:
    """Return, for each size of the auxiliary kernel, the customary input size it belongs to."""
    sizes: dict[int, int] = {}
    for size in reversed(CUSTOMARY_SIZES):
        try:
            parameters = network_parameters(Config.of("slim", input_size=(size, size)))
        except InputError:
            continue
        kernel = next(s[0] for n, s in parameters.items() if AUX_CONVOLUTION.match(n))
        sizes[kernel] = size
    return sizes
