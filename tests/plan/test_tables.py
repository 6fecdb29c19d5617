"""Arena, taps, tiles and turns: every number has its place, every unit its turn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npinception.kernels import reference
from npinception.kernels.vector_unit import VectorUnit
from npinception.plan.arena import arena_offsets
from npinception.plan.blocks import TERMS_PER_SUM, partial_sum
from npinception.plan.stages import Lifetime
from npinception.plan.taps import OUTSIDE, tap_table
from npinception.plan.tiles import tile_runs
from npinception.plan.turns import Work, cut_into_turns
from tests.kernels.cases import Windows, windows

UNIT = VectorUnit("test", 16, True, ((14, 2), (13, 2), (9, 3)))


@st.composite
def buffers(draw: st.DrawFn) -> list[tuple[int, Lifetime]]:
    count = draw(st.integers(1, 12))
    result = []
    for _ in range(count):
        first = draw(st.integers(0, 8))
        last = first + draw(st.integers(0, 4))
        result.append((draw(st.integers(1, 500)), Lifetime(first, last)))
    return result


@given(buffers())
def test_buffers_that_live_together_do_not_overlap(own: list[tuple[int, Lifetime]]) -> None:
    sizes = {str(i): size for i, (size, _) in enumerate(own)}
    lifetimes = {str(i): lifetime for i, (_, lifetime) in enumerate(own)}
    offsets, total = arena_offsets(sizes, lifetimes)
    for a in sizes:
        assert offsets[a] % 16 == 0
        assert offsets[a] + sizes[a] <= total
        for b in sizes:
            if a < b and lifetimes[a].overlaps(lifetimes[b]):
                apart = offsets[a] + sizes[a] <= offsets[b] or offsets[b] + sizes[b] <= offsets[a]
                assert apart, (a, b)
    assert total <= sum(size + 15 for size in sizes.values())


def test_memory_is_used_again() -> None:
    lifetimes = {"a": Lifetime(0, 1), "b": Lifetime(1, 2), "c": Lifetime(2, 3)}
    offsets, total = arena_offsets({"a": 160, "b": 160, "c": 160}, lifetimes)
    assert total == 320
    assert offsets["a"] == offsets["c"]


@given(case=windows(), pictures=st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_the_tap_table_is_im2col(case: Windows, pictures: int) -> None:
    """Following the table gives the matrix that im2col builds."""
    x = np.concatenate([case.picture()] * pictures)
    _, height, width, channels = x.shape
    table = tap_table(len(x), height, width, case.kernel, case.stride, case.padding, spare=5)
    assert table.dtype == np.int32
    assert (table[:, -5:] == OUTSIDE).all()
    pixels = np.vstack([x.reshape(-1, channels), np.zeros((1, channels), x.dtype)])
    ours = pixels[table[:, :-5]]  # OUTSIDE is -1: the row of zeros
    expected = reference.im2col(x, case.kernel, case.stride, case.padding)
    assert np.array_equal(ours.transpose(1, 0, 2).reshape(expected.shape), expected)


@given(pixels=st.integers(1, 6000), vectors=st.sampled_from([2, 3]))
def test_tiles_cover_the_pixels_once(pixels: int, vectors: int) -> None:
    end = 0
    for run in tile_runs(pixels, vectors, UNIT):
        rows, wide = UNIT.tiles[run.kind]
        assert (run.first, wide) == (end, vectors)
        assert run.tiles > 0
        end += run.tiles * rows
    assert pixels <= end < pixels + 14


@pytest.mark.parametrize(("pixels", "in_vain"), [(289, 0), (64, 1), (1225, 0), (5041, 0)])
def test_the_maps_of_the_network_waste_next_to_nothing(pixels: int, in_vain: int) -> None:
    runs = tile_runs(pixels, 2, UNIT)
    assert sum(UNIT.tiles[run.kind][0] * run.tiles for run in runs) == pixels + in_vain


works = st.lists(
    st.builds(Work, st.integers(0, 9), st.integers(1, 200), st.floats(100, 1e6)),
    min_size=1,
    max_size=8,
)


@given(works=works, threads=st.integers(1, 64))
def test_every_unit_has_one_turn(works: list[Work], threads: int) -> None:
    works = [Work(i, work.units, work.cost) for i, work in enumerate(works)]
    units = [
        (turn.block, unit)
        for turn in cut_into_turns(works, threads)
        for unit in range(turn.first, turn.first + turn.units)
    ]
    assert units == [(work.block, unit) for work in works for unit in range(work.units)]


def test_turns_shrink_towards_the_end() -> None:
    turns = cut_into_turns([Work(0, 1000, 5000.0)], threads=2)
    counts = [turn.units for turn in turns]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 40
    assert counts[-1] == 1


@given(taps=st.integers(1, 25), depth=st.integers(1, 4000))
def test_partial_sums_are_of_even_length(taps: int, depth: int) -> None:
    sum_taps, sum_depth = partial_sum(taps, depth)
    assert 1 <= sum_taps <= taps
    assert sum_taps * sum_depth <= TERMS_PER_SUM
    assert sum_depth == depth or sum_taps == 1
    assert sum_depth * 2 > min(depth, TERMS_PER_SUM)
