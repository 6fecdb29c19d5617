"""im2col in Numba: every window of a picture becomes one row of a matrix."""

from __future__ import annotations

from .arrays import Float32, contiguous, output_array, window_shape
from .geometry import padding_before
from .jit import compiled


def im2col(
    x: Float32,
    kernel: tuple[int, int],
    stride: int = 1,
    padding: str = "SAME",
    out: Float32 | None = None,
) -> Float32:
    """Return the matrix whose rows are the windows of ``x``.

    [N, H, W, C] gives [N * H' * W', KH * KW * C]; see
    :func:`npinception.kernels.reference.im2col` for the order of rows and columns.
    """
    x = contiguous(x)
    n, rows, columns = window_shape(x, kernel, stride, padding)
    out = output_array(out, (n * rows * columns, kernel[0] * kernel[1] * x.shape[3]))
    top = padding_before(x.shape[1], kernel[0], stride, padding)
    left = padding_before(x.shape[2], kernel[1], stride, padding)
    windows = out.reshape(n, rows, columns, kernel[0], kernel[1], x.shape[3])
    _im2col(x, windows, stride, top, left)
    return out


@compiled
def _im2col(x: Float32, windows: Float32, stride: int, top: int, left: int) -> None:
    """Fill ``windows`` [N, H', W', KH, KW, C] from ``x`` [N, H, W, C].

    ``top`` and ``left`` are the pixels of padding before the first row and column.
    """
    n, rows, columns, kernel_height, kernel_width, channels = windows.shape
    height, width = x.shape[1:3]
    for picture in range(n):
        for row in range(rows):
            for column in range(columns):
                for i in range(kernel_height):
                    y = row * stride + i - top
                    for j in range(kernel_width):
                        z = column * stride + j - left
                        if 0 <= y < height and 0 <= z < width:
                            for k in range(channels):
                                windows[picture, row, column, i, j, k] = x[picture, y, z, k]
                        else:
                            for k in range(channels):
                                windows[picture, row, column, i, j, k] = 0.0
