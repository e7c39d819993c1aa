"""How the kernel's functions are compiled: once for all shapes, kept between processes where there is a place for it.

Numba sees that a kept function is old by its own file alone, so the name that it is kept under holds a hash of all
files that it is made of.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.extending import intrinsic

from study.training.kernel.kept import INDEX, sources_of

Function = TypeVar("Function", bound=Callable[..., Any])
# Divisions by zero give infinities, as everywhere; nothing may be computed in another order than it is written. Arrays
# are borrowed from Python: counting who holds each, whenever one is handed on, would take longer than some arithmetic.
EXACT: dict[str, Any] = {"error_model": "numpy", "fastmath": False, "_nrt": False}
_told: list[str] = []  # what was said


def arithmetic(function: Function) -> Function:
    """Make a function that compiled code calls."""
    return cast(Function, numba.njit(**EXACT)(function))


def inlined(function: Function) -> Function:
    """Make one that is written out wherever it is called."""
    return cast(Function, numba.njit(forceinline=True, **EXACT)(function))


def instruction(define: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function of compiled code out of one that gives its type and writes its instructions."""
    return cast(Callable[..., Any], intrinsic(define))


def entry(function: Function) -> Function:
    """Make a function that Python calls: compiled at its first call, or found as an earlier process has left it."""
    function.__qualname__ += f"_{sources_of(Path(function.__code__.co_filename).parent)}"
    try:
        compiled = numba.njit(cache=True, nogil=True, **EXACT)(function)
    except RuntimeError:  # no folder can be written, neither beside the source nor the user's own
        _say("no folder can be written to keep it in, so each process does it; NUMBA_CACHE_DIR names one")
        return cast(Function, numba.njit(nogil=True, **EXACT)(function))
    if not any(Path(compiled.stats.cache_path).glob(f"*.{function.__qualname__}-*{INDEX}")):
        _say("it is kept, and found by all later processes")
    return cast(Function, compiled)


def _say(what: str) -> None:
    """Say, once in a process, that compiling takes a while."""
    if not _told:
        _told.append(what)
        print(f"compiling what trains networks, which takes up to half a minute: {what}", file=sys.stderr)
