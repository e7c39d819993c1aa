"""What each change came to, and how the best is chosen on one half of the seeds and confirmed on the other.

The rule was written down before these runs were looked at: most seeds within 0.25 at the later epochs, of equals at the
earlier, then most seeds right, and of changes that are alike on the half that chooses the one of fewer lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.one_line_changes.configs import MIDDLE_EPOCHS, WINDOW, Change, changes
from study.experiments.tuning.selection import HalfRates
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA, possible
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
    preset, epochs = evidence.presets["one_line_changes"], budgets(evidence)
    return {
        change: tuple(_judged(evidence.table(change.trained(preset)), epoch) for epoch in epochs)
        for change in changes()
    }


def _judged(table: pd.DataFrame, epoch: int) -> Judged:
    runs = table[table["epoch"] == epoch]
    confirms = runs["seed"] >= (int(runs["seed"].max()) + 1) // 2

    def halves(criterion: str) -> HalfRates:
        hits = CRITERIA[criterion](runs)
        return HalfRates(*(Rate(int(hits[half].sum()), int(half.sum())) for half in (~confirms, confirms)))

    return Judged(epoch, halves("right"), halves("within"), float(runs["memory_gap"].median()))


def ceiling_of(change: Change, evidence: Evidence) -> Fraction:
    """Give the ceiling on the ambiguous rows."""
    config: Config = change.trained(evidence.presets["one_line_changes"])
    return possible(config).ceiling.ambiguous


def best(results: Results, among: Iterable[Change]) -> Change:
    """Choose by the first half of the seeds alone; of equals, the change of fewer lines, then the one listed first."""

    def merit(change: Change) -> tuple[float, ...]:
        later_first = tuple(reversed(results[change]))
        within = tuple(each.within.first.share for each in later_first)
        return (*within, *(each.right.first.share for each in later_first), -len(change.lines))

    return max(among, key=merit)


def keeps_rows(change: Change) -> bool:
    """Whether the network is still given one symbol at a time, its state carried."""
    return not any(line.kind == WINDOW for line in change.lines)
