"""Weights: the HDF5 format, importers for published files, and what is published."""

from __future__ import annotations

if __name__ != "npinception.weights":
    raise ImportError("import this package as npinception.weights")
