"""PyTorch in the channels-last layout, eager or (mode ``compile``) compiled and frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812, the name all of PyTorch's users know

from . import Float32


class Layers(torch.nn.Module):
    """The network as the list of layers its file holds."""

    def __init__(self, layers: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self.layers = [layer[:4] for layer in layers]
        self.tensors = torch.nn.ParameterDict()
        for _, name, _, _, tensors in layers:
            if tensors:
                filters = tensors[0].to(memory_format=torch.channels_last)
                self.tensors[_key(name, "filters")] = torch.nn.Parameter(filters)
                self.tensors[_key(name, "bias")] = torch.nn.Parameter(tensors[1])

    def forward(self, pictures: Any) -> Any:
        """Return probabilities."""
        values = {"input": pictures}
        for kind, name, inputs, arguments in self.layers:
            values[name] = self._compute(kind, name, [values[i] for i in inputs], arguments)
        return values[self.layers[-1][1]]

    def _compute(self, kind: str, name: str, inputs: list[Any], arguments: dict[str, Any]) -> Any:
        x = inputs[0]
        match kind:
            case "convolution":
                filters, bias = (self.tensors[_key(name, part)] for part in ("filters", "bias"))
                y = F.conv2d(x, filters, bias, arguments["stride"], arguments["padding"])
                return F.relu_(y) if arguments["relu"] else y
            case "max_pool":
                return F.max_pool2d(x, **arguments)
            case "avg_pool":
                return F.avg_pool2d(x, **arguments)
            case "global_pool":
                return F.adaptive_avg_pool2d(x, 1)
            case "concat":
                return torch.cat(inputs, 1)
            case "identity":
                return x
            case "squeeze":
                return torch.flatten(x, 1)
            case "softmax":
                return torch.softmax(x, -1)
        raise ValueError(f"{name}: unknown layer {kind}")


def _key(name: str, part: str) -> str:
    return f"{name}-{part}"


class Session:
    """A module in inference mode."""

    def __init__(self, path: Path, mode: str) -> None:
        self._module: Any = Layers(torch.load(path)).eval()
        if mode == "compile":
            from torch._inductor import config  # costs a second that eager mode does without

            config.freezing = True
            self._module = torch.compile(self._module)

    def stage(self, pictures: Float32) -> Any:
        """Return the pictures as an NCHW tensor that lies in memory as NHWC."""
        return torch.from_numpy(pictures).permute(0, 3, 1, 2)

    def predict(self, staged: Any) -> Float32:
        """Return probabilities [N, classes]."""
        with torch.no_grad():
            result: Float32 = self._module(staged).numpy()
        return result


def load(path: Path, mode: str, threads: int, batch: int) -> Session:
    """Load a list of layers; any batch will do."""
    torch.set_num_threads(threads)
    return Session(path, mode)
