"""The tutorial's task: two sequences that agree but for their first symbol, which is also their last.

Small enough to know everything about it, and hard for one reason alone: after ``2`` only the first symbol helps.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.tasks.base import Sequences, Task


@dataclass(frozen=True)
class TwoSequences(Task):
    """Predict the next symbol of ``3,0,1,2,3`` and ``4,0,1,2,4``; Task 2a of Hochreiter and Schmidhuber with p = 4.

    Examples
    --------
    ::

        3 -> 0    0 -> 1    1 -> 2    2 -> 3   because it began with 3
        4 -> 0    0 -> 1    1 -> 2    2 -> 4   because it began with 4
    """

    def sequences(self, seed: int) -> Sequences:
        """Give the two sequences, whatever the seed."""
        return ((3, 0, 1, 2, 3), (4, 0, 1, 2, 4))
