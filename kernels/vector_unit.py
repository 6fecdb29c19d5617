"""Which vector registers the kernels are compiled for, and the tiles that fit them.

Numba compiles for the host, or for the machine named by ``NUMBA_CPU_NAME`` and
``NUMBA_CPU_FEATURES``. Neither says directly how wide a register is, so LLVM is asked:
it compiles one multiply-add of sixteen floats, and the assembly shows what it used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import llvmlite.binding as llvm
from numba.core.registry import cpu_target

#: Rows (pixels) and vectors (of output channels) of a register tile.
TileShape: TypeAlias = tuple[int, int]

# Sixteen lanes: as wide as the widest register known, AVX-512's.
_FMA = "declare <16 x float> @llvm.fma.v16f32(<16 x float>, <16 x float>, <16 x float>)"
_PROBE = f"""
{_FMA}
define <16 x float> @probe(<16 x float> %a, <16 x float> %b, <16 x float> %c) {{
  %y = call <16 x float> @llvm.fma.v16f32(<16 x float> %a, <16 x float> %b, <16 x float> %c)
  ret <16 x float> %y
}}
"""


@dataclass(frozen=True)
class VectorUnit:
    """The registers that code is generated for.

    Attributes
    ----------
    name
        ``"AVX-512"``, ``"AVX2"``, ``"AVX"``, ``"NEON"`` or ``"generic"``.
    width
        Floats in a register.
    fused
        Whether a multiply-add rounds once (FMA) or twice.
    tiles
        Register tiles, widest first in pixels. Their accumulators, one row of filters
        and one broadcast input fill the registers; more would spill to memory.
    """

    name: str
    width: int
    fused: bool
    tiles: tuple[TileShape, ...]


# 32 registers hold 28 accumulators, 2 filter vectors and 1 input; 16 hold 12, 2 or 3, and 1.
# Mixed, 14x2 and 13x2 cover maps of 17x17 exactly and of 8x8 but for one pixel; 12x2 reaches
# 96 % of their rate. Three vectors serve 48 and 80 channels without padding.
_AVX512 = VectorUnit("AVX-512", 16, True, ((14, 2), (13, 2), (9, 3)))
_AVX2 = VectorUnit("AVX2", 8, True, ((6, 2), (4, 3)))
_AVX = VectorUnit("AVX", 8, False, ((6, 2), (4, 3)))
_NEON = VectorUnit("NEON", 4, True, ((12, 2), (8, 3)))
_GENERIC = VectorUnit("generic", 4, False, ((6, 2), (4, 3)))


@lru_cache(maxsize=1)
def vector_unit() -> VectorUnit:
    """Return the vector unit Numba generates code for in this process."""
    codegen = cpu_target.target_context.codegen()
    options: dict[str, object] = {"opt": 3}
    codegen._customize_tm_options(options)  # Numba's own processor name and features
    machine = llvm.Target.from_default_triple().create_target_machine(**options)
    return unit_of_assembly(machine.emit_assembly(llvm.parse_assembly(_PROBE)))


def unit_of_assembly(assembly: str) -> VectorUnit:
    """Return the vector unit that a multiply-add of sixteen floats was compiled to."""
    fused = re.search(r"\bvfn?madd\d+ps|\bfmla\b", assembly) is not None
    if "%zmm" in assembly or re.search(r"\bzmm\d", assembly):
        return _AVX512
    if re.search(r"\bymm\d", assembly):
        return _AVX2 if fused else _AVX
    return _NEON if fused else _GENERIC
