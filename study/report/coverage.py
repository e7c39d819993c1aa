"""How much of each experiment is stored: what is shown of it, and what the report says is missing.

The largest preset whose configurations are all stored is shown; failing that, a partly stored one, if every
configuration has the fewest seeds that the experiment accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from study.config import Config
from study.experiment import PRESETS, Experiment, Preset
from study.report.words import number
from study.runs.plan import seeds_wanted

DEFAULT = "standard"  # the preset of `study run` when none is named


@dataclass(frozen=True)
class Coverage:
    """What is stored of an experiment in one preset; configurations with the same updates count once.

    Attributes
    ----------
    experiment : Experiment
    preset : Preset
    configs : list of Config
        All that the experiment lists.
    wanted, stored : dict of Config to int
        Seeds that the preset asks of each computed configuration, and how many of these are there.
    """

    experiment: Experiment
    preset: Preset
    configs: list[Config]
    wanted: dict[Config, int]
    stored: dict[Config, int]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.stored == self.wanted

    @property
    def least(self) -> int:
        """Seeds of the configuration that has the fewest."""
        return min(self.stored.values())

    @property
    def share(self) -> float:
        """Share of the runs that are stored."""
        return sum(self.stored.values()) / sum(self.wanted.values())

    @property
    def name(self) -> str:
        """The preset, as printed."""
        return self.preset.name if self.whole else f"{self.preset.name}, with {self.least} seeds"

    @property
    def said(self) -> str:
        """How much is there, in numbers."""
        configs, runs = sum(map(bool, self.stored.values())), sum(self.stored.values())
        return (
            f"{number(configs)} of {number(len(self.wanted))} configurations, "
            f"{number(runs)} of {number(sum(self.wanted.values()))} runs"
        )

    @property
    def command(self) -> str:
        """The command that computes the rest."""
        preset = "" if self.preset.name == DEFAULT else f" --preset {self.preset.name}"
        return f"study run --experiment {self.experiment.name}{preset}"


def coverages_of(experiment: Experiment, seeds_of: Callable[[Config], set[int]]) -> list[Coverage]:
    """Count what is stored of an experiment, for each preset in which it has configurations, from small to large.

    Parameters
    ----------
    experiment : Experiment
    seeds_of : callable
        Which seeds of a configuration are stored.

    Returns
    -------
    list of Coverage
    """
    coverages = []
    for preset in PRESETS.values():
        if configs := experiment.configs(preset):
            seeds = seeds_wanted(experiment.seeds_of(preset))
            wanted = {config: len(each) for config, each in seeds.items()}
            stored = {config: len(seeds_of(config) & each) for config, each in seeds.items()}
            coverages.append(Coverage(experiment, preset, configs, wanted, stored))
    return coverages


def shown(coverages: Sequence[Coverage]) -> Coverage | None:
    """Choose what is shown of an experiment; none if too little is stored."""
    whole = [one for one in coverages if one.whole]
    enough = [one for one in coverages if one.least >= one.experiment.least_seeds]
    return whole[-1] if whole else next(iter(enough), None)


def incomplete(coverages: Sequence[Coverage]) -> Coverage | None:
    """Choose what is reported as incomplete: what is shown or, failing that, the preset with the largest stored share.

    Parameters
    ----------
    coverages : sequence of Coverage
        Of one experiment, from small to large.

    Returns
    -------
    Coverage or None
        None if what is shown is whole, or if nothing is stored of an optional experiment.
    """
    chosen = shown(coverages) or max(coverages, key=lambda one: (one.share, one.preset.name == DEFAULT))
    optional = DEFAULT not in [one.preset.name for one in coverages]
    return None if chosen.whole or (optional and not chosen.share) else chosen
