"""How the networks of 1997 are compiled: as the kernel is, but that arrays are borrowed from Python, never counted.

Numba counts who holds an array whenever one is handed on. With a dozen of them in `Memory` that takes several times as
long as the arithmetic of a step, and nothing here makes an array or keeps one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from study.training.kernel.vectors.compiling import EXACT, kept

Function = TypeVar("Function", bound=Callable[..., Any])
BORROWED: dict[str, Any] = {**EXACT, "_nrt": False}


def part(function: Function) -> Function:
    """Make a function that compiled code calls."""
    return cast(Function, numba.njit(**BORROWED)(function))


def inlined(function: Function) -> Function:
    """Make one that is written out wherever it is called."""
    return cast(Function, numba.njit(forceinline=True, **BORROWED)(function))


def entry(function: Function) -> Function:
    """Make a function that Python calls."""
    return kept(function, BORROWED)
