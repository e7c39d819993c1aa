"""How many trials have not succeeded yet, over time, where a budget ends the wait: the curve of Kaplan and Meier.

A trial that the budget ends is not one that never succeeds, so it leaves the count when it is ended, and not before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri  # of scipy.stats, which takes a third of a second to import

from study.measures.statistics import CONFIDENCE

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Survival:
    """Share of trials without success after each time at which one succeeded.

    Attributes
    ----------
    times : ndarray, shape (times,)
        Ascending, each once.
    left : ndarray, shape (times,)
        Share that has not succeeded by then, that time included.
    low, high : ndarray, shape (times,)
        Its 95 % interval, of the logarithm of minus the logarithm with Greenwood's variance; not a number where nothing
        is left.
    """

    times: Floats
    left: Floats
    low: Floats
    high: Floats


def survival(times: npt.ArrayLike, succeeded: npt.ArrayLike) -> Survival:
    """Estimate the share without success over time (Kaplan and Meier, 1958).

    Parameters
    ----------
    times : array_like, shape (trials,)
        When each trial succeeded or was ended; one that is ended at the time of a success was still waiting then.
    succeeded : array_like of bool, shape (trials,)

    Returns
    -------
    Survival

    Raises
    ------
    ValueError
        If there is no trial, or not one truth value for each time.

    Examples
    --------
    One trial of four succeeds; then one is ended, so the next success is one of two:

    >>> curve = survival([1, 2, 3, 3], [True, False, True, False])
    >>> curve.times, curve.left
    (array([1., 3.]), array([0.75 , 0.375]))
    """
    moments, success = np.asarray(times, dtype=np.float64), np.asarray(succeeded, dtype=bool)
    if moments.shape != success.shape or moments.ndim != 1 or not len(moments):
        raise ValueError(f"{moments.shape} times and {success.shape} successes; give one of each a trial, at least one")
    ended, successes = np.unique(moments[success], return_counts=True)
    waiting = np.array([(moments >= each).sum() for each in ended])
    left = np.cumprod(1 - successes / waiting)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(successes / (waiting * (waiting - successes)))) / np.log(left)  # negative
        power = float(ndtri((1 + CONFIDENCE) / 2)) * spread
        low, high = left ** np.exp(-power), left ** np.exp(power)
    unknown = left <= 0
    return Survival(ended, left, np.where(unknown, np.nan, low), np.where(unknown, np.nan, high))
