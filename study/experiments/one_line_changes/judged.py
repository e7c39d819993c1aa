"""What each change came to, and how the best is chosen on one half of the seeds and confirmed on the other.

The rule: most seeds within 0.25 at both budgets together, of equals most seeds right, then the fewer lines. As first
written down it counted the later budget alone, by which one seed decided between two pairs at batch size 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.one_line_changes.configs import MIDDLE_EPOCHS, WINDOW, Change, changes
from study.experiments.tuning.selection import HalfRates, in_halves
from study.measures.summaries import possible
from study.report.evidence import Evidence


@dataclass(frozen=True)
class Judged:
    """A change at one budget.

    Attributes
    ----------
    epoch : int
    right, within : HalfRates
        Seeds with both ambiguous rows right, and with every output within 0.25 of its target, in the half that
        chooses and in the half that confirms.
    gap : float
        Memory gap, median of all seeds.
    """

    epoch: int
    right: HalfRates
    within: HalfRates
    gap: float


Results = Mapping[Change, tuple[Judged, ...]]


def budgets(evidence: Evidence) -> tuple[int, ...]:
    """Epochs at which all changes are judged, ascending."""
    return (TUTORIAL_EPOCHS, MIDDLE_EPOCHS) if evidence.presets["one_line_changes"].long else (TUTORIAL_EPOCHS,)


def judge_all(evidence: Evidence) -> dict[Change, tuple[Judged, ...]]:
    """Judge every change at every budget."""
    return evidence.once(_judge_all)


def _judge_all(evidence: Evidence) -> dict[Change, tuple[Judged, ...]]:
    preset, epochs = evidence.presets["one_line_changes"], budgets(evidence)
    return {
        change: tuple(_judged(evidence.table(change.trained(preset)), epoch) for epoch in epochs)
        for change in changes()
    }


def _judged(table: pd.DataFrame, epoch: int) -> Judged:
    runs = table[table["epoch"] == epoch]
    return Judged(epoch, in_halves(runs, "right"), in_halves(runs, "within"), float(runs["memory_gap"].median()))


def ceiling_of(change: Change, evidence: Evidence) -> Fraction:
    """Give the ceiling on the ambiguous rows."""
    config: Config = change.trained(evidence.presets["one_line_changes"])
    return possible(config).ceiling.ambiguous


def best(results: Results, among: Iterable[Change]) -> Change:
    """Choose by the first half of the seeds alone; of equals, the change of fewer lines, then the one listed first."""

    def merit(change: Change) -> tuple[int, ...]:
        within, right = (sum(getattr(each, name).first.k for each in results[change]) for name in ("within", "right"))
        return (within, right, -len(change.lines))

    return max(among, key=merit)


def keeps_rows(change: Change) -> bool:
    """Whether the network is still given one symbol at a time, its state carried."""
    return not any(line.kind == WINDOW for line in change.lines)
