"""What the report may use: stored runs, and summaries of them at any checkpoint; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar, cast

import pandas as pd

from study.config import Config
from study.errors import StudyError, unknown_name
from study.experiment import Preset
from study.measures.summaries import Summary, summarise
from study.report.bounds import refuse_above_ceiling
from study.report.contents import Contents
from study.report.coverage import Coverage, coverages_of, incomplete, shown
from study.runs.diverged import with_diverged
from study.runs.store import Store

Answer = TypeVar("Answer")


class Evidence:
    """The stored results, as the report sees them.

    Parameters
    ----------
    store : Store
    contents : Contents
        What the report is made of.
    """

    def __init__(self, store: Store, contents: Contents) -> None:
        self.store, self.contents = store, contents
        self._tables: dict[Config, pd.DataFrame] = {}
        self._summaries: dict[tuple[Config, int | None], Summary] = {}
        self._answers: dict[tuple[Callable[..., object], tuple[Hashable, ...]], object] = {}
        self.configs_of: dict[str, list[Config]] = {}
        self.presets: dict[str, Preset] = {}
        self.preset_of: dict[str, str] = {}  # as printed
        self.incomplete: list[Coverage] = []
        seeds_of = cache(store.seeds)
        for name, experiment in contents.experiments.items():
            coverages = coverages_of(experiment, seeds_of)
            if coverage := shown(coverages):
                self.configs_of[name], self.presets[name], self.preset_of[name] = (
                    coverage.configs,
                    coverage.preset,
                    coverage.name,
                )
            if lacking := incomplete(coverages):
                self.incomplete.append(lacking)

    def has(self, *experiments: str) -> bool:
        """Whether experiments are shown, all of them; see `study.report.coverage`."""
        return all(experiment in self.configs_of for experiment in experiments)

    def table(self, config: Config) -> pd.DataFrame:
        """All measures of a configuration, without the settings that stand beside them in the file; see `Store.read`.
        Seeds that diverged have rows without numbers, which meet no criterion.

        A StudyError names the file if they are better than any network can be.
        """
        if config not in self._tables:
            diverged = self.store.diverged(config)
            table = None
            if self.store.files(config) or not diverged:
                table = self.store.read(config, settings=False)
                refuse_above_ceiling(self.store, config, table)
            self._tables[config] = with_diverged(config, table, diverged)
        return self._tables[config]

    def summary(self, config: Config, epoch: int | None = None) -> Summary:
        """Sum a configuration up at a checkpoint, the last one if none is given."""
        if (config, epoch) not in self._summaries:
            self._summaries[config, epoch] = summarise(config, self.table(config), epoch)
        return self._summaries[config, epoch]

    def once(self, find: Callable[..., Answer], *arguments: Hashable) -> Answer:
        """Give what a function finds in this evidence, which several sections and figures ask for, found once."""
        if (find, arguments) not in self._answers:
            self._answers[find, arguments] = find(self, *arguments)
        return cast("Answer", self._answers[find, arguments])

    def seconds_of(self, config: Config) -> float:
        """Average the seconds by the clock that a worker spent on a run of a configuration, scoring included."""
        spent = sum(float(origin["seconds"]) for origin in self.store.provenance(config))
        return spent / int(self.table(config)["seed"].nunique())

    def find(self, experiment: str, **settings: Any) -> Config:
        """Find the one configuration of an experiment with these settings, that of the longest budget if there are
        several.

        Raises
        ------
        StudyError
            If there is none.
        """
        if unknown := [name for name in settings if name not in Config.__dataclass_fields__]:
            raise unknown_name("setting", unknown[0], Config.__dataclass_fields__)
        matching = [
            config
            for config in self.configs_of.get(experiment, [])
            if all(getattr(config, name) == value for name, value in settings.items())
        ]
        if not matching:
            raise StudyError(
                f"experiment {experiment} has no stored configuration with {settings}; compute it with 'study run'"
            )
        return max(matching, key=lambda config: config.epochs)

    def longest(self, experiment: str) -> list[Config]:
        """List an experiment's configurations; of those that differ only in their budget, the longest."""
        best: dict[Config, Config] = {}
        for config in self.configs_of.get(experiment, []):
            key = replace(config, epochs=0)
            if key not in best or best[key].epochs < config.epochs:
                best[key] = config
        return list(best.values())

    def origins(self) -> Iterator[dict[str, Any]]:
        """Read the provenance of every stored file that the report uses."""
        for config in dict.fromkeys(config for configs in self.configs_of.values() for config in configs):
            yield from self.store.provenance(config)
