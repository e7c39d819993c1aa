"""The tutorial's task in a larger alphabet: symbols that never occur, more first symbols, symbols of any kind.

The conflict stays as it is, so that what fails as the alphabet grows fails because of its size.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from study.errors import StudyError
from study.sequences.tasks.base import Sequences, Task

SHARED = 3  # symbols between the first and the last one, the same in all sequences


@dataclass(frozen=True)
class LargeAlphabet(Task):
    """Sequences that agree but for their first symbol, which is also their last; most symbols may never occur.

    Parameters
    ----------
    size : int, default 5
        Symbols of the alphabet, which is the length of every input and output vector.
    starts : int, default 2
        Symbols that begin a sequence, as many as there are sequences; from 2 to ``size - 3``.
    symbols : tuple, default ()
        The alphabet in the order of its columns, symbols of any hashable kind; numbers from 0 if left out.

    Raises
    ------
    StudyError
        If the alphabet is too small, or not as large as it is said to be.

    Examples
    --------
    ::

        size 5, starts 2:      3,0,1,2 -> 3     4,0,1,2 -> 4                      (the tutorial)
        size 100, starts 2:    the same, and 95 symbols that never occur
        size 100, starts 97:   3,0,1,2 -> 3     4,0,1,2 -> 4     ...    99,0,1,2 -> 99

    >>> LargeAlphabet(size=6, starts=3).sequences(0)[2]
    (5, 0, 1, 2, 5)
    >>> LargeAlphabet(size=5, symbols=("the", "cat", "sat", "on", "🐈")).sequences(0)[1]
    ('🐈', 'the', 'cat', 'sat', '🐈')
    """

    size: int = 5
    starts: int = 2
    symbols: tuple[Hashable, ...] = ()

    def __post_init__(self) -> None:
        if not 2 <= self.starts <= self.size - SHARED:
            raise StudyError(
                f"starts is {self.starts} with {self.size} symbols; it must be from 2 to size - {SHARED}, since "
                f"{SHARED} symbols stand between the first and the last"
            )
        if self.symbols and len(set(self.symbols)) != self.size:
            raise StudyError(
                f"{len(set(self.symbols))} different symbols are given for an alphabet of {self.size}; "
                "give one for each column, or none for numbers"
            )

    @property
    def alphabet(self) -> tuple[Hashable, ...]:
        """All symbols in the order of their columns."""
        return self.symbols or tuple(range(self.size))

    def sequences(self, seed: int) -> Sequences:
        """Give the sequences, whatever the seed."""
        names = self.alphabet
        return tuple((first, *names[:SHARED], first) for first in names[SHARED : SHARED + self.starts])
