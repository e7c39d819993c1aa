"""A study of two conflicting sequences, and a tool that tells what a stateful network can know of its past."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from study.errors import StudyError
    from study.explain import why
    from study.sequences.frames import to_lanes
    from study.watching.front import watch
    from study.watching.loaders import assert_lanes_continue

__all__ = ["StudyError", "assert_lanes_continue", "to_lanes", "watch", "why"]

PLACES = {
    "StudyError": "study.errors",
    "assert_lanes_continue": "study.watching.loaders",
    "to_lanes": "study.sequences.frames",
    "watch": "study.watching.front",
    "why": "study.explain",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, so that using one part of the package does not load all of it."""
    if name in PLACES:
        return getattr(import_module(PLACES[name]), name)
    raise AttributeError(f"module 'study' has no attribute {name!r}")
