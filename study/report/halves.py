"""Choosing settings on one half of the seeds and judging them on the other: what tuning's figure and section share.

The best of many settings is always partly luck; the other half of the seeds does not share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from study.cell import Cell
from study.experiments.tuning import LEARNING_RATES, ROUTES, UNITS
from study.report.evidence import Evidence
from study.statistics import Rate
from study.summaries import WITHIN

ENOUGH = 0.95  # share of seeds that counts as reliable


@dataclass(frozen=True)
class Setting:
    """A cell at one checkpoint.

    Attributes
    ----------
    cell : Cell
    epoch, updates : int
    chosen, confirmed : Rate
        Runs with every ambiguous row right, in the first half of the seeds and in the second.
    confirmed_within : Rate
        Runs of the second half with every output within 0.25 of its target.
    gap : float
        Memory gap, median of the second half.
    """

    cell: Cell
    epoch: int
    updates: int
    chosen: Rate
    confirmed: Rate
    confirmed_within: Rate
    gap: float


def tuned_cells(evidence: Evidence, route: str) -> list[Cell]:
    """List a route's cells by units, then learning rate."""
    timesteps = ROUTES[route][0].timesteps
    return [
        evidence.find("tuning", timesteps=timesteps, units=units, learning_rate=rate)
        for units in UNITS
        for rate in LEARNING_RATES
    ]


def settings(evidence: Evidence, cells: Sequence[Cell]) -> list[Setting]:
    """Count all cells at all checkpoints after the start."""
    return [setting for cell in cells for setting in _checkpoints(cell, evidence.table(cell))]


def _checkpoints(cell: Cell, table: pd.DataFrame) -> list[Setting]:
    middle = (int(table["seed"].max()) + 1) // 2
    table = table.assign(
        solved=table["ambiguous_accuracy"] == 1, within=table["largest_error"] <= WITHIN, other=table["seed"] >= middle
    )
    found = []
    for epoch in sorted(set(table["epoch"]) - {0}):
        runs = table[table["epoch"] == epoch]
        first, second = runs[~runs["other"]], runs[runs["other"]]
        found.append(
            Setting(
                cell,
                int(epoch),
                int(runs["updates"].iloc[0]),
                Rate(int(first["solved"].sum()), len(first)),
                Rate(int(second["solved"].sum()), len(second)),
                Rate(int(second["within"].sum()), len(second)),
                float(second["memory_gap"].median()),
            )
        )
    return found


def smallest(found: Sequence[Setting]) -> Setting | None:
    """Find the fewest units that are reliable on the first half at any checkpoint, and their shortest training."""
    reliable = [setting for setting in found if setting.chosen.share >= ENOUGH]
    return min(reliable, key=lambda each: (each.cell.units, each.epoch, each.cell.learning_rate), default=None)


def shortest(found: Sequence[Setting]) -> Setting | None:
    """Find the fewest epochs that are reliable on the first half with any units, and the fewest units for them."""
    reliable = [setting for setting in found if setting.chosen.share >= ENOUGH]
    return min(reliable, key=lambda each: (each.epoch, each.cell.units, each.cell.learning_rate), default=None)


def best(found: Sequence[Setting]) -> Setting:
    """Find the setting that is right most often on the first half; of equals the shortest."""
    return max(found, key=lambda each: (each.chosen.share, -each.epoch, -each.cell.units))
