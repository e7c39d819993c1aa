"""The first symbol decides the last one, and nothing between them can be predicted: Task 2b of 1997.

In the task with fixed fillers a network may learn the way through them by heart; here there is no such way.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from study.errors import StudyError
from study.sequences.encoding import Integers
from study.sequences.tasks.base import Sequences, Task, beginning_of_stream


@dataclass(frozen=True)
class RandomMiddle(Task):
    """Sequences that end as they began, with random symbols in between; all have one length.

    Task 2b of Hochreiter and Schmidhuber (1997): symbols a1 to a(p-1), x and y; a sequence is y, then p - 1 random ones
    of a1 to a(p-1), then y again, or the same with x, each with probability 1/2. The last symbol comes p steps after
    the first. The middle says nothing of it, so without memory of the first symbol half of the last ones is the most
    that can be right. `LongLag` with a lag of p - 1 has the same symbols and a fixed middle.

    Parameters
    ----------
    p : int, default 100
        Inputs of a sequence, at least 2; the alphabet has p + 1 symbols, x and y the last two.

    Raises
    ------
    StudyError
        If p is less than 2.

    Examples
    --------
    ::

        p 4, a1 to a3 = 0 to 2, x = 3, y = 4:    3,1,1,0 -> 3      4,2,0,2 -> 4

    >>> task = RandomMiddle(p=4)
    >>> {(len(sequence), sequence[0] == sequence[-1]) for sequence in task.sequences(0)}
    {(5, True)}
    """

    p: int = 100

    def __post_init__(self) -> None:
        if self.p < 2:
            raise StudyError(f"p of random_middle is {self.p}; it must be 2 or more, the inputs of a sequence")

    @property
    def varies(self) -> bool:
        """Each seed has sequences of its own."""
        return True

    @property
    def alphabet(self) -> tuple[Hashable, ...]:
        """The symbols of the middle, then the two that begin and end."""
        return tuple(range(self.p + 1))

    @property
    def lengths(self) -> tuple[int, int]:
        """Symbols of a sequence, twice: all have p + 1."""
        return self.p + 1, self.p + 1

    def sequences(self, seed: int) -> Sequences:
        """Give the beginning of the seed's stream."""
        return beginning_of_stream(self, seed)

    def stream(self, generator: np.random.Generator, count: int) -> Integers:
        """Draw the next sequences of a stream; see `Task.stream`."""
        columns = generator.integers(self.p - 1, size=(count, self.p + 1))
        columns[:, 0] = columns[:, -1] = self.p - 1 + generator.integers(2, size=count)
        return columns
