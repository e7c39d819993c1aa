"""The mechanism: which weights each layout trains, and what becomes of the first symbol in the state.

The causal experiment says that the lost state is to blame; this one looks inside, at layouts that lose it and at
those that keep it.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Cell
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE

LAYOUTS: dict[str, tuple[Cell, int]] = {  # label: the cell, and its long budget in multiples of the tutorial's
    "batch size 1": (Cell(), 8),  # long enough to see it forget
    "batch size 2": (Cell(batch_size=2), 4),
    "batch size 4": (Cell(batch_size=4), 4),
    "batch size 8": (Cell(batch_size=8), 4),
    "one sequence per lane": (Cell(batch_size=2, layout="interleaved"), 8),
    "whole windows": (Cell(model="stateless_lstm", timesteps=WHOLE), 1),
}


def probed_cells(preset: Preset) -> dict[str, Cell]:
    """Give the probed cell of each layout by its label."""
    return {
        label: replace(cell, probe="mechanism", epochs=TUTORIAL_EPOCHS * (times if preset.long else 1))
        for label, (cell, times) in LAYOUTS.items()
    }


class Mechanism(Experiment):
    """Gradients, moved weights and carried states for each layout."""

    name = "mechanism"
    question = "Which weights does each layout train, and how long does the state keep the first symbol?"

    def cells(self, preset: Preset) -> list[Cell]:
        """Give the probed cells."""
        return list(probed_cells(preset).values())


EXPERIMENTS = (Mechanism(),)
