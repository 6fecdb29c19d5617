"""The fused kernels on layers of any shape, against the NumPy formulas in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from npinception.config import Config
from npinception.engines.execution import execute, view
from npinception.engines.packed import PackedParameters
from npinception.graph import Graph
from npinception.kernels import reference
from npinception.kernels.arrays import aligned_empty
from npinception.kernels.vector_unit import unit_of_assembly, vector_unit
from npinception.nodes import Convolution, Input, Node, Operation, Pooling
from npinception.plan.program import build_program
from tests.kernels.cases import Windows, windows
from tests.tolerances import UNIT_ROUNDOFF, sum_bound

Float32 = NDArray[np.float32]


def layer(case: Windows, operation: Operation, depth: int) -> Graph:
    """Return the network of one layer."""
    nodes = {
        "input": Node("input", Input(), (), (case.height, case.width, case.channels)),
        "layer": Node("layer", operation, ("input",), (*case.output_shape[1:], depth)),
    }
    return Graph(Config.of("keras"), nodes, {"layer": "layer"})


def run(
    graph: Graph, x: Float32, parameters: dict[str, Float32], name: str = "layer", threads: int = 2
) -> Float32:
    """Compute one node of a network."""
    packed = PackedParameters(graph, parameters)
    program = build_program(graph, [name], len(x), threads, packed.layout, vector_unit())
    arena = aligned_empty(program.arena_floats)
    arena[:] = np.nan  # nothing may read what was not written
    execute(program, x, arena, packed.filters, packed.biases, threads)
    return view(program.outputs[name], arena, x)


@settings(max_examples=80, deadline=None)
@given(case=windows(), depth=st.integers(1, 70))
def test_convolution_with_bias(case: Windows, depth: int) -> None:
    operation = Convolution(
        case.kernel, case.stride, case.padding, case.channels, depth, batch_norm=False
    )
    x, filters = case.picture(), case.filters(depth)
    bias = np.random.default_rng(case.seed).standard_normal(depth).astype(np.float32)
    parameters = {"InceptionV3/layer/weights": filters, "InceptionV3/layer/biases": bias}
    ours = run(layer(case, operation, depth), x, parameters)

    def convolution(x: NDArray[np.float32], w: NDArray[np.float32]) -> NDArray[np.float64]:
        return reference.conv2d(x.astype(float), w.astype(float), case.stride, case.padding)

    terms = case.kernel[0] * case.kernel[1] * case.channels + 1
    magnitude = convolution(abs(x), abs(filters)) + abs(bias)
    assert ours.shape == magnitude.shape
    assert ours.dtype == np.float32
    assert np.all(abs(ours - (convolution(x, filters) + bias)) <= sum_bound(terms, magnitude))


def with_batch_norm(depth: int, filters: Float32, mean: float) -> dict[str, Float32]:
    scope = "InceptionV3/layer"
    return {
        f"{scope}/weights": filters,
        f"{scope}/BatchNorm/beta": np.zeros(depth, np.float32),
        f"{scope}/BatchNorm/moving_mean": np.full(depth, mean, np.float32),
        f"{scope}/BatchNorm/moving_variance": np.ones(depth, np.float32),
    }


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_relu_keeps_nan_and_cuts_what_is_below_zero(bad: float) -> None:
    case = Windows(1, 6, 7, 3, (1, 1), 1, "VALID", 4)
    operation = Convolution((1, 1), 1, "VALID", 3, 40, batch_norm=True)
    x = case.picture()
    x[0, 2, 3, 1] = bad
    ours = run(layer(case, operation, 40), x, with_batch_norm(40, case.filters(40), 0.1))
    with np.errstate(invalid="ignore"):
        z = (reference.conv2d(x.astype(float), case.filters(40).astype(float)) - 0.1) / 1.001**0.5
    expected = np.where(z < 0, 0, z)
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)
    assert (ours == 0).any()
    assert np.isnan(ours).any() == np.isnan(bad)


@settings(max_examples=60, deadline=None)
@given(case=windows(), kind=st.sampled_from(["max", "avg"]), full=st.booleans())
def test_pools(case: Windows, kind: str, full: bool) -> None:
    divisor = "full" if full else "valid"
    operation = Pooling(kind, case.kernel, case.stride, case.padding, divisor)
    # Pools read the arena, not the picture: put an exact convolution before them.
    one = Convolution((1, 1), 1, "VALID", case.channels, case.channels, batch_norm=False)
    graph = layer(case, operation, case.channels)
    shape = (case.height, case.width, case.channels)
    nodes = {
        "input": graph.nodes["input"],
        "copy": Node("copy", one, ("input",), shape),
        "layer": Node("layer", operation, ("copy",), graph.nodes["layer"].shape),
    }
    x = case.picture()
    parameters = {
        "InceptionV3/copy/weights": np.eye(case.channels, dtype=np.float32)[None, None],
        "InceptionV3/copy/biases": np.zeros(case.channels, np.float32),
    }
    ours = run(Graph(graph.config, nodes, {}), x, parameters)
    pool = {"max": reference.max_pool, "avg": reference.avg_pool}[kind]
    options = {} if kind == "max" else {"divisor": divisor}
    exact = pool(x.astype(float), case.kernel, case.stride, case.padding, **options)
    if kind == "max":
        assert np.array_equal(ours, exact)
        return
    terms = case.kernel[0] * case.kernel[1]
    magnitude = pool(abs(x.astype(float)), case.kernel, case.stride, case.padding, **options)
    bound = sum_bound(terms, magnitude) + 2 * UNIT_ROUNDOFF * abs(exact)
    assert np.all(abs(ours - exact) <= bound)


def test_a_wrong_tap_would_be_noticed() -> None:
    case = Windows(1, 9, 9, 4, (1, 7), 1, "SAME", 3)
    operation = Convolution((1, 7), 1, "SAME", 4, 8, batch_norm=False)
    filters = case.filters(8)
    parameters = {
        "InceptionV3/layer/weights": filters[:, ::-1].copy(),  # mirrored: a convolution
        "InceptionV3/layer/biases": np.zeros(8, np.float32),
    }
    ours = run(layer(case, operation, 8), case.picture(), parameters)
    truth = reference.conv2d(case.picture(), filters)
    assert np.linalg.norm(ours - truth) > 0.1 * np.linalg.norm(truth)


@pytest.mark.parametrize(
    ("assembly", "name"),
    [
        ("vfmadd213ps %zmm2, %zmm1, %zmm0", "AVX-512"),
        ("vfmadd213ps %ymm4, %ymm2, %ymm0", "AVX2"),
        ("vmulps %ymm4, %ymm2, %ymm0\ncallq fmaf", "AVX"),
        ("fmla v4.4s, v0.4s, v2.4s", "NEON"),
        ("callq fmaf@PLT", "generic"),
    ],
)
def test_the_vector_unit_is_read_off_the_assembly(assembly: str, name: str) -> None:
    unit = unit_of_assembly(assembly)
    assert unit.name == name
    for rows, vectors in unit.tiles:
        registers = 32 if unit.name in ("AVX-512", "NEON") else 16
        assert rows * vectors + vectors + 1 <= registers
