"""What a task is: sequences of symbols, the same for every model that is given the same seed.

A task has sequences of its own, or streams: then each sequence is drawn fresh, and none need ever come again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from study.errors import StudyError
from study.randomness import stream
from study.sequences.encoding import NO_TARGET, Integers, alphabet_of

Sequences = tuple[tuple[Hashable, ...], ...]
SHOWN = 16  # sequences of a task that makes them up as it goes, where some must stand for all


@dataclass(frozen=True)
class Task(ABC):
    """Sequences whose next symbol is to be predicted; the options of a task are its fields."""

    @abstractmethod
    def sequences(self, seed: int) -> Sequences:
        """Give the training sequences of one seed.

        Parameters
        ----------
        seed : int
            Seed index; tasks without chance ignore it.

        Returns
        -------
        tuple of tuples of symbols
        """

    @property
    def varies(self) -> bool:
        """Whether the sequences differ from seed to seed."""
        return False

    @property
    def alphabet(self) -> tuple[Hashable, ...] | None:
        """All symbols in the order of their columns; none where the sequences hold all there are."""
        return None

    @property
    def whole_alphabet(self) -> tuple[Hashable, ...]:
        """The alphabet of a stream, in the order of the columns."""
        return self.alphabet or alphabet_of(self.sequences(0))

    @property
    def lengths(self) -> tuple[int, int | None]:
        """Symbols of the shortest and of the longest sequence of a stream; none where there is no longest."""
        lengths = [len(sequence) for sequence in self.sequences(0)]
        return min(lengths), max(lengths)

    def stream(self, generator: np.random.Generator, count: int) -> Integers:
        """Draw the next sequences of a stream: unless a task says otherwise, its own, all equally likely.

        What is drawn depends on the generator alone. It is drawn as columns of the alphabet, many at a time, since
        streams are millions long.

        Parameters
        ----------
        generator : numpy Generator
            The stream; its state is all that says how far it is.
        count : int
            How many sequences.

        Returns
        -------
        ndarray of int, shape (count, symbols of the longest)
            Column of each symbol in `whole_alphabet`; -1 after the end of a shorter sequence.

        Raises
        ------
        StudyError
            If the task varies with the seed and does not say how it streams.
        """
        if self.varies:
            raise StudyError(
                f"task {type(self).__name__} has other sequences for each seed and does not stream; give it a method "
                "stream, or use a budget in epochs"
            )
        columns = self.own_columns()
        return columns[generator.integers(len(columns), size=count)]

    def own_columns(self) -> Integers:
        """Give the sequences of seed 0 as `stream` does, each once: all there are, where the task does not vary."""
        column = {symbol: place for place, symbol in enumerate(self.whole_alphabet)}
        own = self.sequences(0)
        columns = np.full((len(own), max(map(len, own))), NO_TARGET, dtype=np.int64)
        for place, sequence in enumerate(own):
            columns[place, : len(sequence)] = [column[symbol] for symbol in sequence]
        return columns


def beginning_of_stream(task: Task, seed: int) -> Sequences:
    """Give the first `SHOWN` sequences of a seed's stream, for a task that has none of its own.

    Parameters
    ----------
    task : Task
        One that streams and names its alphabet.
    seed : int

    Returns
    -------
    tuple of tuples of symbols
    """
    symbols = task.whole_alphabet
    drawn = task.stream(stream("data", seed), SHOWN)
    return tuple(tuple(symbols[column] for column in row[row != NO_TARGET]) for row in drawn)
