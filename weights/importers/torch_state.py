"""State dicts of torchvision, timm and the FID port: one naming, three kinds of network.

The three name their layers alike, for timm and the port took torchvision's code over. So the
names tell that a file is of this family, and its classes that it is the FID network; whether
it is torchvision's or one of timm's, which differ in the recipe alone, nothing in it tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from npinception.architecture import AUX_CLASSIFIER, AUX_LAYERS
from npinception.errors import WeightsError
from npinception.nodes import SCOPE
from npinception.variants import FID, SLIM, TORCHVISION, VARIANTS

from ..hdf5 import Array, LazyParameters, Shape
from ..names import HEAD, convolution_names
from .source import Source
from .tensors import Tensor, check_dtype, read_float32

#: slim's names of what torchvision calls so, below the scope of a convolution.
CONVOLUTION_PARTS = {
    "conv.weight": "weights",
    "bn.weight": "BatchNorm/gamma",
    "bn.bias": "BatchNorm/beta",
    "bn.running_mean": "BatchNorm/moving_mean",
    "bn.running_var": "BatchNorm/moving_variance",
}
CLASSIFIER_PARTS = {"weight": "weights", "bias": "biases"}

#: How many batches a batch norm has seen: a count that training keeps.
NOT_FOR_INFERENCE = re.compile(r".*\.num_batches_tracked")

#: What wrappers of a module put before every name: DataParallel, torch.compile, Lightning.
PREFIXES = ("module.", "_orig_mod.", "model.")


def torch_names() -> dict[str, str]:
    """Return slim's variable name for each name in a state dict: a literal table."""
    _, reduce, conv = AUX_LAYERS
    scopes = {row.torch: f"{SCOPE}/{row.slim_scope}" for row in convolution_names()}
    scopes["AuxLogits.conv0"] = f"{SCOPE}/AuxLogits/{reduce.name}"
    scopes["AuxLogits.conv1"] = f"{SCOPE}/AuxLogits/{conv.name.format(*conv.kernel)}"
    heads = {"fc": HEAD, "AuxLogits.fc": f"{SCOPE}/AuxLogits/{AUX_CLASSIFIER}"}
    return {
        f"{module}.{part}": f"{scope}/{name}"
        for modules, parts in ((scopes, CONVOLUTION_PARTS), (heads, CLASSIFIER_PARTS))
        for module, scope in modules.items()
        for part, name in parts.items()
    }


def torch_source(path: Path, container: str, tensors: Mapping[str, Tensor]) -> Source:
    """Return the parameters of a state dict under slim's names.

    Raises
    ------
    WeightsError
        If it is of another network, or of a type that would have to be rounded.
    """
    prefix, tensors = _without_prefix(tensors)
    ignored = tuple(name for name in tensors if NOT_FOR_INFERENCE.fullmatch(name))
    names = torch_names()
    kept = {names.get(n, n): tensors[n] for n in tensors if n not in ignored}
    if not any(name in names for name in tensors):
        few = ", ".join(list(tensors)[:3]) or "nothing"
        raise WeightsError(
            f"{path}: a PyTorch file, but not of torchvision's or timm's inception_v3 (it holds "
            f"{few}...); only the state dict of a whole inception_v3 can be converted"
        )
    for name, tensor in tensors.items():
        if name not in ignored:
            check_dtype(path, name, tensor)
    classes = kept[f"{HEAD}/weights"].shape[0] if f"{HEAD}/weights" in kept else None
    variant, evidence = _recognise(classes)
    return Source(
        path=path,
        files=(path,),
        family=f"PyTorch state dict, {container}",
        variant=variant,
        parameters=_parameters(path, kept),
        ignored=ignored,
        notes=_notes(prefix, classes, kept),
        evidence=evidence,
        alternatives=_alternatives(variant),
    )


def _without_prefix(tensors: Mapping[str, Tensor]) -> tuple[str, Mapping[str, Tensor]]:
    """Take away what stands before every name."""
    removed = ""
    while tensors and (
        prefix := next((p for p in PREFIXES if all(n.startswith(p) for n in tensors)), "")
    ):
        tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
        removed += prefix
    return removed, tensors


def _recognise(classes: int | None) -> tuple[str, str]:
    """Return the variant, and how it is known."""
    layers = "layers are named as in torchvision, timm and pytorch-fid"
    if classes == FID.num_classes:
        return FID.name, f"{layers}; {classes} outputs are those of the graph of 2015"
    outputs = "no classifier" if classes is None else f"{classes} outputs"
    return TORCHVISION.name, f"{layers}; {outputs}, not the {FID.num_classes} of the FID network"


def _alternatives(variant: str) -> tuple[str, ...]:
    """Return the other variants that such a file may well be."""
    if variant == FID.name:
        return (TORCHVISION.name,)
    torch = (v for v in VARIANTS.values() if v.bn_gamma and v.avg_pool_divisor == "full")
    return tuple(v.name for v in torch if v.name != variant)


def _notes(prefix: str, classes: int | None, kept: Mapping[str, Tensor]) -> tuple[str, ...]:
    """Return what the caller should know."""
    notes = []
    if prefix:
        notes.append(f"the prefix {prefix!r} before every name was left out")
    if any(tensor.dtype == "float16" for tensor in kept.values()):
        notes.append("float16 parameters were widened to float32")
    if classes == SLIM.num_classes:
        notes.append(f"{classes} outputs: class 0 is probably the background; give labels")
    return tuple(notes)


def _parameters(path: Path, kept: Mapping[str, Tensor]) -> LazyParameters:
    """Return the parameters, axes turned to slim's order as each is read."""

    def read(name: str) -> Array:
        values = read_float32(path, name, kept[name])
        if values.ndim == 2:
            values = values[:, :, None, None]
        return values if values.ndim != 4 else values.transpose(2, 3, 1, 0).copy()

    return LazyParameters({name: _slim_shape(item.shape) for name, item in kept.items()}, read)


def _slim_shape(shape: Shape) -> Shape:
    """Return HWIO for OIHW; a classifier [classes, features] is a 1x1 convolution in slim."""
    if len(shape) == 2:
        return (1, 1, shape[1], shape[0])
    return (shape[2], shape[3], shape[1], shape[0]) if len(shape) == 4 else shape
