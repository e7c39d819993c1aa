"""The tutorial's task with a longer wait: the first symbol decides the last one, any number of steps later.

What grows is the lag, and with it the alphabet and the share of steps that do not need the first symbol.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.errors import StudyError
from study.sequences.tasks.base import Sequences, Task


@dataclass(frozen=True)
class LongLag(Task):
    """Two sequences that agree but for their first symbol, which is also their last; fillers all differ.

    Task 2a of Hochreiter and Schmidhuber (1997) with p = lag + 1; a lag of 3 is the tutorial's task.

    Parameters
    ----------
    lag : int, default 3
        Steps back from the ambiguous input to the first symbol; at least 1.

    Raises
    ------
    StudyError
        If the lag is less than 1.

    Examples
    --------
    ::

        lag 3:  3,0,1,2 -> 3        4,0,1,2 -> 4
        lag 5:  5,0,1,2,3,4 -> 5    6,0,1,2,3,4 -> 6

    >>> LongLag(lag=5).sequences(0)[0]
    (5, 0, 1, 2, 3, 4, 5)
    """

    lag: int = 3

    def __post_init__(self) -> None:
        if self.lag < 1:
            raise StudyError(f"lag is {self.lag}; it must be 1 or more, the steps from the first symbol to its use")

    def sequences(self, seed: int) -> Sequences:
        """Give the two sequences, whatever the seed."""
        return tuple((first, *range(self.lag), first) for first in (self.lag, self.lag + 1))
