"""Two conditions compared on the same seeds: McNemar's exact test, Newcombe's interval, Holm's correction.

Seeds that come out alike say nothing of a difference, so two rates can differ though their intervals overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import bdtr

from study.measures.statistics import CONFIDENCE, Rate

LEVEL = 1 - CONFIDENCE  # of a test, after correction for how many were made


@dataclass(frozen=True)
class Paired:
    """The same seeds under two conditions, by what each came to.

    Attributes
    ----------
    first, second : int
        Seeds that succeeded under the first condition alone, and under the second alone.
    both, neither : int
        Seeds that came out alike.

    Examples
    --------
    >>> paired = Paired.of([True, True, True, False], [True, False, False, False])
    >>> paired.first, paired.second, paired.both, paired.neither, paired.p
    (2, 0, 1, 1, 0.5)
    """

    first: int
    second: int
    both: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.first, self.second, self.both, self.neither) < 0 or not self.n:
            raise ValueError(f"{self} counts no seeds; compare seeds that both conditions have")

    @classmethod
    def of(cls, first: npt.ArrayLike, second: npt.ArrayLike) -> Paired:
        """Compare one truth value a seed, seeds in the same order; shape (seeds,) each."""
        one, other = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
        if one.shape != other.shape:
            raise ValueError(f"{one.shape} and {other.shape} are not the same seeds; compare those that both have")
        counted = (one & ~other, other & ~one, one & other, ~one & ~other)
        return cls(*(int(seeds.sum()) for seeds in counted))

    @classmethod
    def by_seed(cls, first: pd.Series[bool], second: pd.Series[bool]) -> Paired:
        """Compare the seeds that both have; the index of each is the seed."""
        together = pd.concat([first, second], axis=1, join="inner")
        return cls.of(together.iloc[:, 0], together.iloc[:, 1])

    @property
    def n(self) -> int:
        """Seeds that both conditions have."""
        return self.first + self.second + self.both + self.neither

    @property
    def rates(self) -> tuple[Rate, Rate]:
        """Seeds that succeeded under each condition."""
        return Rate(self.both + self.first, self.n), Rate(self.both + self.second, self.n)

    @property
    def p(self) -> float:
        """McNemar's exact test: how likely so uneven a split of the seeds that differ is by chance; two-sided."""
        return _mcnemar(self.first, self.second)

    @property
    def difference(self) -> float:
        """Share of the seeds that succeed under the first condition less that under the second."""
        return (self.first - self.second) / self.n

    @property
    def low(self) -> float:
        """Lower end of Newcombe's 95 % interval of the difference."""
        return _newcombe(self)[0]

    @property
    def high(self) -> float:
        """Upper end of Newcombe's 95 % interval of the difference."""
        return _newcombe(self)[1]


@cache
def _mcnemar(first: int, second: int) -> float:
    """Test whether both of two counts are equally likely, each pair of counts once."""
    return min(1.0, 2 * float(bdtr(min(first, second), first + second, 0.5)))


@cache
def _newcombe(pair: Paired) -> tuple[float, float]:
    """Find the interval of a paired difference, method 10 of Newcombe (1998), Statistics in Medicine 17, 2635-2650.

    Wilson's intervals of both shares are combined, with the correlation of the two outcomes taken into account.
    """
    one, other = pair.rates
    below = (one.share - one.low, other.share - other.low)
    above = (one.high - one.share, other.high - other.share)
    related = 2 * _correlation(pair)
    low = pair.difference - sqrt(below[0] ** 2 - related * below[0] * above[1] + above[1] ** 2)
    high = pair.difference + sqrt(below[1] ** 2 - related * below[1] * above[0] + above[0] ** 2)
    return max(low, -1.0), min(high, 1.0)


def _correlation(pair: Paired) -> float:
    """Correlate the two outcomes; what is positive is corrected for continuity, and 0 if an outcome never varies."""
    one, other = pair.rates
    spread = one.k * (pair.n - one.k) * other.k * (pair.n - other.k)
    if not spread:
        return 0.0
    alike = pair.both * pair.neither - pair.first * pair.second
    corrected = max(alike - pair.n / 2, 0.0) if alike > 0 else alike
    return corrected / sqrt(spread)


def holm(given: Mapping[str, float]) -> dict[str, float]:
    """Correct p-values for their number, as Holm (1979) does.

    Parameters
    ----------
    given : mapping of str to float
        All comparisons that were made, by name.

    Returns
    -------
    dict of str to float

    Examples
    --------
    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    corrected, least = {}, 0.0
    for place, name in enumerate(sorted(given, key=lambda each: given[each])):
        least = max(least, min(1.0, (len(given) - place) * given[name]))
        corrected[name] = least
    return {name: corrected[name] for name in given}
