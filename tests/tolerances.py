"""Every tolerance of the test suite, with its derivation.

``u`` is the unit roundoff of float32, half the gap above 1. A sum of K products computed
in any order, rounded after each operation, differs from the exact one by at most

    K u / (1 - K u) * sum(|a_k| |b_k|)

(Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1). That bound holds
element by element for gemm, convolution, dense layers and average pools; it is computed
with the float64 reference on absolute values, so that it scales with the data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNIT_ROUNDOFF = 2.0**-24

#: Relative L2 distance below which two outputs come from the same network. Rounding shows
#: at about 1e-6 after 94 layers; the smallest graph error known, scaling pixels by 128
#: instead of 127.5, shows at 3e-3.
SAME_NETWORK = 1e-4

#: Our distance from the float64 truth may be this much larger than TensorFlow's own.
ROUNDING_RATIO = 1.5

#: The same against PyTorch, whose convolutions are closer to the truth than TensorFlow's:
#: 1.52 was met (reference engine, pooled features at 299x299), below 1.4 elsewhere.
TORCH_ROUNDING_RATIO = 2.0

#: The distance of a handful of numbers is luck: either side may hit the truth almost
#: exactly. Outputs of fewer numbers than these are allowed the distance that rounding
#: alone has at the end of the network.
FEW_NUMBERS, FEW_NUMBERS_DISTANCE = 64, 1e-6

#: A softmax is computed in float64 and rounded once, to a number of at most 1.
SOFTMAX = 1.01 * UNIT_ROUNDOFF

#: A pixel in [-1, 1] by two orders of the same few operations: slim scales to [0, 1], then
#: interpolates (nine roundings at most) and shifts; we interpolate first. Each rounding is
#: of a value below 1, and the last step doubles what went before.
SCALED_PIXEL = 48 * UNIT_ROUNDOFF

#: A pixel in 0..255 averaged along rows then columns, or the other way round: two roundings
#: each way, and the cubic's weights sum to less than 1.5 in absolute value.
AVERAGED_PIXEL = 4 * 1.5 * 255 * UNIT_ROUNDOFF


def sum_bound(terms: int, magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest error of sums of ``terms`` products.

    ``magnitude`` is the same sum over absolute values. One more rounding is allowed for
    the result itself.
    """
    k = terms + 1
    return k * UNIT_ROUNDOFF / (1 - k * UNIT_ROUNDOFF) * magnitude


def relative_l2(ours: NDArray[np.floating], truth: NDArray[np.floating]) -> float:
    """Return ``|ours - truth| / |truth|`` in the L2 norm, computed in float64.

    Shapes must be equal: broadcasting would hide a wrong one.
    """
    assert ours.shape == truth.shape, (ours.shape, truth.shape)
    difference = ours.astype(np.float64) - truth.astype(np.float64)
    return float(np.linalg.norm(difference) / np.linalg.norm(truth.astype(np.float64)))
