"""How worker threads share work without locks: one atomic counter, one patient wait.

Threads draw numbers from a counter until there are none left, each number is a piece of
work, and each finished piece is counted by a second counter. Whoever runs out of work
waits until the second counter is full. No thread waits for a *thread*, only for pieces
another one has drawn: a helper that arrives late, or never, costs time but not progress.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from .jit import compiled_part
from .vector_code import element_address

Counters: TypeAlias = NDArray[np.int64]
Pauses: TypeAlias = NDArray[np.int64]

#: Polls before a waiting thread yields (some microseconds) and before it sleeps (some tens).
_POLLS_BEFORE_YIELD = 200
_POLLS_BEFORE_NAP = 300

#: Elements of the pauses.
YIELD, NAP, NAP_LENGTH = 0, 1, 2


@intrinsic
def fetch_add(_: Any, counters: Any, index: Any, amount: Any) -> Any:
    """Add ``amount`` to ``counters[index]`` (int64) atomically; return the value before."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = element_address(context, builder, signature.args[0], args[0], args[1])
        return builder.atomic_rmw("add", address, args[2], "acq_rel")

    return types.int64(counters, types.int64, types.int64), generate


@intrinsic
def load_acquire(_: Any, counters: Any, index: Any) -> Any:
    """Return ``counters[index]``, and with it everything written before it was counted."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = element_address(context, builder, signature.args[0], args[0], args[1])
        return builder.load_atomic(address, "acquire", 8)

    return types.int64(counters, types.int64), generate


@intrinsic
def call_address(_: Any, address: Any, argument: Any) -> Any:
    """Call the C function ``int f(unsigned)`` at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = ir.IntType(32)
        function = builder.inttoptr(args[0], ir.FunctionType(number, [number]).as_pointer())
        builder.call(function, [builder.trunc(args[1], number)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@compiled_part
def wait_for_count(counters: Counters, index: int, target: int, pauses: Pauses) -> None:
    """Return once ``counters[index]`` has reached ``target``.

    The wait is a few microseconds if every thread has a core to itself. If not, whoever is
    waited for needs this one: it is offered by a yield, then left for a nap at a time.
    ``pauses`` are the addresses of the system's functions for the two (0: none), and how
    long a nap is.
    """
    polls = 0
    while load_acquire(counters, index) < target:
        polls += 1
        if polls > _POLLS_BEFORE_NAP and pauses[NAP] != 0:
            call_address(pauses[NAP], pauses[NAP_LENGTH])
        elif polls > _POLLS_BEFORE_YIELD and pauses[YIELD] != 0:
            call_address(pauses[YIELD], 0)
