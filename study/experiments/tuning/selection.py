"""Choosing settings on one half of the seeds and judging them on the other: used by figure and section of tuning.

The best of many settings looks better than it is on the seeds it was chosen by; the other half does not share that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.config import Config
from study.experiment import Arm
from study.experiments.tuning.configs import ROUTES
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA
from study.report.comparisons import SameSeeds
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH


@dataclass(frozen=True)
class HalfRates:
    """Runs that meet a criterion, in the first half of the seeds and in the second."""

    first: Rate
    second: Rate

    @property
    def share(self) -> float:
        """Share of both halves together."""
        return (self.first.k + self.second.k) / (self.first.n + self.second.n)


@dataclass(frozen=True)
class Setting:
    """A configuration at one checkpoint.

    Attributes
    ----------
    config : Config
    epoch, updates : int
    right : HalfRates
        Runs with every ambiguous row right by argmax.
    within : HalfRates
        Runs with every output within 0.25 of its target.
    gap : float
        Memory gap, median of the second half.
    """

    config: Config
    epoch: int
    updates: int
    right: HalfRates
    within: HalfRates
    gap: float

    def arm(self, criterion: str) -> Arm:
        """Give the setting as one side of a comparison, judged by a criterion of `study.measures.summaries`."""
        return Arm(self.config, self.epoch, criterion)


Criterion = Callable[[Setting], HalfRates]


def right(setting: Setting) -> HalfRates:
    """Judge by the argmax at the ambiguous rows, which may be right with next to no margin."""
    return setting.right


def within(setting: Setting) -> HalfRates:
    """Judge by the largest error, which leaves a margin."""
    return setting.within


def tuned_configs(evidence: Evidence, route: str) -> list[Config]:
    """List a route's configurations by units, then learning rate."""
    timesteps = ROUTES[route][0].timesteps
    configs = [config for config in evidence.configs_of["tuning"] if config.timesteps == timesteps]
    return sorted(configs, key=lambda config: (config.units, config.learning_rate))


def settings(evidence: Evidence, configs: Sequence[Config]) -> list[Setting]:
    """Count all configurations at all checkpoints after the start."""
    return [setting for config in configs for setting in evidence.once(_checkpoints, config)]


def confirming(compared: SameSeeds) -> SameSeeds:
    """Keep the second half of the seeds, which chose nothing."""
    first, second = (seeds[_second_half(seeds.index.to_numpy())] for seeds in (compared.first, compared.second))
    return compared._replace(what=f"{compared.what}; second half of the seeds", first=first, second=second)


def _checkpoints(evidence: Evidence, config: Config) -> list[Setting]:
    table = evidence.table(config)
    return [
        Setting(
            config,
            int(runs["epoch"].iloc[0]),
            int(runs["updates"].iloc[0]),
            in_halves(runs, "right"),
            in_halves(runs, "within"),
            float(np.median(runs["memory_gap"].to_numpy()[_second_half(runs["seed"].to_numpy())])),
        )
        for _, runs in table[table["epoch"] > 0].groupby("epoch")
    ]


def in_halves(runs: pd.DataFrame, criterion: str) -> HalfRates:
    """Count the runs at a checkpoint that meet a criterion, in the first half of the seeds and in the second."""
    judged, second = CRITERIA[criterion], _second_half(runs["seed"].to_numpy())
    met = judged.met(runs[judged.measure].to_numpy())
    return HalfRates(*(Rate(int(met[half].sum()), int(half.sum())) for half in (~second, second)))


def _second_half(seeds: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say of each seed whether it is in the second half."""
    second: npt.NDArray[np.bool_] = seeds >= (seeds.max() + 1) // 2
    return second


def best(tried: Sequence[Setting], criterion: Criterion) -> Setting:
    """Choose the setting that meets the criterion most often on the first half; of equals the shortest."""
    return max(tried, key=lambda each: (criterion(each).first.share, -each.epoch, -each.config.units))


def by_units(tried: Sequence[Setting], criterion: Criterion) -> list[Setting]:
    """Choose one setting for each number of units, from few to many."""
    return [
        best([s for s in tried if s.config.units == size], criterion)
        for size in sorted({s.config.units for s in tried})
    ]


def by_epochs(tried: Sequence[Setting], criterion: Criterion) -> list[Setting]:
    """Choose one setting for each length of training, from short to long."""
    return [best([s for s in tried if s.epoch == epoch], criterion) for epoch in sorted({s.epoch for s in tried})]


def choose(candidates: Sequence[Setting], criterion: Criterion) -> Setting | None:
    """Choose the first setting, in the order given, that is reliable on the first half; the second half judges it."""
    return next((each for each in candidates if criterion(each).first.share >= ENOUGH), None)
