"""Running a peer's file: one module a runtime, imported only in that peer's own process.

Each module has ``load(path, mode, threads, batch) -> Session``. They import nothing but
their runtime, because the time that takes is measured.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


class Session(Protocol):
    """A loaded network."""

    def stage(self, pictures: Float32) -> Any:
        """Return pictures [N, H, W, 3] in the runtime's own layout; this is never timed."""
        ...

    def predict(self, staged: Any) -> Float32:
        """Return probabilities [N, classes]."""
        ...
