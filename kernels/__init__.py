"""The array loops: NumPy formulas in :mod:`.reference`, the same operations in Numba here.

Each operation has the same name, arguments and result in both; arrays are NHWC,
filters HWIO. ``from npinception.kernels.conv import conv2d`` gets one alone.
"""

from __future__ import annotations

if __name__ != "npinception.kernels":
    raise ImportError("import this package as npinception.kernels")
