"""One network asked in three orders: what figure and section on the order of presentation both count.

What is right in the order of training alone was counted, not remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from study.ceilings import ceiling
from study.cell import Cell
from study.compute import datasets_of, schedule_of
from study.experiments.shuffle_epoch import ROUTES
from study.models import MODELS
from study.report.evidence import Evidence
from study.statistics import Rate


@dataclass(frozen=True)
class Scored:
    """One cell at the end of its budget: runs with both ambiguous rows right, by the order in which they are asked.

    Attributes
    ----------
    cell : Cell
    trained, random, fresh : Rate
        In the order of training; in random order with the same resets; with a reset before each sequence, row by row.
    trained_ceiling, random_ceiling : Fraction
        Best accuracy on the ambiguous rows that any function of the visible context could have in these orders.
    updates : int
    gap : float
        Memory gap in the order of training, median.
    """

    cell: Cell
    trained: Rate
    random: Rate
    fresh: Rate
    trained_ceiling: Fraction
    random_ceiling: Fraction
    updates: int
    gap: float

    @property
    def counts(self) -> bool:
        """Whether it is right in the order of training and, beyond chance, not in random order."""
        return self.trained.low > self.random.high


def route_cell(evidence: Evidence, route: str, order: str, reset: str) -> Cell:
    """Find the cell of a route, an order and a reset."""
    plain = ROUTES[route]
    return evidence.find(
        "shuffle_epoch", model=plain.model, timesteps=plain.timesteps, batch_size=plain.batch_size,
        layout=plain.layout, order=order, reset=reset,
    )  # fmt: skip


def scored(evidence: Evidence, cell: Cell) -> Scored:
    """Score a cell in three orders; where the order cannot leak, random order is that of training."""
    summary = evidence.summary(cell)
    table = evidence.table(cell)
    runs = table[table["epoch"] == cell.epochs]
    random = summary.solved
    if "random_ambiguous_accuracy" in runs:
        random = Rate(int((runs["random_ambiguous_accuracy"] == 1).sum()), len(runs))
    dataset = datasets_of(cell, [0])[0]
    carries = MODELS[cell.model].carries_state
    reordered = ceiling(dataset, schedule_of(replace(cell, order="random"), dataset), carries_state=carries)
    return Scored(
        cell, summary.solved, random, summary.fresh_solved, summary.possible.ceiling.ambiguous, reordered.ambiguous,
        summary.updates, summary.gap,
    )  # fmt: skip
