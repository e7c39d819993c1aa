"""The first symbol decides the last one, and may or may not matter for what comes between them.

The classical explanation of what simple recurrent networks learn is that information is kept where it is relevant at
each step (Servan-Schreiber, Cleeremans and McClelland 1989, 1991): here that is one option, with all else alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from study.errors import StudyError
from study.sequences.tasks.base import Sequences, Task

OF = 4  # sequences among which one of the two fillers of a place is favoured


@dataclass(frozen=True)
class BiasedFillers(Task):
    """Every run of fillers stands between either first symbol and its return; which is how common may differ.

    Each place between first and last symbol but the last one has two fillers of its own. One of them comes in
    ``favoured`` of 4 sequences with the one first symbol, the other one with the other. With 2 of 4 the first symbol
    says nothing of what comes next until the end; with 3 of 4 it matters at every step. Every run of fillers occurs
    with both first symbols, so at the end the fillers alone are never enough.

    Parameters
    ----------
    fillers : int, default 2
        Places with two fillers, 1 or more; the first symbol is needed ``fillers + 1`` steps after it came. There are
        2 * 4 ** fillers sequences, those of the two first symbols in turn.
    favoured : int, default 3
        2 (the first symbol is useless on the way) or 3 (it is useful).

    Raises
    ------
    StudyError
        If a number is not one of these.

    Examples
    --------
    One place, its fillers 0 and 1, then 2 in every sequence::

        favoured 3:   3,0,2 -> 3  three times, 3,1,2 -> 3  once       after 3 comes 0, mostly
                      4,0,2 -> 4  once,        4,1,2 -> 4  three times
        favoured 2:   each of the four twice                          after 3 comes either

    >>> BiasedFillers(fillers=1, favoured=3).sequences(0)[:4]
    ((3, 0, 2, 3), (4, 1, 2, 4), (3, 0, 2, 3), (4, 1, 2, 4))
    >>> len(BiasedFillers(fillers=2, favoured=2).sequences(0))
    32
    """

    fillers: int = 2
    favoured: int = 3

    def __post_init__(self) -> None:
        if self.fillers < 1:
            raise StudyError(f"fillers is {self.fillers}; it must be 1 or more, the places with two fillers each")
        if self.favoured not in (2, 3):
            raise StudyError(
                f"favoured is {self.favoured}; it must be 2 (useless on the way) or 3 (useful), of {OF} sequences"
            )

    def sequences(self, seed: int) -> Sequences:
        """Give all sequences, whatever the seed."""
        shares = (0,) * self.favoured + (1,) * (OF - self.favoured)  # 0 = the favoured one of a place
        shared = 2 * self.fillers
        return tuple(
            (first, *(2 * place + (other != swapped) for place, other in enumerate(chosen)), shared, first)
            for chosen in product(shares, repeat=self.fillers)
            for first, swapped in ((shared + 1, 0), (shared + 2, 1))
        )
