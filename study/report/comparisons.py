"""Comparisons and their outcome, on the same seeds: those of a section are corrected together, and all are shown.

Overlapping intervals do not say that two rates are alike, so a claim that one is ahead of another rests on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from study.experiment import Arm, Comparison
from study.measures.pairs import LEVEL, Paired, holm
from study.measures.summaries import CRITERIA, Summary
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, p_value

COLUMNS = (
    Column("compared, on the same seeds", "left"),
    Column("seeds"),
    Column("first"),
    Column("second"),
    Column("first alone", paper=False),
    Column("second alone", paper=False),
    Column("difference (95 %)"),
    Column("p", paper=False),
    Column("p after Holm"),
    Column("expected ahead", "left"),
    Column("ahead", "left"),
)


class SameSeeds(NamedTuple):
    """Two conditions that the same seeds were put to, and what each seed came to.

    Attributes
    ----------
    what : str
        What is compared, in words, the first condition first.
    first, second : Series of bool
        Whether each seed succeeds; the index is the seed. Seeds that only one of them has are left out.
    expected : str
        As in `study.experiment.Comparison`.
    """

    what: str
    first: pd.Series[bool]
    second: pd.Series[bool]
    expected: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a comparison.

    Attributes
    ----------
    what, expected : str
        As in `SameSeeds`.
    pair : Paired
    corrected : float
        p of McNemar's exact test, after Holm's correction for all comparisons that were made with it.
    together : int
        How many these were.
    """

    what: str
    expected: str
    pair: Paired
    corrected: float
    together: int

    @property
    def ahead(self) -> str:
        """Which condition is ahead, ``first`` or ``second``; empty where the seeds do not decide it."""
        if self.corrected >= LEVEL:
            return ""
        return "first" if self.pair.first > self.pair.second else "second"

    @property
    def test(self) -> str:
        """What was compared and how, with its result, for the table of claims."""
        one, other = self.pair.rates
        return (
            f"{self.what}: {number(one.k)} against {number(other.k)} of {number(one.n)} seeds, "
            f"{number(self.pair.first)} and {number(self.pair.second)} in one alone{_correction(self.together)}: "
            f"p {p_value(self.corrected)}"
        )


def compare(evidence: Evidence, planned: Mapping[str, Comparison]) -> dict[str, Outcome]:
    """Compare all that was planned together, on the seeds that both arms have, and correct for their number.

    Parameters
    ----------
    evidence : Evidence
    planned : mapping of str to Comparison
        By a name of one's own.

    Returns
    -------
    dict of str to Outcome
    """
    return judge({name: same_seeds(evidence, each) for name, each in planned.items()})


def same_seeds(evidence: Evidence, comparison: Comparison) -> SameSeeds:
    """Look up what each seed came to in both arms."""
    first, second = (seeds_of(evidence, arm) for arm in (comparison.first, comparison.second))
    return SameSeeds(comparison.what, first, second, comparison.expected)


def judge(given: Mapping[str, SameSeeds]) -> dict[str, Outcome]:
    """Test all that is compared together, and correct for their number.

    Parameters
    ----------
    given : mapping of str to SameSeeds
        By a name of one's own.

    Returns
    -------
    dict of str to Outcome
    """
    pairs = {name: Paired.by_seed(each.first, each.second) for name, each in given.items()}
    corrected = holm({name: pair.p for name, pair in pairs.items()})
    return {
        name: Outcome(each.what, each.expected, pairs[name], corrected[name], len(pairs))
        for name, each in given.items()
    }


def seeds_of(evidence: Evidence, arm: Arm) -> pd.Series[bool]:
    """Tell of each seed of an arm whether it succeeds; the index is the seed."""
    table = evidence.table(arm.config)
    epoch = int(table["epoch"].max()) if arm.epoch is None else arm.epoch
    return CRITERIA[arm.criterion](table[table["epoch"] == epoch].set_index("seed"))


def arm_of(summary: Summary, criterion: str = "right") -> Arm:
    """Take an arm from what is summed up already: its configuration at its checkpoint."""
    return Arm(summary.config, summary.epoch, criterion)


def ahead(name: str, outcome: Outcome) -> Claim:
    """Claim that the first arm succeeds in more seeds than the second."""
    return Claim(name, outcome.ahead == "first", outcome.test)


def behind(name: str, outcome: Outcome) -> Claim:
    """Claim that the first arm succeeds in fewer seeds than the second."""
    return Claim(name, outcome.ahead == "second", outcome.test)


def all_ahead(name: str, outcomes: Iterable[Outcome], what: str) -> Claim:
    """Claim that the first arm succeeds in more seeds in each of several comparisons; `what` says what they are of."""
    listed = list(outcomes)
    worst = max((each.corrected for each in listed), default=1.0)
    correction = _correction(max((each.together for each in listed), default=0))
    test = f"{what}, {number(len(listed))} comparisons{correction}: p {p_value(worst)} or less"
    return Claim(name, bool(listed) and all(each.ahead == "first" for each in listed), test)


def undecided(name: str, outcome: Outcome) -> Claim:
    """Claim that the seeds do not decide which arm is ahead."""
    return Claim(name, not outcome.ahead, f"{outcome.test}, not below {LEVEL:g}")


def told(outcome: Outcome) -> Facts:
    """What a text says of an outcome."""
    pair = outcome.pair
    one, other = pair.rates
    return {
        "n": number(pair.n),
        "first": number(one.k),
        "second": number(other.k),
        "first_alone": number(pair.first),
        "second_alone": number(pair.second),
        "difference": _points(pair),
        "p": p_value(outcome.corrected),
        "planned": number(outcome.together),
    }


def comparisons_table(outcomes: Mapping[str, Outcome]) -> Table:
    """List every comparison with its outcome, those that decided nothing too."""
    return Table("comparisons", COLUMNS, [_row(outcome) for outcome in outcomes.values()])


def _row(outcome: Outcome) -> tuple[str, ...]:
    pair = outcome.pair
    one, other = pair.rates
    return (
        outcome.what,
        number(pair.n),
        number(one.k),
        number(other.k),
        number(pair.first),
        number(pair.second),
        _points(pair),
        p_value(pair.p).removeprefix("=\u00a0"),
        p_value(outcome.corrected).removeprefix("=\u00a0"),
        outcome.expected or "–",
        outcome.ahead or "undecided",
    )


def _correction(together: int) -> str:
    """Say by which test a p-value came, and for how many comparisons it is corrected."""
    return f"; McNemar's test{f', Holm over {number(together)}' if together > 1 else ''}"


def _points(pair: Paired) -> str:
    """Write a difference in percentage points with Newcombe's interval, as ``+16 (7 to 25)``."""
    sign = "+" if pair.difference > 0 else ""
    return f"{sign}{number(100 * pair.difference)} ({number(100 * pair.low)} to {number(100 * pair.high)})"
