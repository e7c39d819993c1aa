"""Random sequences completed: what both figure and section use.

A run's score is the share of unseen sequences that it completes rightly; means over runs get Student's interval.
"""

from __future__ import annotations

import pandas as pd

from study.config import Config
from study.experiments.random_sequences.configs import LENGTH
from study.measures.statistics import Mean, Rate, mean_of
from study.report.evidence import Evidence
from study.report.words import percent


def at_end(evidence: Evidence, config: Config) -> pd.DataFrame:
    """Read the runs of a configuration at the end of its budget."""
    table = evidence.table(config)
    return table[table["epoch"] == config.epochs]


def unseen_right(runs: pd.DataFrame, length: int = LENGTH) -> Mean:
    """Average the share of unseen sequences of some length that were right, over runs."""
    return mean_of(runs[f"unseen_right_{length}"], 0, 1)


def halfway(evidence: Evidence, config: Config) -> pd.DataFrame:
    """Read the runs at the last checkpoint in the first half of the budget.

    It is fixed beforehand: the best of many checkpoints would look better than it is.
    """
    table = evidence.table(config)
    half = int(table["epoch"][table["epoch"] <= config.epochs / 2].max())
    return table[table["epoch"] == half]


def all_right(runs: pd.DataFrame, length: int) -> Rate:
    """Count the runs without a single error on unseen sequences of some length."""
    return Rate(int((runs[f"unseen_right_{length}"] == 1).sum()), len(runs))


def share(mean: Mean) -> str:
    """Write a mean share with its interval, as ``31 % (25–38 %)``."""
    if mean.low == mean.high:
        return f"{percent(mean.value)} (all equal)"
    for digits in range(4):  # as many as it takes to show the interval
        low, high = f"{100 * mean.low:.{digits}f}", f"{100 * mean.high:.{digits}f}"
        if low != high:
            break
    return f"{f'{100 * mean.value:.{digits}f} %' if digits else percent(mean.value)} ({low}–{high} %)"
