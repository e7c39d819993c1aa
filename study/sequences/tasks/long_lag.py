"""The tutorial's task with a longer wait: the first symbol decides the last one, any number of steps later.

What grows is the lag, and with it the alphabet and the share of steps that do not need the first symbol. What stands in
between can be the same for every seed, or each seed's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.errors import StudyError, unknown_name
from study.randomness import stream
from study.sequences.tasks.base import Sequences, Task

FILLERS = ("in_order", "permuted", "drawn")


@dataclass(frozen=True)
class LongLag(Task):
    """Two sequences that agree but for their first symbol, which is also their last.

    With fillers in order, Task 2a of Hochreiter and Schmidhuber (1997) with p = lag + 1; a lag of 3 is the tutorial's.

    Parameters
    ----------
    lag : int, default 3
        Steps back from the ambiguous input to the first symbol; at least 1.
    fillers : {'in_order', 'permuted', 'drawn'}, default 'in_order'
        Which symbols stand in between. In order: 0, 1, 2 and so on. Permuted: these, each once, in an order of the
        seed's own. Drawn: each seed draws every filler but the last from all but the last, with replacement, so that a
        filler may come several times and what follows it depends on what came before; the last one comes once.

    Raises
    ------
    StudyError
        If the lag is less than 1, or the fillers are of no known kind.

    Examples
    --------
    ::

        lag 3:  3,0,1,2 -> 3        4,0,1,2 -> 4
        lag 5:  5,0,1,2,3,4 -> 5    6,0,1,2,3,4 -> 6    in order
                5,3,0,4,1,2 -> 5    6,3,0,4,1,2 -> 6    permuted
                5,2,0,2,1,4 -> 5    6,2,0,2,1,4 -> 6    drawn: after 2 comes 0, then 1

    >>> LongLag(lag=5).sequences(0)[0]
    (5, 0, 1, 2, 3, 4, 5)
    >>> sorted(LongLag(lag=5, fillers="permuted").sequences(7)[0][1:-1])
    [0, 1, 2, 3, 4]
    """

    lag: int = 3
    fillers: str = "in_order"

    def __post_init__(self) -> None:
        if self.lag < 1:
            raise StudyError(f"lag is {self.lag}; it must be 1 or more, the steps from the first symbol to its use")
        if self.fillers not in FILLERS:
            raise unknown_name("fillers of long_lag", self.fillers, FILLERS)

    @property
    def varies(self) -> bool:
        """Whether each seed has fillers of its own."""
        return self.fillers != "in_order"

    @property
    def alphabet(self) -> tuple[int, ...] | None:
        """All symbols, also those that a seed does not draw; none if all occur."""
        return tuple(range(self.lag + 2)) if self.varies else None

    def sequences(self, seed: int) -> Sequences:
        """Give the two sequences; the fillers of a seed are the same in both."""
        between = self._between(seed)
        return tuple((first, *between, first) for first in (self.lag, self.lag + 1))

    def _between(self, seed: int) -> tuple[int, ...]:
        if self.fillers == "permuted":
            return tuple(stream("data", seed).permutation(self.lag).tolist())
        if self.fillers == "drawn":
            last = self.lag - 1
            return (*stream("data", seed).integers(max(last, 1), size=last).tolist(), last)
        return tuple(range(self.lag))
