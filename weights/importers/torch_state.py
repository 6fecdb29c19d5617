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
from .tensors import Tensor, check_dtype, check_names, read_float32

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

BY_BLOCKS = FID.name, "layers are numbered as in pytorch-fid's class InceptionV3"

#: What wrappers of a module put before every name: DataParallel, torch.compile, Lightning.
PREFIXES = ("module.", "_orig_mod.", "model.")

#: The modules of pytorch-fid's own class, which numbers what it took from the FID network.
FID_BLOCKS = {
    f"blocks.{block}.{index}.": f"{module}."
    for block, modules in enumerate(
        (
            ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3"),
            ("Conv2d_3b_1x1", "Conv2d_4a_3x3"),
            (*(f"Mixed_5{x}" for x in "bcd"), *(f"Mixed_6{x}" for x in "abcde")),
            tuple(f"Mixed_7{x}" for x in "abc"),
        )
    )
    for index, module in enumerate(modules)
}


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
    check_names(path, tensors)
    count = len(tensors)
    prefix, tensors = _without_prefix(tensors)
    blocks, tensors = _without_blocks(tensors)
    ignored = tuple(name for name in tensors if NOT_FOR_INFERENCE.fullmatch(name))
    names = torch_names()
    # A name that the table lacks must not pass for one of slim's: it goes in quotes.
    kept = {names.get(n, repr(n)): tensors[n] for n in tensors if n not in ignored}
    if len(kept) + len(ignored) != count:
        raise WeightsError(f"{path}: holds two tensors for one parameter; save a plain state dict")
    if not any(name in names for name in tensors):
        few = ", ".join(list(tensors)[:3]) or "nothing"
        raise WeightsError(
            f"{path}: a PyTorch file, but not of torchvision's or timm's inception_v3 (it holds "
            f"{few}...); only the state dict of a whole inception_v3 can be converted"
        )
    for name, tensor in tensors.items():
        if name not in ignored:
            check_dtype(path, name, tensor)
    head = kept.get(f"{HEAD}/weights")
    classes = head.shape[0] if head and head.shape else None
    variant, evidence = BY_BLOCKS if blocks else _recognise(classes)
    return Source(
        path=path,
        files=(path,),
        family=f"PyTorch state dict, {container}",
        variant=variant,
        parameters=_parameters(path, kept),
        ignored=ignored,
        notes=_notes(prefix, classes, kept),
        evidence=evidence,
        alternatives=() if blocks else _alternatives(variant),
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


def _without_blocks(tensors: Mapping[str, Tensor]) -> tuple[bool, Mapping[str, Tensor]]:
    """Give the modules of pytorch-fid's class their names back; tell whether it was one."""
    renamed = {}
    for name, tensor in tensors.items():
        block = re.match(r"blocks\.\d\.\d\.", name)
        module = FID_BLOCKS.get(block[0]) if block else None
        renamed[module + name[block.end() :] if block and module else name] = tensor
    return any(name not in tensors for name in renamed), renamed


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
