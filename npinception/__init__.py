"""Inception V3 forward inference on a CPU, in NumPy and Numba."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import Config as Config
    from .errors import NpinceptionError as NpinceptionError
    from .labels import decode_predictions as decode_predictions
    from .model import InceptionV3 as InceptionV3
    from .preprocessing import preprocess_input as preprocess_input

__version__ = "0.1.0"

__all__ = [
    "Config",
    "InceptionV3",
    "NpinceptionError",
    "decode_predictions",
    "preprocess_input",
]

# In a checkout, kernels/ and weights/ lie beside this folder rather than in it. Python
# started in the checkout's root finds this folder before any installed copy, so it
# must find them too.
_HERE = Path(__file__).parent
if not (_HERE / "kernels").is_dir():
    __path__.append(str(_HERE.parent))

_HOME = {
    "Config": "config",
    "InceptionV3": "model",
    "NpinceptionError": "errors",
    "decode_predictions": "labels",
    "preprocess_input": "preprocessing",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use: ``import npinception`` alone costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names before they are imported."""
    return [*__all__, "__version__"]
