"""Rules that predict a seed's success from an early epoch: fitted on some seeds, tested on others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from study.experiments.erasure.configs import FITTED, RULES, TESTED, USUAL, Rule, probed
from study.measures.pairs import holm
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA
from study.report.evidence import Evidence


@dataclass(frozen=True)
class Tested:
    """What came of a rule on seeds that it was not fitted on.

    Attributes
    ----------
    rule : Rule
    threshold : float
        As fitted.
    above, below : Rate
        Tested seeds that succeed, of those predicted to and of those predicted not to.
    corrected : float
        p of Fisher's exact test that the two shares are alike, after Holm's correction for all rules.
    """

    rule: Rule
    threshold: float
    above: Rate
    below: Rate
    corrected: float

    @property
    def right(self) -> Rate:
        """Tested seeds that were predicted rightly."""
        return Rate(self.above.k + self.below.n - self.below.k, self.above.n + self.below.n)

    @property
    def commoner(self) -> Rate:
        """Tested seeds that are right by always predicting what is commoner among them."""
        k, n = self.above.k + self.below.k, self.above.n + self.below.n
        return Rate(max(k, n - k), n)


def best_threshold(values: npt.ArrayLike, succeeds: npt.ArrayLike) -> float:
    """Find the threshold above which success is predicted, with the most seeds right; of several, the lowest.

    Parameters
    ----------
    values : array_like, shape (seeds,)
    succeeds : array_like of bool, shape (seeds,)

    Returns
    -------
    float
        Between two values, so that each seed is on one side and neither side is empty.

    Examples
    --------
    >>> best_threshold([1.0, 2.0, 3.0, 4.0], [False, False, True, True])
    2.5
    """
    numbers, success = np.asarray(values, dtype=np.float64), np.asarray(succeeds, dtype=bool)
    ordered = np.unique(numbers)
    between = (ordered[1:] + ordered[:-1]) / 2
    right = [(success == (numbers > each)).sum() for each in between]
    return float(between[int(np.argmax(right))]) if len(between) else float(ordered[0])


def judged_rules(evidence: Evidence) -> dict[str, Tested]:
    """Fit and test all rules; those whose epochs, or whose seeds to test on, are not stored are left out.

    A rule that predicts one outcome alone for the tested seeds is left out too: it tells nothing apart.
    """
    found = {name: counted for name, rule in RULES.items() if (counted := _counted(evidence, rule)) is not None}
    p = {
        name: float(stats.fisher_exact(np.array([[one.k, one.n - one.k] for one in (above, below)])).pvalue)
        for name, (_, above, below) in found.items()
    }
    corrected = holm(p)
    return {name: Tested(RULES[name], *found[name], corrected[name]) for name in found}


def _counted(evidence: Evidence, rule: Rule) -> tuple[float, Rate, Rate] | None:
    """Threshold, and the tested seeds that succeed above it and below it."""
    table = evidence.table(probed(rule.optimiser, USUAL, evidence.presets["erasure"]))
    early, late = (table[table["epoch"] == epoch].set_index("seed") for epoch in (rule.early, rule.late))
    if late.empty or not set(TESTED) & set(late.index):
        return None
    values, succeeds = early[rule.quantity], CRITERIA[rule.criterion](late)
    threshold = best_threshold(_of(values, FITTED), _of(succeeds, FITTED))
    above = _of(values, TESTED).astype(np.float64) > threshold
    sides = [_of(succeeds, TESTED)[chosen] for chosen in (above, ~above)]
    if not all(len(side) for side in sides):
        return None
    one, other = (Rate(int(side.sum()), len(side)) for side in sides)
    return threshold, one, other


def _of(by_seed: pd.Series[float] | pd.Series[bool], seeds: range) -> npt.NDArray[Any]:
    """Values of some seeds."""
    return by_seed[by_seed.index.isin(seeds)].to_numpy()
