"""Random sequences that end as they began, to find out whether the rule is learnt or the examples.

Each seed draws its own, a few to train on and others of the same kind that are kept apart for scoring.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache

import numpy as np

from study.errors import StudyError
from study.randomness import stream
from study.sequences.encoding import NO_TARGET, Integers
from study.sequences.tasks.base import Sequences, Task

HELD_OUT = 50  # sequences of each length that are kept apart


@dataclass(frozen=True)
class RandomSequences(Task):
    """Different sequences of random symbols, the last of which is the first.

    A seed's sequences are drawn one after the other, those kept apart first. So these are the same however many are
    trained on, and a larger training set includes every smaller one.

    Parameters
    ----------
    count : int, default 16
        Sequences to train on.
    length : int, default 5
        Symbols of a sequence, the last one included; at least 3.
    size : int, default 10
        Symbols of the alphabet, at least 2.
    longest : int, default 0
        In a stream, symbols of the longest sequence: lengths from `length` to this one are equally likely. 0 if all
        have the same.

    Raises
    ------
    StudyError
        If a number is too small, or there are not enough different sequences.

    Examples
    --------
    ::

        7,1,1,4 -> 7      0,4,9,7 -> 0      2,2,5,0 -> 2

    >>> task = RandomSequences(count=4)
    >>> all(sequence[0] == sequence[-1] for sequence in task.sequences(0))
    True
    >>> set(task.sequences(0)) & set(task.unseen(0, 5))
    set()
    """

    count: int = 16
    length: int = 5
    size: int = 10
    longest: int = 0

    def __post_init__(self) -> None:
        for name, value, least in (("count", self.count, 1), ("length", self.length, 3), ("size", self.size, 2)):
            if value < least:
                raise StudyError(f"{name} of random sequences is {value}; it must be {least} or more")
        if self.longest and self.longest < self.length:
            raise StudyError(
                f"longest of random sequences is {self.longest}; it must be at least length, {self.length}, or 0"
            )
        different, wanted = self.size ** (self.length - 1), self.count + HELD_OUT
        if different < wanted:
            raise StudyError(
                f"{self.size} symbols make {different} different sequences of length {self.length}, fewer than the "
                f"{self.count} to train on and the {HELD_OUT} kept apart; use more symbols or longer sequences"
            )

    @property
    def varies(self) -> bool:
        """Each seed has sequences of its own."""
        return True

    @property
    def alphabet(self) -> tuple[Hashable, ...]:
        """All symbols, also those that a seed's sequences lack."""
        return tuple(range(self.size))

    def sequences(self, seed: int) -> Sequences:
        """Draw the sequences to train on."""
        return _drawn(self.size, self.length, HELD_OUT + self.count, seed)[HELD_OUT:]

    @property
    def lengths(self) -> tuple[int, int]:
        """Symbols of the shortest and of the longest sequence of a stream."""
        return self.length, self.longest or self.length

    def stream(self, generator: np.random.Generator, count: int) -> Integers:
        """Draw the next sequences of a stream, none of which is kept apart; see `Task.stream`.

        Examples
        --------
        ::

            3,1,4,1 -> 3      5,9 -> 5      2,6,5 -> 2
        """
        least, most = self.lengths
        columns = generator.integers(self.size, size=(count, most))
        last = generator.integers(least, most + 1, size=count) - 1
        columns[np.arange(count), last] = columns[:, 0]
        columns[np.arange(most) > last[:, None]] = NO_TARGET
        return columns

    def unseen(self, seed: int, length: int) -> Sequences:
        """Draw sequences of some length that are never trained on.

        Parameters
        ----------
        seed : int
        length : int
            Symbols of a sequence; longer ones than those of training are of the same kind.

        Returns
        -------
        tuple of tuples of int
            `HELD_OUT` different sequences.
        """
        return _drawn(self.size, length, HELD_OUT, seed)


@cache
def _drawn(size: int, length: int, number: int, seed: int) -> Sequences:
    """Draw different sequences, the first ones the same for any number of them."""
    generator, drawn = stream("data", seed), dict[tuple[int, ...], None]()
    while len(drawn) < number:
        begun = tuple(generator.integers(size, size=length - 1).tolist())
        drawn[(*begun, begun[0])] = None
    return tuple(drawn)
