"""What a task is: sequences of symbols, the same for every model that is given the same seed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass

Sequences = tuple[tuple[Hashable, ...], ...]


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
        """All symbols in the order of their columns; None where the sequences contain every symbol."""
        return None
