"""Every operation as a NumPy formula, in float32 or float64.

This is the project's oracle and its teaching text: run in float64 it is the truth
every other engine is measured against. Arrays are NHWC, filters HWIO, windows slide
as TensorFlow's SAME and VALID say. Each function takes an optional ``out`` array and
returns it.
"""

from .conv import conv2d
from .dense import dense
from .gemm import gemm
from .im2col import im2col
from .normalization import batch_norm
from .pointwise import concat, relu, softmax
from .pool import avg_pool, global_avg_pool, max_pool

__all__ = [
    "avg_pool",
    "batch_norm",
    "concat",
    "conv2d",
    "dense",
    "gemm",
    "global_avg_pool",
    "im2col",
    "max_pool",
    "relu",
    "softmax",
]
