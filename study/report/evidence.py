"""What the report may use: cells with their stored runs, and summaries at any checkpoint; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from study.config import Cell
from study.errors import StudyError
from study.experiment import Preset
from study.measures.summaries import Summary, summarise
from study.report.bounds import refuse_above_ceiling
from study.report.contents import Contents
from study.report.holdings import Holding, holdings_of, incomplete, shown
from study.runs.store import Store


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
        self._tables: dict[Cell, pd.DataFrame] = {}
        self._summaries: dict[tuple[Cell, int | None], Summary] = {}
        self.cells_of: dict[str, list[Cell]] = {}
        self.presets: dict[str, Preset] = {}
        self.preset_of: dict[str, str] = {}  # as printed
        self.incomplete: list[Holding] = []
        seeds_of = cache(store.seeds)
        for name, experiment in contents.experiments.items():
            holdings = holdings_of(experiment, seeds_of)
            if found := shown(holdings):
                self.cells_of[name], self.presets[name], self.preset_of[name] = found.cells, found.preset, found.name
            if lacking := incomplete(holdings):
                self.incomplete.append(lacking)

    def has(self, experiment: str) -> bool:
        """Whether an experiment is shown; see `study.report.holdings`."""
        return experiment in self.cells_of

    def table(self, cell: Cell) -> pd.DataFrame:
        """All measures of a cell, without the settings that stand beside them in the file; see `Store.read`.

        A StudyError names the file if they are better than any network can be.
        """
        if cell not in self._tables:
            table = self.store.read(cell).select_dtypes("number")
            refuse_above_ceiling(self.store, cell, table)
            self._tables[cell] = table
        return self._tables[cell]

    def summary(self, cell: Cell, epoch: int | None = None) -> Summary:
        """Sum a cell up at a checkpoint, the last one if none is given."""
        if (cell, epoch) not in self._summaries:
            self._summaries[cell, epoch] = summarise(cell, self.table(cell), epoch)
        return self._summaries[cell, epoch]

    def seconds_of(self, cell: Cell) -> float:
        """Average the measured processor time of a cell's runs, scoring included, in seconds a run."""
        spent = sum(float(origin["seconds"]) for origin in self.store.provenance(cell))
        return spent / int(self.table(cell)["seed"].nunique())

    def find(self, experiment: str, **settings: Any) -> Cell:
        """Find the one cell of an experiment with these settings, that of the longest budget if there are several.

        Raises
        ------
        StudyError
            If there is none.
        """
        found = [
            cell
            for cell in self.cells_of.get(experiment, [])
            if all(getattr(cell, name) == value for name, value in settings.items())
        ]
        if not found:
            raise StudyError(f"experiment {experiment} has no stored cell with {settings}; compute it with 'study run'")
        return max(found, key=lambda cell: cell.epochs)

    def longest(self, experiment: str) -> list[Cell]:
        """List an experiment's cells, of those that differ by their budget alone only the longest."""
        best: dict[Cell, Cell] = {}
        for cell in self.cells_of.get(experiment, []):
            key = replace(cell, epochs=0)
            if key not in best or best[key].epochs < cell.epochs:
                best[key] = cell
        return list(best.values())

    def origins(self) -> Iterator[dict[str, Any]]:
        """Read the provenance of every stored file that the report uses."""
        for cell in dict.fromkeys(cell for cells in self.cells_of.values() for cell in cells):
            yield from self.store.provenance(cell)
