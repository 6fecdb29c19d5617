"""The machine: what it is, and the most multiply-adds it can do in a second."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from npinception.kernels.vector_unit import vector_unit

#: Sums that grow side by side. A multiply-add takes four cycles and two begin in each, so
#: eight would do; more hide whatever else the loop does, and sixteen registers hold twelve.
CHAINS = 12

_STEPS = 100_000


def describe() -> dict[str, Any]:
    """Return what a reader must know to compare figures."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "vectors": vector_unit().name,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_average() -> float:
    """Return how many processes wanted a core in the last minute; 0 where nobody counts."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def fma_peak(threads: int, seconds: float = 0.03) -> float:
    """Return the GFLOP/s of ``threads`` cores that do nothing but multiply and add.

    Every operand stays in a register. No convolution that computes all its products can be
    faster. A multiply-add counts as two operations.
    """
    half = np.float32(0.5)  # an argument: LLVM would compute a constant chain itself
    _chain_sums(1, half)  # compiles
    start = time.perf_counter()
    _chain_sums(_STEPS, half)
    once = time.perf_counter() - start
    steps = max(_STEPS, int(_STEPS * seconds / once))
    workers = [_start(_chain_sums, steps, half) for _ in range(threads - 1)]
    start = time.perf_counter()
    _chain_sums(steps, half)
    for worker in workers:
        worker.join()
    elapsed = time.perf_counter() - start
    return 2 * CHAINS * vector_unit().width * steps * threads / elapsed / 1e9


def _start(function: Callable[..., Any], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    return thread


@numba.njit(nogil=True)  # type: ignore[untyped-decorator]
def _chain_sums(steps: int, factor: np.float32) -> Any:
    """Do ``steps`` times `CHAINS` multiply-adds of whole vectors."""
    return _chains(steps, factor)


@intrinsic  # type: ignore[untyped-decorator]
def _chains(_: Any, steps: Any, factor: Any) -> Any:
    """Return a lane of ``sum = sum * factor + factor``, computed in every chain's vector."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        unit = vector_unit()
        vector = ir.VectorType(ir.FloatType(), unit.width)
        number = ir.IntType(64)
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), unit.width), [0] * unit.width)
        undefined = ir.Constant(vector, ir.Undefined)
        scalar = builder.insert_element(undefined, args[1], ir.IntType(32)(0))
        factors = builder.shuffle_vector(scalar, undefined, lanes)
        function = ir.FunctionType(vector, [vector] * 3)
        fma = cgutils.get_or_insert_function(builder.module, function, f"llvm.fma.v{unit.width}f32")
        before, loop, after = (
            builder.block,
            builder.append_basic_block("loop"),
            builder.append_basic_block("after"),
        )
        builder.branch(loop)
        builder.position_at_end(loop)
        count = builder.phi(number)
        count.add_incoming(args[0], before)
        sums = [builder.phi(vector) for _ in range(CHAINS)]
        results = []
        for index, total in enumerate(sums):
            total.add_incoming(ir.Constant(vector, [float(index)] * unit.width), before)
            if unit.fused:
                grown = builder.call(fma, [total, factors, factors])
            else:
                grown = builder.fadd(builder.fmul(total, factors), factors)
            total.add_incoming(grown, loop)
            results.append(grown)
        left = builder.sub(count, number(1))
        count.add_incoming(left, loop)
        builder.cbranch(builder.icmp_signed(">", left, number(0)), loop, after)
        builder.position_at_end(after)
        result = results[0]
        for grown in results[1:]:
            result = builder.fadd(result, grown)
        return builder.extract_element(result, ir.IntType(32)(0))

    return types.float32(types.int64, types.float32), generate


def _processor() -> str:
    """Return the processor's name as the system gives it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
