"""Planned comparisons and their outcome: paired by seed, corrected for their number, and all of them shown.

What was expected is written down with the configurations, before the runs; here it meets the stored results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from study.config import Config
from study.experiment import Comparison
from study.measures.pairs import LEVEL, Paired, holm
from study.measures.summaries import WITHIN
from study.report.claims import Claim
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, p_value

COLUMNS = (
    Column("compared", 2.2, "left"),
    Column("with", 2.2, "left"),
    Column("epochs", 0.8),
    Column("succeed", 1.1),
    Column("difference in points (95 %)", 1.7),
    Column("p (Holm)", 0.9),
    Column("expected", 0.9, "left"),
    Column("outcome", 1.2, "left"),
)
CRITERIA: dict[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "right": lambda runs: runs["ambiguous_accuracy"] == 1,
    "row by row": lambda runs: runs["fresh_ambiguous_accuracy"] == 1,
    "within": lambda runs: runs["largest_error"] <= WITHIN,
}
NO_DIFFERENCE = "no difference shown"


@dataclass(frozen=True)
class Outcome:
    """What came of a planned comparison.

    Attributes
    ----------
    comparison : Comparison
    paired : Paired
        Seeds that succeeded, under the first configuration and under the second.
    p : float
        Of McNemar's exact test, corrected by Holm for all comparisons planned with it.
    """

    comparison: Comparison
    paired: Paired
    p: float

    @property
    def direction(self) -> str:
        """Whether ``more`` or ``fewer`` seeds succeed under the first; ``either`` where no difference is shown."""
        if self.p >= LEVEL:
            return "either"
        return "more" if self.paired.difference > 0 else "fewer"

    @property
    def said(self) -> str:
        """The outcome beside the expectation, in a word or two."""
        if self.direction == "either":
            return NO_DIFFERENCE
        if self.comparison.expected == "either":
            return self.direction
        return "as expected" if self.direction == self.comparison.expected else f"the opposite: {self.direction}"

    def claim(self, name: str, direction: str) -> Claim:
        """Claim that the outcome is ``more``, ``fewer``, or ``either`` for no difference shown."""
        one, other = self.paired.rates
        test = (
            f"{self.comparison.first} against {self.comparison.second}, {one.k} and {other.k} of {one.n} at "
            f"{number(self.comparison.epochs)} epochs: McNemar's exact test, Holm, p {p_value(self.p)}"
        )
        return Claim(name, self.direction == direction, test)


def successes(evidence: Evidence, config: Config, epochs: int, criterion: str) -> pd.Series[bool]:
    """Tell which seeds of a configuration succeed.

    Parameters
    ----------
    evidence : Evidence
    config : Config
    epochs : int
        A checkpoint of it.
    criterion : str
        As in `study.experiment.Comparison`.

    Returns
    -------
    Series of bool
        By seed.
    """
    table = evidence.table(config)
    return CRITERIA[criterion](table[table["epoch"] == epochs].set_index("seed"))


def outcomes(evidence: Evidence, experiment: str) -> dict[str, Outcome]:
    """Judge all comparisons that an experiment planned, by name.

    Parameters
    ----------
    evidence : Evidence
    experiment : str
        One that is stored.

    Returns
    -------
    dict of str to Outcome
    """
    planned = evidence.contents.experiments[experiment].comparisons(evidence.presets[experiment])
    pairs = {
        each.name: Paired.by_seed(
            successes(evidence, each.first_config, each.epochs, each.criterion),
            successes(evidence, each.second_config, each.epochs, each.criterion),
        )
        for each in planned
    }
    corrected = holm({name: paired.p for name, paired in pairs.items()})
    return {each.name: Outcome(each, pairs[each.name], corrected[each.name]) for each in planned}


def comparison_table(name: str, found: Mapping[str, Outcome]) -> Table:
    """Write all planned comparisons with their outcome, in the order in which they were planned."""
    return Table(name, COLUMNS, [_row(outcome) for outcome in found.values()], heads=2)


def _row(outcome: Outcome) -> tuple[str, ...]:
    """Write one comparison; the difference is in percentage points of the seeds."""
    paired, planned = outcome.paired, outcome.comparison
    one, other = paired.rates
    points = [number(100 * value) for value in (paired.difference, paired.low, paired.high)]
    return (
        planned.first,
        planned.second,
        number(planned.epochs),
        f"{one.k} and {other.k} of {one.n}",
        f"{points[0]} ({points[1]} to {points[2]})",
        p_value(outcome.p).removeprefix("= "),
        planned.expected,
        outcome.said,
    )
