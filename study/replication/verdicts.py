"""Whether a published number is reproduced, by a rule that is declared before anything is run.

A published share of few trials rules little out, and a published mean without spread nothing at all, so the rule has an
exact test for the one and a margin for the other, and says what the test could not have told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite
from typing import NamedTuple

from study.measures.pairs import LEVEL
from study.measures.statistics import Rate, fisher

MARGIN = 2.0  # factor within which a mean counts as that of the paper, which gives no spread
REPRODUCED, CONTRADICTED, CUT_SHORT = "reproduced", "not reproduced", "not contradicted"


class Published(NamedTuple):
    """A row of a published table.

    Attributes
    ----------
    succeeded : Rate
        Trials.
    mean : float
        Sequences until success, mean of the trials that succeeded; not a number where none did.
    budget : float
        Sequences after which a trial was given up; infinite if none is stated.
    """

    succeeded: Rate
    mean: float
    budget: float = float("inf")


class Measured(NamedTuple):
    """What came of our trials.

    Attributes
    ----------
    succeeded : Rate
    mean : float
        Sequences until success, mean of the trials that succeeded; not a number where none did.
    budget : float
        Sequences.
    """

    succeeded: Rate
    mean: float
    budget: float


@dataclass(frozen=True)
class Verdict:
    """What one reading of a paper comes to beside one published row.

    Attributes
    ----------
    p : float
        Of `fisher`, for the two shares.
    ratio : float
        Our mean as a multiple of the published one; not a number where one of them is missing.
    says : str
        `REPRODUCED`, `CONTRADICTED`, or `CUT_SHORT` where nobody succeeds and our budget is below the paper's.
    """

    p: float
    ratio: float
    says: str


def judge(published: Published, measured: Measured) -> Verdict:
    """Judge one row: the shares agree by the exact test at 5 %, and the means within a factor of `MARGIN`.

    Where the paper has no success there is no mean to compare. Where it has, ours needs one too.

    Examples
    --------
    >>> judge(Published(Rate(18, 18), 5040), Measured(Rate(17, 18), 9000, 100_000)).says
    'reproduced'
    >>> judge(Published(Rate(18, 18), 5040), Measured(Rate(18, 18), 11_000, 100_000)).says
    'not reproduced'
    >>> judge(Published(Rate(0, 18), float("nan"), 5e6), Measured(Rate(0, 18), float("nan"), 5e4)).says
    'not contradicted'
    """
    p, ratio = fisher(published.succeeded, measured.succeeded), measured.mean / published.mean
    agree = p >= LEVEL and (not published.succeeded.k or 1 / MARGIN <= ratio <= MARGIN)
    if agree and measured.budget < published.budget and isfinite(published.budget) and not published.succeeded.k:
        return Verdict(p, ratio, CUT_SHORT)
    return Verdict(p, ratio, REPRODUCED if agree else CONTRADICTED)


def over_readings(verdicts: Mapping[str, Verdict], settings: Mapping[str, Mapping[str, object]]) -> str:
    """Sum the verdicts of all declared readings of one row up.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By the name of the reading.
    settings : mapping of str to mapping
        What each reading sets, by the name of the setting; all have the same settings.

    Returns
    -------
    str
        The verdict where all agree; otherwise ``depends on`` every setting that decides it when it is changed alone,
        or on several together where no single one does.

    Examples
    --------
    >>> yes, no = Verdict(1.0, 1.0, "reproduced"), Verdict(0.01, 9.0, "not reproduced")
    >>> sets = {"a": {"g": 1, "update": "step"}, "b": {"g": 2, "update": "step"}, "c": {"g": 1, "update": "end"}}
    >>> over_readings({"a": yes, "b": no, "c": yes}, sets)
    'depends on g'
    """
    said = {name: verdict.says for name, verdict in verdicts.items()}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    decides = set()
    for (one, of_one), (other, of_other) in combinations(said.items(), 2):
        changed = [name for name, value in settings[one].items() if settings[other][name] != value]
        if of_one != of_other and len(changed) == 1:
            decides.add(changed[0])
    in_order = [name for name in next(iter(settings.values())) if name in decides]
    return f"depends on {_listed(in_order) if in_order else 'several settings together'}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def compatible(published: Rate, n: int) -> tuple[int, int]:
    """Find the fewest and the most successes of n trials that the test does not tell from a published share.

    Examples
    --------
    >>> compatible(Rate(14, 18), 100)
    (52, 93)
    """
    alike = [k for k in range(n + 1) if fisher(published, Rate(k, n)) >= LEVEL]
    return alike[0], alike[-1]
