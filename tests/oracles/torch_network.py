"""The networks of torchvision, timm and pytorch-fid themselves, with seeded weights."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .random_weights import Array, random_parameter

#: torchvision's and timm's names of slim's endpoints, where they differ.
ENDPOINTS = {
    "maxpool1": "MaxPool_3a_3x3",
    "maxpool2": "MaxPool_5a_3x3",
    "Pool1": "MaxPool_3a_3x3",
    "Pool2": "MaxPool_5a_3x3",
    "avgpool": "PreLogits",
    "global_pool": "PreLogits",
    "fc": "Logits",
}
UNUSED = ("AuxLogits", "dropout", "head_drop")

#: What a parameter is, by the end of its name.
PARTS = {
    "bn.weight": "gamma",
    "bn.bias": "beta",
    "bn.running_mean": "moving_mean",
    "bn.running_var": "moving_variance",
    "fc.bias": "biases",
}

#: Declarations of operators without a kernel; they last as long as this object.
_declarations: list[Any] = []


def import_torchvision() -> Any:
    """Return torchvision, whether or not its compiled operators can be loaded.

    PyPI's build of torchvision needs CUDA's libraries for them. Its Python code needs two
    of them to be declared when it is imported, which nothing here calls.
    """
    with quiet_torch():
        try:
            import torchvision
        except RuntimeError as missing:
            if "torchvision::nms does not exist" not in str(missing):
                raise
            library = torch.library.Library("torchvision", "FRAGMENT")
            for name in ("nms", "qnms"):
                library.define(f"{name}(Tensor boxes, Tensor scores, float threshold) -> Tensor")
            _declarations.append(library)
            import torchvision
    return torchvision


@contextmanager
def quiet_torch() -> Iterator[None]:
    """Silence what importing torch's packages warns of by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass
class TorchNetwork:
    """A built network."""

    module: Any

    def endpoints(self, pictures: Array) -> dict[str, Array]:
        """Run float32 ``[N, H, W, 3]``; return slim's endpoints, channels last."""
        found: dict[str, Any] = {}
        children = {n: m for n, m in self.module.named_children() if n not in UNUSED}
        hooks = [
            child.register_forward_hook(
                lambda _module, _inputs, output, name=name: found.update({name: output.clone()})
            )
            for name, child in children.items()
        ]
        with torch.inference_mode():
            self.module(_channels_first(pictures))
            found = {ENDPOINTS.get(name, name): value for name, value in found.items()}
            aux = getattr(self.module, "AuxLogits", None)
            if aux is not None:
                found["AuxLogits"] = aux(found["Mixed_6e"])
            found["Predictions"] = torch.softmax(found["Logits"], 1)
        for hook in hooks:
            hook.remove()
        values = {name: _channels_last(value) for name, value in found.items()}
        values["PreLogits"] = values["PreLogits"].reshape(len(pictures), 1, 1, -1)
        return values

    def save(self, path: Path, **options: Any) -> Path:
        """Write the state dict as ``.pth``; options are those of ``torch.save``."""
        torch.save(self.module.state_dict(), path, **options)
        return path

    def save_safetensors(self, path: Path) -> Path:
        """Write the state dict as ``.safetensors``."""
        from safetensors.torch import save_file

        save_file(self.module.state_dict(), path)
        return path


def build_torchvision(num_classes: int = 1000, seed: int = 0, *, aux: bool = True) -> TorchNetwork:
    """Build ``torchvision.models.inception_v3``."""
    import_torchvision()
    from torchvision.models.inception import Inception3

    return _seeded(Inception3(num_classes, aux_logits=aux, init_weights=False), seed)


def build_timm(num_classes: int = 1000, seed: int = 0) -> TorchNetwork:
    """Build timm's ``inception_v3``."""
    import_torchvision()
    with quiet_torch():
        import timm

        return _seeded(timm.create_model("inception_v3", num_classes=num_classes), seed)


def build_fid(seed: int = 0) -> TorchNetwork:
    """Build pytorch-fid's network, which loads its weights as it is built: here, its own."""
    torchvision = import_torchvision()
    with quiet_torch():
        from pytorch_fid import inception

        plain = torchvision.models.inception_v3(num_classes=1008, aux_logits=False)
        original = inception.load_state_dict_from_url
        inception.load_state_dict_from_url = lambda *_, **__: plain.state_dict()
        try:
            return _seeded(inception.fid_inception_v3(), seed)
        finally:
            inception.load_state_dict_from_url = original


def _seeded(module: Any, seed: int) -> TorchNetwork:
    """Give every parameter a value that depends on its name alone."""
    state = module.state_dict()
    for name, tensor in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = torch.from_numpy(_random_tensor(name, tuple(tensor.shape), seed))
    module.load_state_dict(state)
    return TorchNetwork(module.eval())


def _random_tensor(name: str, shape: tuple[int, ...], seed: int) -> Array:
    """Return a parameter in PyTorch's order of axes, drawn in TensorFlow's."""
    if len(shape) == 4:
        out, channels, height, width = shape
        hwio = random_parameter(f"{name}/weights", (height, width, channels, out), seed)
        return np.ascontiguousarray(hwio.transpose(3, 2, 0, 1))
    if len(shape) == 2:
        return np.ascontiguousarray(random_parameter(f"{name}/kernel", shape[::-1], seed).T)
    part = next(part for end, part in PARTS.items() if name.endswith(end))
    return random_parameter(f"{name}/{part}", shape, seed)


def _channels_first(pictures: Array) -> Any:
    """Return NCHW."""
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)))


def _channels_last(value: Any) -> Array:
    """Return NHWC, or a matrix as it is."""
    array: Array = value.numpy()
    return np.ascontiguousarray(array.transpose(0, 2, 3, 1)) if array.ndim == 4 else array
