"""The tutorial's task: two sequences that agree but for their first symbol, which is also their last.

Small enough to know everything about it, and hard for one reason alone: after ``2`` only the first symbol helps.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.errors import StudyError
from study.sequences.tasks.base import Sequences, Task


@dataclass(frozen=True)
class TwoSequences(Task):
    """Predict the next symbol of ``3,0,1,2,3`` and ``4,0,1,2,4``; Task 2a of Hochreiter and Schmidhuber with p = 4.

    Parameters
    ----------
    passes : int, default 1
        How often each sequence is repeated; each pass begins with the symbol that ended the one before.

    Raises
    ------
    StudyError
        If there is no pass.

    Examples
    --------
    ::

        3 -> 0    0 -> 1    1 -> 2    2 -> 3   because it began with 3
        4 -> 0    0 -> 1    1 -> 2    2 -> 4   because it began with 4

    >>> TwoSequences(passes=2).sequences(0)[0]
    (3, 0, 1, 2, 3, 0, 1, 2, 3)
    """

    passes: int = 1

    def __post_init__(self) -> None:
        if self.passes < 1:
            raise StudyError(f"passes is {self.passes}; it must be 1 or more, how often a sequence is gone through")

    def sequences(self, seed: int) -> Sequences:
        """Give the two sequences, whatever the seed."""
        return tuple((first, *((0, 1, 2, first) * self.passes)) for first in (3, 4))
