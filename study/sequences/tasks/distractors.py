"""One symbol must be kept over a thousand distractors, until a trigger asks for it: Task 2c of 1997.

Nothing but the trigger tells when the answer is due, so counting steps does not help.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from study.errors import StudyError
from study.sequences.encoding import NO_TARGET, Integers
from study.sequences.tasks.base import Sequences, Task, beginning_of_stream

STOPS = 0.1  # probability that the trigger comes next, once the prefix is over


@dataclass(frozen=True)
class Distractors(Task):
    """Sequences of random distractors whose second symbol is asked for by a trigger, after no fixed time.

    Task 2c of Hochreiter and Schmidhuber (1997): symbols a1 to ap, e, b, x and y. A sequence begins with b, then x or y
    with probability 1/2 each, then q distractors; each further symbol is a distractor with probability 9/10, or the
    trigger e with 1/10, after which the second symbol comes again and the sequence ends. From the second symbol to the
    trigger it is ``q + 1`` steps or more, and a sequence has ``q + 4`` symbols or more, ``q + 13`` on average. Nothing
    but the second symbol tells the last one, so without memory of it half of them is the most that can be right.

    Parameters
    ----------
    p : int, default 50
        Distractors of the alphabet, which has ``p + 4`` symbols, in the order above.
    q : int, default 50
        Distractors that come in any case.
    longest : int, default 0
        Symbols of the longest sequence, for networks that need a window: the trigger then comes in time, which the
        paper does not have. 0 for none.

    Raises
    ------
    StudyError
        If there is no distractor, a negative number of them, or no room for them in the longest sequence.

    Examples
    --------
    ::

        p 5, q 3:    b,y,4,0,0,e -> y      b,x,1,3,1,2,0,e -> x

    >>> task = Distractors(p=5, q=3)
    >>> task.alphabet
    (0, 1, 2, 3, 4, 'e', 'b', 'x', 'y')
    >>> {(sequence[0], sequence[-2], sequence[1] == sequence[-1]) for sequence in task.sequences(0)}
    {('b', 'e', True)}
    """

    p: int = 50
    q: int = 50
    longest: int = 0

    def __post_init__(self) -> None:
        if self.p < 1 or self.q < 0:
            raise StudyError(
                f"p is {self.p} and q {self.q}; p must be 1 or more, the kinds of distractors, and q 0 or more, how "
                "many come in any case"
            )
        if self.longest and self.longest < self.q + 4:
            raise StudyError(f"longest of distractors is {self.longest}; it must be at least q + 4, {self.q + 4}, or 0")

    @property
    def varies(self) -> bool:
        """Each seed has sequences of its own."""
        return True

    @property
    def alphabet(self) -> tuple[Hashable, ...]:
        """The distractors, the trigger, what begins a sequence, and the two symbols that are asked for."""
        return (*range(self.p), "e", "b", "x", "y")

    @property
    def lengths(self) -> tuple[int, int | None]:
        """Symbols of the shortest and of the longest sequence; none where there is no longest."""
        return self.q + 4, self.longest or None

    def sequences(self, seed: int) -> Sequences:
        """Give the beginning of the seed's stream."""
        return beginning_of_stream(self, seed)

    def stream(self, generator: np.random.Generator, count: int) -> Integers:
        """Draw the next sequences of a stream; see `Task.stream`."""
        trigger, begin, asked = range(self.p, self.p + 3)  # columns; asked is x, and y the one after
        last = self.lengths[0] + generator.geometric(STOPS, size=count) - 2  # place of the last symbol
        if self.longest:
            last = np.minimum(last, self.longest - 1)
        columns = generator.integers(self.p, size=(count, int(last.max()) + 1))
        rows = np.arange(count)
        columns[:, 0], columns[:, 1] = begin, asked + generator.integers(2, size=count)
        columns[rows, last - 1], columns[rows, last] = trigger, columns[:, 1]
        columns[np.arange(columns.shape[1]) > last[:, None]] = NO_TARGET
        return columns
