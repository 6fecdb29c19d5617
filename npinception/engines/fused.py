"""The fused engine, the default: the network as one program that all threads run together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..config import Config
from ..errors import InputError
from ..graph import Graph, build_graph
from ..kernels.arrays import aligned_empty
from ..kernels.reference import softmax
from ..kernels.vector_unit import vector_unit
from ..nodes import Softmax
from ..plan.program import Program, build_program
from . import Array, Parameters
from .execution import execute, load_kernels, view
from .forking import EngineLock
from .packed import PackedParameters
from .threads import default_threads
from .workers import HELPERS

#: Pictures are computed side by side while their activations take less than this many
#: floats (12 MB): one of 299x299. Two, four or eight at once were no faster.
ARENA_BUDGET = 3 << 20

#: Programs kept; one for each picture size, number of pictures and set of outputs.
PROGRAMS_KEPT = 8


def create(config: Config, parameters: Parameters, threads: int | None, dtype: str) -> FusedEngine:
    """Return the engine."""
    if dtype != "float32":
        raise InputError("the fused engine computes in float32; use engine='reference'")
    return FusedEngine(config, parameters, threads)


class FusedEngine:
    """Runs a network with one compiled call per picture on ``threads`` threads.

    Every output number is one fixed chain of operations: its bits do not depend on the
    number of threads, the batch, or the other outputs asked for. Any number of Python
    threads may call :meth:`run`; they take turns.
    """

    def __init__(self, config: Config, parameters: Parameters, threads: int | None = None) -> None:
        """Read and pack the parameters, while a helper loads the kernels."""
        self.threads = default_threads() if threads is None else threads
        self._config = config
        HELPERS.invite(load_kernels, 1)
        self._packed = PackedParameters(build_graph(config, *config.input_size), parameters)
        self._programs: dict[tuple[object, ...], Program] = {}
        self._arena = aligned_empty(0)
        self._lock = EngineLock()

    def run(self, x: Array, outputs: Sequence[str]) -> dict[str, Array]:
        """Return the named nodes' values for pictures ``x`` [N, H, W, 3]."""
        graph = build_graph(self._config, x.shape[1], x.shape[2])
        x = np.asarray(x, np.float32)
        results: dict[str, Array] = {
            name: np.empty((len(x), *graph.nodes[name].shape), np.float32) for name in outputs
        }
        start = 0
        while start < len(x):
            part = slice(start, start + self._run_some(x[start:], outputs, results, start))
            _apply_softmax(graph, results, part)
            start = part.stop
        return results

    def _run_some(
        self, x: Array, outputs: Sequence[str], results: dict[str, Array], start: int
    ) -> int:
        """Write the values of the first few pictures to ``results[start:]``; return how many.

        The lock is held for these only: other callers need not wait for a whole batch.
        """
        with self._lock:
            program = self._program_for(x.shape, outputs)
            x = x[: program.pictures]
            if self._arena.size < program.arena_floats:
                self._arena = aligned_empty(program.arena_floats)
            packed = self._packed
            execute(program, x, self._arena, packed.filters, packed.biases, self.threads)
            for name, place in program.outputs.items():
                values = results[name][start : start + len(x)]
                values[...] = view(place, self._arena, x).reshape(values.shape)
        return len(x)

    def program(self, pictures: int, height: int, width: int, outputs: Sequence[str]) -> Program:
        """Return the program for some pictures of one size."""
        key = (pictures, height, width, frozenset(outputs))
        program = self._programs.pop(key, None)
        if program is None:
            graph = build_graph(self._config, height, width)
            layout = self._packed.layout
            program = build_program(graph, outputs, pictures, self.threads, layout, vector_unit())
        self._programs[key] = program  # the latest is last
        if len(self._programs) > PROGRAMS_KEPT:
            del self._programs[next(iter(self._programs))]
        return program

    def _program_for(self, shape: tuple[int, ...], outputs: Sequence[str]) -> Program:
        """Return a program for as many of the pictures as fit the budget, at least one."""
        pictures, height, width = shape[:3]
        one = self.program(1, height, width, outputs)
        at_once = min(pictures, ARENA_BUDGET // one.arena_floats)
        return one if at_once < 2 else self.program(at_once, height, width, outputs)


def _apply_softmax(graph: Graph, results: dict[str, Array], part: slice) -> None:
    """Replace logits by their softmax, row by row: the same bits in any batch."""
    with np.errstate(all="ignore"):  # Inf and NaN go where IEEE says
        for name, values in results.items():
            if isinstance(graph.nodes[name].operation, Softmax):
                for row in values[part].reshape(-1, values.shape[-1]):
                    softmax(row, out=row)
