"""State dicts to files, by PyTorch and by safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

State = dict[str, Any]
NO_TORCH = "PyTorch is not installed: pip install '.[torch]'"


def save_zip(state: State, path: Path) -> None:
    import torch

    torch.save(state, path)


def save_safetensors(state: State, path: Path) -> None:
    from safetensors.torch import save_file

    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
