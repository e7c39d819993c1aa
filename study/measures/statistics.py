"""Intervals for every number: Wilson's for shares of seeds, Student's for means; two shares; how long success takes.

Time to success is censored by the budget, so it is shown as a curve and a median that counts unsolved runs as longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb, inf, isfinite, sqrt

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95
SAMPLING = 5  # standard errors; hundreds of means are compared with bounds, and none may be beyond by chance
ROUNDING = 1e-6  # of single precision


@dataclass(frozen=True)
class Rate:
    """k of n runs, with the 95 % interval of Wilson (1927) for the share behind them.

    Examples
    --------
    >>> rate = Rate(39, 100)
    >>> f"{rate.share:.2f} in {rate.low:.3f} to {rate.high:.3f}"
    '0.39 in 0.300 to 0.488'
    """

    k: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n or self.n < 1:
            raise ValueError(f"{self.k} of {self.n} is no share; k must be within 0 and n, and n at least 1")

    @property
    def share(self) -> float:
        """The share, k / n."""
        return self.k / self.n

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return _wilson(self.k, self.n)[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return _wilson(self.k, self.n)[1]


@cache
def _wilson(k: int, n: int) -> tuple[float, float]:
    """Compute the interval, once for each share: it is needed thousands of times."""
    # Here and below: so that plans need no scipy; scipy.stats takes a third of a second to import.
    from scipy.special import ndtri  # noqa: PLC0415

    share, z = k / n, float(ndtri((1 + CONFIDENCE) / 2))
    denominator = 2 * (n + z**2)
    centre = (2 * n * share + z**2) / denominator
    half = z / denominator * sqrt(4 * n * share * (1 - share) + z**2)
    return centre - half if k else 0.0, centre + half if k < n else 1.0


def fisher(one: Rate, other: Rate) -> float:
    """Test exactly whether two shares, of different runs, are alike (Fisher, 1935); two-sided.

    All splits of the successes over the two groups that are no likelier than the one seen are added up, in whole
    numbers. Shares of the same seeds are compared as pairs instead; see `study.measures.pairs`.

    Examples
    --------
    >>> round(fisher(Rate(14, 18), Rate(1, 18)), 6), fisher(Rate(14, 18), Rate(78, 100))
    (2e-05, 1.0)
    """
    return _fisher(one.k, one.n, other.k, other.n)


@cache
def _fisher(k: int, n: int, other_k: int, other_n: int) -> float:
    hits = k + other_k
    ways = [comb(n, each) * comb(other_n, hits - each) for each in range(max(0, hits - other_n), min(n, hits) + 1)]
    seen = comb(n, k) * comb(other_n, other_k)
    return sum(each for each in ways if each <= seen) / comb(n + other_n, hits)


def outside_by_chance(one: Rate, other: Rate) -> float:
    """Tell how likely a second share lies outside the interval of a first if one probability is behind both.

    An interval is for the probability; a second share has chance of its own, so more than 5 % of them lie outside.

    Parameters
    ----------
    one, other : Rate
        Their numbers of runs, and as the one probability the share of both together.

    Returns
    -------
    float

    Examples
    --------
    >>> [round(outside_by_chance(Rate(k, 100), Rate(k, 100)), 2) for k in (0, 4, 50)]
    [0.0, 0.19, 0.18]
    """
    share = (one.k + other.k) / (one.n + other.n)
    first, second = (_binomial(each.n, share) for each in (one, other))
    shares = np.arange(other.n + 1) / other.n
    outside = [
        second[(shares < low) | (shares > high)].sum() for low, high in (_wilson(k, one.n) for k in range(one.n + 1))
    ]
    return float(first @ np.array(outside))


def _binomial(n: int, share: float) -> npt.NDArray[np.float64]:
    """Give the probability of each number of successes, 0 to n."""
    return np.array([comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)])


@dataclass(frozen=True)
class Mean:
    """A mean over runs with Student's 95 % interval, cut to the range; a point where all runs agree."""

    value: float
    low: float
    high: float
    n: int


def mean_of(values: npt.ArrayLike, least: float = -inf, most: float = inf) -> Mean:
    """Take the mean of one number a run.

    Parameters
    ----------
    values : array_like, shape (runs,)
    least, most : float, optional
        Bounds of what is measured; the interval is cut to them.

    Returns
    -------
    Mean

    Examples
    --------
    >>> mean_of([1.0, 1.0, 1.0]).low
    1.0
    >>> mean_of([1.0, 1.0, 0.5], most=1.0).high
    1.0
    """
    numbers = np.asarray(values, dtype=np.float64)
    n, value = len(numbers), float(numbers.mean())
    if n < 2 or np.ptp(numbers) == 0:
        return Mean(value, value, value, n)
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) * numbers.std(ddof=1) / np.sqrt(n))
    return Mean(value, max(value - half, least), min(value + half, most), n)


def exceeds(values: npt.ArrayLike, bound: float) -> bool:
    """Tell whether a mean lies above a bound by more than sampling allows: `SAMPLING` standard errors.

    Parameters
    ----------
    values : array_like, shape (runs,)
    bound : float
        Such as an exact ceiling.

    Returns
    -------
    bool

    Examples
    --------
    >>> exceeds([0.5, 0.5], 0.5), exceeds([0.5, 1.0], 0.5), exceeds([0.6, 0.6], 0.5)
    (False, False, True)
    """
    numbers = np.asarray(values, dtype=np.float64)
    error = numbers.std(ddof=1) / np.sqrt(len(numbers)) if len(numbers) > 1 else 0.0
    return bool(numbers.mean() > bound + SAMPLING * error + ROUNDING)


def time_to_success(success: npt.ArrayLike, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Find when each run first succeeded; infinite if it never did within the budget.

    Parameters
    ----------
    success : array_like of bool, shape (runs, checkpoints)
    times : array_like, shape (checkpoints,)
        Epochs or updates of the checkpoints, ascending.

    Returns
    -------
    ndarray, shape (runs,)

    Examples
    --------
    >>> time_to_success([[False, True, True], [False, False, False]], [0, 10, 20])
    array([10., inf])
    """
    reached = np.asarray(success, dtype=bool)
    first = np.asarray(times, dtype=np.float64)[reached.argmax(axis=1)]
    return np.where(reached.any(axis=1), first, np.inf)


def censored_median(times: npt.ArrayLike) -> float:
    """Median time to success in which runs without success count as longer; infinite if half have none."""
    ordered = np.sort(np.asarray(times, dtype=np.float64))
    middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
    return float(middle.mean()) if all(isfinite(t) for t in middle) else float("inf")
