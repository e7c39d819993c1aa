"""What share of seeds counts as reliable, and how far something is: one threshold for all sections.

The share is that of the seeds that were run; the interval beside it says what it may be in all seeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil

from study.measures.statistics import Rate
from study.report.words import percent

ENOUGH = 0.95  # share of the seeds run


def reach(rates: Mapping[int, Rate]) -> int:
    """Find the last place up to which every rate is reliable.

    Parameters
    ----------
    rates : mapping of int to Rate
        By place, such as a lag or a size, ascending.

    Returns
    -------
    int
        0 if the first one is not reliable.

    Examples
    --------
    >>> reach({3: Rate(20, 20), 5: Rate(19, 20), 10: Rate(18, 20), 30: Rate(20, 20)})
    5
    """
    farthest = 0
    for place, rate in rates.items():
        if rate.share < ENOUGH:
            break
        farthest = place
    return farthest


def threshold_in_words(counts: Iterable[int]) -> str:
    """Say how low the share in all seeds can be if the threshold is just passed.

    Parameters
    ----------
    counts : iterable of int
        Numbers of seeds.

    Returns
    -------
    str

    Examples
    --------
    >>> threshold_in_words([100, 20])
    'with 95 of 100 right the 95 % interval begins at 89 %, with 19 of 20 at 76 %'
    """
    least = [Rate(ceil(ENOUGH * count), count) for count in sorted(set(counts), reverse=True)]
    first, *others = least
    said = [f"with {first.k} of {first.n} right the 95 % interval begins at {percent(first.low)}"]
    return ", ".join([*said, *(f"with {other.k} of {other.n} at {percent(other.low)}" for other in others)])
