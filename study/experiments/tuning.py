"""Tuning: how few units and how short a training solve the task, with and without a gradient to the first symbol.

Settings are chosen on the first half of the seeds and confirmed on the other, so that the best of many is not luck.
"""

from __future__ import annotations

from dataclasses import replace

from study.cell import Cell
from study.experiments.base import TUTORIAL_EPOCHS, Experiment, Preset

UNITS = (1, 2, 3, 4, 6, 8, 16, 32, 64)
LEARNING_RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
ROUTES: dict[str, tuple[Cell, int]] = {  # and epochs of the long budget; a row a sequence makes 2 updates, else 8
    "whole sequence a row": (Cell(timesteps=4, targets="every"), 1000),
    "1 timestep, state carried": (Cell(), TUTORIAL_EPOCHS),
}


class Tuning(Experiment):
    """Units x learning rates x routes; every checkpoint on the way is a shorter training."""

    name = "tuning"
    question = "What are the fewest units and epochs that solve the task in at least 95 % of seeds?"

    def cells(self, preset: Preset) -> list[Cell]:
        """Give each route each size and learning rate."""
        return [
            replace(cell, units=units, learning_rate=rate, epochs=epochs if preset.long else TUTORIAL_EPOCHS)
            for cell, epochs in ROUTES.values()
            for units in UNITS
            for rate in LEARNING_RATES
        ]

    def seeds(self, preset: Preset, cell: Cell) -> int:
        """Give twice as many seeds as elsewhere: one half to choose by, one to confirm with."""
        del cell
        return 2 * preset.seeds
