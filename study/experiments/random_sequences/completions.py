"""Random sequences completed: what the figure and the section on them both count.

A run's score is the share of unseen sequences that it completes rightly; means over runs get Student's interval.
"""

from __future__ import annotations

import pandas as pd

from study.config import Config
from study.experiments.random_sequences.configs import LENGTH
from study.measures.statistics import Mean, mean_of
from study.report.evidence import Evidence


def at_end(evidence: Evidence, config: Config) -> pd.DataFrame:
    """Read the runs of a configuration at the end of its budget."""
    table = evidence.table(config)
    return table[table["epoch"] == config.epochs]


def unseen_right(runs: pd.DataFrame, length: int = LENGTH) -> Mean:
    """Average the share of unseen sequences of some length that were right, over runs."""
    return mean_of(runs[f"unseen_right_{length}"], 0, 1)
