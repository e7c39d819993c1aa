"""What came of the trials of a reading: successes, how long they took, and the verdict beside the published row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import inf, isfinite, log, nan
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.config import Config
from study.measures.pairs import Paired
from study.measures.statistics import Mean, Rate, mean_of
from study.measures.stop_rules import make_stop_rule, sequences_to_success
from study.replication.plan import Table
from study.replication.readings import Open, Reading, said
from study.replication.survival import Survival, survival
from study.replication.verdicts import (
    CONTRADICTED,
    REPRODUCED,
    Measured,
    Published,
    Verdict,
    judge,
    over_readings,
)
from study.report.evidence import Evidence
from study.report.words import number

Name = TypeVar("Name")


@dataclass(frozen=True)
class Trials:
    """Trials of one reading, of one configuration or of the two ends of a range of rates.

    Attributes
    ----------
    times : Series
        Sequences until success, infinite where the budget came first; by configuration and seed.
    budget : int
        Sequences.
    every : int
        Sequences between two judgements, which is how finely a time is known.
    joined : float
        Sequences after which the cell joined, the median; not a number where it was there from the start.
    """

    times: pd.Series[float]
    budget: int
    every: int
    joined: float = nan

    @cached_property
    def ended(self) -> npt.NDArray[np.float64]:
        """Times of the trials that succeeded."""
        times: npt.NDArray[np.float64] = np.asarray(self.times, dtype=np.float64)
        return times[np.isfinite(times)]

    @property
    def rate(self) -> Rate:
        """Trials that succeeded."""
        return Rate(len(self.ended), len(self.times))

    @cached_property
    def mean(self) -> Mean:
        """Mean of the times of those; not a number where there are none."""
        return mean_of(self.ended, least=0.0) if len(self.ended) else Mean(nan, nan, nan, 0)

    @cached_property
    def mean_at_least(self) -> float:
        """What the mean of all trials is at least, as those without success take longer than the budget."""
        return float(self.times.clip(upper=self.budget).mean())

    @cached_property
    def measured(self) -> Measured:
        """As the rule of replication takes it."""
        return Measured(self.rate, self.mean.value, self.budget)

    @property
    def curve(self) -> Survival:
        """Share that had not succeeded over time."""
        return survival(self.times.clip(upper=self.budget), self.times.map(isfinite))

    @property
    def spread(self) -> str:
        """Write the mean with the least and the greatest, such as ``5,040 (3,000 to 9,100)``, alone where all agree."""
        if not len(self.ended):
            return f">\u00a0{number(self.budget)}"
        least, most = number(self.ended.min()), number(self.ended.max())
        return number(self.mean.value) + (f" ({least} to {most})" if least != most else "")


def trials_of(evidence: Evidence, configs: Sequence[Config]) -> Trials:
    """Read what came of configurations with one budget, whose trials count together."""
    tables = {place: evidence.table(config) for place, config in enumerate(configs)}
    times = pd.concat({place: _times(configs[place], table) for place, table in tables.items()})
    joined = [table["joined_after"].median() for table in tables.values() if "joined_after" in table]
    return Trials(times, configs[0].sequences, configs[0].judged_every, float(joined[0]) if joined else nan)


def _times(config: Config, table: pd.DataFrame) -> pd.Series[float]:
    rule = make_stop_rule(config.stop, dict(config.stop_options))
    assert rule is not None
    return sequences_to_success(table, rule)


def earlier(first: Trials, second: Trials) -> Paired:
    """Compare two readings trial by trial: which succeeds earlier; one that never does is later."""
    one, other = first.times.align(second.times, join="inner")
    return Paired.of(one < other, other < one)


@dataclass(frozen=True)
class Judged:
    """A published row with all readings of it.

    Attributes
    ----------
    published : Published
    by_reading : dict of Reading to Trials
    """

    published: Published
    by_reading: dict[Reading, Trials]

    def verdict(self, reading: Reading) -> Verdict:
        """Judge one reading."""
        return judge(self.published, self.by_reading[reading].measured)

    @property
    def overall(self) -> str:
        """The verdict over all readings, or what it depends on."""
        names = {said(reading, None): reading for reading in self.by_reading}
        verdicts = {name: self.verdict(reading) for name, reading in names.items()}
        return over_readings(verdicts, {name: dict(reading) for name, reading in names.items()})

    @property
    def reproducing(self) -> list[Reading]:
        """Readings that are not contradicted."""
        return [reading for reading in self.by_reading if self.verdict(reading).says != CONTRADICTED]

    @property
    def closest(self) -> Reading:
        """The reading that comes closest to the published row; it is chosen after the results.

        Where the paper has successes it is never one without any, unless all are.
        """
        return min(self.by_reading, key=self._distance)

    def _distance(self, reading: Reading) -> tuple[bool, bool, float, float]:
        """Order readings: reproduced ones first, then those with a success, then by the share, then by the mean."""
        found, trials = self.verdict(reading), self.by_reading[reading]
        apart = abs(trials.rate.share - self.published.succeeded.share)
        never = bool(self.published.succeeded.k) and not trials.rate.k
        return found.says != REPRODUCED, never, apart, abs(log(found.ratio)) if isfinite(found.ratio) else inf


@dataclass(frozen=True)
class Effect:
    """What one open detail does, over all pairs of readings that differ in nothing else.

    Attributes
    ----------
    pairs, decides : int
        How many there are, and in how many the verdict differs.
    share : float
        Greatest difference in the share of successes.
    factor : float
        Greatest factor between the means, where both have successes; 1 where no pair has.
    """

    pairs: int
    decides: int
    share: float
    factor: float


def judge_rows(evidence: Evidence, table: Table) -> dict[Any, Judged]:
    """Read every published row that was run, under every reading."""
    return {
        row: Judged(row.result, {reading: trials_of(evidence, configs) for reading, configs in by_reading.items()})
        for row, by_reading in table.items()
    }


def read_named(evidence: Evidence, named: Mapping[Name, Config]) -> dict[Name, Trials]:
    """Read other networks by name."""
    return {name: trials_of(evidence, [config]) for name, config in named.items()}


def effect_of(name: str, judged: Iterable[Judged]) -> Effect:
    """Measure what an open detail does.

    Parameters
    ----------
    name : str
        What is open.
    judged : iterable of Judged
        Published rows, each with its readings.
    """
    pairs = decides = 0
    share, factor = 0.0, 1.0
    for row in judged:
        for one, other in combinations(row.by_reading, 2):
            differ = [here for (here, way), (_, another) in zip(one, other, strict=True) if way != another]
            if differ != [name]:
                continue
            first, second = row.by_reading[one], row.by_reading[other]
            pairs, decides = pairs + 1, decides + (row.verdict(one).says != row.verdict(other).says)
            share = max(share, abs(first.rate.share - second.rate.share))
            if len(first.ended) and len(second.ended):
                ratio = first.mean.value / second.mean.value
                factor = max(factor, ratio, 1 / ratio)
    return Effect(pairs, decides, share, factor)


def effects(left_open: Open, judged: Sequence[Judged]) -> dict[str, Effect]:
    """Measure all that is open, by name."""
    return {name: effect_of(name, judged) for name in left_open}
