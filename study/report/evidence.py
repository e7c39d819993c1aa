"""What the report may use: cells with their stored runs, and summaries at any checkpoint; nothing is computed anew.

The largest preset of an experiment whose cells are all stored is shown; failing that, one that is stored in part, if
every cell has the least seeds that the experiment asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from study.cell import Cell
from study.errors import StudyError
from study.experiments import EXPERIMENTS, PRESETS, Preset
from study.store import Store
from study.summaries import Summary, summarise


class Evidence:
    """The stored results, as the report sees them.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._tables: dict[Cell, pd.DataFrame] = {}
        self._summaries: dict[tuple[Cell, int | None], Summary] = {}
        self.cells_of: dict[str, list[Cell]] = {}
        self.presets: dict[str, Preset] = {}
        self.preset_of: dict[str, str] = {}  # as printed
        for experiment in EXPERIMENTS.values():
            for preset in PRESETS.values():  # from small to large; a larger one that is whole takes its place
                cells = experiment.cells(preset)
                if not cells:
                    continue
                stored = {cell: len(store.seeds(cell)) for cell in cells}
                whole = all(seeds >= experiment.seeds(preset, cell) for cell, seeds in stored.items())
                seeds = min(stored.values(), default=0)
                if whole or (seeds >= experiment.least_seeds and experiment.name not in self.cells_of):
                    name = preset.name if whole else f"{preset.name}, with {seeds} seeds"
                    self.cells_of[experiment.name], self.presets[experiment.name] = cells, preset
                    self.preset_of[experiment.name] = name

    def has(self, experiment: str) -> bool:
        """Whether an experiment is stored whole in some preset."""
        return experiment in self.cells_of

    def table(self, cell: Cell) -> pd.DataFrame:
        """All measures of a cell, without the settings that stand beside them in the file; see `Store.read`."""
        if cell not in self._tables:
            self._tables[cell] = self.store.read(cell).select_dtypes("number")
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
