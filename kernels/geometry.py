"""How a window slides over an axis: TensorFlow's SAME and VALID arithmetic.

Source: the "Notes on padding" of ``tf.nn``. SAME pads so that every stride-th
position has a window; an odd pixel of padding goes *behind* the axis. VALID takes
only windows that lie inside.
"""

from __future__ import annotations


def output_size(size: int, kernel: int, stride: int, padding: str) -> int:
    """Return how many windows of ``kernel`` fit an axis of ``size`` (0 if none does).

    Raises
    ------
    ValueError
        If ``padding`` is neither ``"SAME"`` nor ``"VALID"``, or a size is not positive.
    """
    if size < 0 or kernel < 1 or stride < 1:
        raise ValueError(f"size {size}, kernel {kernel} and stride {stride} must be positive")
    if padding == "SAME":
        return -(-size // stride)
    if padding == "VALID":
        return max(0, (size - kernel) // stride + 1)
    raise ValueError(f"padding must be 'SAME' or 'VALID', not {padding!r}")


def padding_before(size: int, kernel: int, stride: int, padding: str) -> int:
    """Return how many pixels of padding stand before the first one of the axis."""
    return _padding_total(size, kernel, stride, padding) // 2


def padding_after(size: int, kernel: int, stride: int, padding: str) -> int:
    """Return how many pixels of padding stand behind the last one of the axis."""
    total = _padding_total(size, kernel, stride, padding)
    return total - total // 2


def _padding_total(size: int, kernel: int, stride: int, padding: str) -> int:
    """Return the pixels SAME needs beyond the axis; VALID never pads."""
    windows = output_size(size, kernel, stride, padding)
    if padding == "VALID":
        return 0
    return max(0, (windows - 1) * stride + kernel - size)
