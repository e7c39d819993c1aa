"""How long it takes until a run is first right: a table, and what it is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.config import Config
from study.experiments.main_grid.figure_learning import shown_configs
from study.measures.statistics import Rate, censored_median, time_to_success
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate

COLUMNS = (
    Column("configuration", align="left"),
    Column("seeds ever solved (95 %)"),
    Column("median first time: epochs"),
    Column("updates"),
)


def times(evidence: Evidence) -> Facts:
    """Tell the median time to the first success of the configurations whose curves are drawn; unsolved runs count as
    longer.

    An untrained network that happens to be right has not succeeded, so the start is left out.
    """
    rows, checkpoints = [], []
    for label, config, _ in shown_configs(evidence):
        first = first_success(evidence.table(config), "ambiguous_accuracy")
        checkpoints.append(first.checkpoints)
        median = censored_median(first.epochs)
        ever = rate(Rate(int(np.isfinite(first.epochs).sum()), len(first.epochs)))
        until = (median, median * evidence.summary(config).possible.steps)
        rows.append((label, ever, *(number(time) if isfinite(time) else "–" for time in until)))
    span = " to ".join(dict.fromkeys(number(end(checkpoints)) for end in (min, max)))
    return {"times": Table("time to the first success", COLUMNS, rows), "checkpoints": span}


def first_solved(evidence: Evidence, config: Config) -> npt.NDArray[np.float64]:
    """When each seed first had every ambiguous row right."""
    return first_success(evidence.table(config), "ambiguous_accuracy").epochs


@dataclass(frozen=True)
class FirstSuccess:
    """When each run was first right at a checkpoint after training had begun, and how many checkpoints there are."""

    epochs: npt.NDArray[np.float64]
    checkpoints: int


def first_success(table: pd.DataFrame, measure: str) -> FirstSuccess:
    """Find when each run first had a measure of 1; it need not have lasted.

    Parameters
    ----------
    table : DataFrame
        As `study.runs.store.Store.read` gives it.
    measure : str
        A column of it.

    Returns
    -------
    FirstSuccess
        Its epochs have shape (runs,), infinite for a run that never succeeded.
    """
    trained = table[table["epoch"] > 0]
    hits = trained.assign(hit=trained[measure] == 1).pivot_table(index="seed", columns="epoch", values="hit")
    return FirstSuccess(time_to_success(hits.to_numpy() > 0, hits.columns.to_numpy()), hits.shape[1])
