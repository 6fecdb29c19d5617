"""Random shapes and arrays for kernel tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from npinception.kernels.geometry import output_size


@dataclass(frozen=True)
class Windows:
    """A picture and windows over it."""

    batch: int
    height: int
    width: int
    channels: int
    kernel: tuple[int, int]
    stride: int
    padding: str
    seed: int

    def picture(self) -> NDArray[np.float32]:
        """Return a normal random picture [N, H, W, C]."""
        shape = (self.batch, self.height, self.width, self.channels)
        return np.random.default_rng(self.seed).standard_normal(shape, np.float32)

    def filters(self, depth: int) -> NDArray[np.float32]:
        """Return normal random filters, HWIO."""
        rng = np.random.default_rng(self.seed + 1)
        return rng.standard_normal((*self.kernel, self.channels, depth), np.float32)

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """Return (N, H', W')."""
        return (
            self.batch,
            output_size(self.height, self.kernel[0], self.stride, self.padding),
            output_size(self.width, self.kernel[1], self.stride, self.padding),
        )


@st.composite
def windows(draw: st.DrawFn) -> Windows:
    """Draw rectangular kernels, strides and paddings over small pictures of any shape."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    kernel = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    least = kernel if padding == "VALID" else (1, 1)
    return Windows(
        batch=draw(st.integers(1, 3)),
        height=draw(st.integers(least[0], 12)),
        width=draw(st.integers(least[1], 12)),
        channels=draw(st.integers(1, 9)),
        kernel=kernel,
        stride=draw(st.integers(1, 3)),
        padding=padding,
        seed=draw(st.integers(0, 2**16)),
    )
