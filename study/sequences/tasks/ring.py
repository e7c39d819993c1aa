"""Symbols in a fixed order that ends where it began, as an alphabet recited again and again.

Each symbol has one successor, so no row is ambiguous: the control for tasks that need a memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.errors import StudyError
from study.sequences.tasks.base import Sequences, Task


@dataclass(frozen=True)
class Ring(Task):
    """One sequence through all symbols and back to the first.

    Parameters
    ----------
    size : int, default 26
        Symbols, 2 or more; as many rows.

    Raises
    ------
    StudyError
        If there are fewer than 2.

    Examples
    --------
    ::

        size 4:   0 -> 1    1 -> 2    2 -> 3    3 -> 0

    >>> Ring(size=4).sequences(0)
    ((0, 1, 2, 3, 0),)
    """

    size: int = 26

    def __post_init__(self) -> None:
        if self.size < 2:
            raise StudyError(f"size is {self.size}; it must be 2 or more, the symbols of the ring")

    def sequences(self, seed: int) -> Sequences:
        """Give the sequence, whatever the seed."""
        return ((*range(self.size), 0),)
