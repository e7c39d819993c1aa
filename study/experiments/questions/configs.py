"""The readers' questions that need a measurement: windows of two, no state, one input with two answers, running freely.

Each is a handful of cells; what they ask of layouts alone is answered by `study why`, without training.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Cell
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE

LONG_EPOCHS = 1000
PASSES = 5  # of each sequence, for the network that is trained to go on after its end
CELLS: dict[str, dict[str, Cell]] = {  # what is asked: its cells by label
    "windows of two inputs": {
        "stateful, batch size 1": Cell(timesteps=2),
        "stateful, batch size 2": Cell(timesteps=2, batch_size=2),
        "stateful, batch size 4": Cell(timesteps=2, batch_size=4),
        "stateless": Cell(model="stateless_lstm", timesteps=2),
    },
    "without state": {
        "1 timestep": Cell(model="stateless_lstm"),
        "2 timesteps": Cell(model="stateless_lstm", timesteps=2),
        "3 timesteps": Cell(model="stateless_lstm", timesteps=3),
        "4 timesteps": Cell(model="stateless_lstm", timesteps=WHOLE),
        "4 timesteps, a target at each": Cell(model="stateless_lstm", timesteps=WHOLE, targets="every", batch_size=2),
    },
    "one input, two answers": {
        "stateless, batch size 2": Cell(task="two_pairs", model="stateless_lstm", batch_size=2),
        "stateful, batch size 2, never reset": Cell(task="two_pairs", batch_size=2, reset="never"),
        "stateful, batch size 1, reset after each sequence": Cell(task="two_pairs"),
        "stateful, batch size 1, reset after each epoch": Cell(task="two_pairs", reset="epoch"),
        "the same, in random order": Cell(task="two_pairs", reset="epoch", order="random"),
    },
    "running freely": {
        "the tutorial": Cell(probe="generation"),
        "never reset, fixed order": Cell(reset="never", probe="generation"),
        "one sequence per lane": Cell(batch_size=2, layout="interleaved", probe="generation"),
        "whole windows": Cell(model="stateless_lstm", timesteps=WHOLE, probe="generation"),
        "whole sequence a row": Cell(timesteps=WHOLE, targets="every", probe="generation"),
        f"{PASSES} passes a row": Cell(
            task_options=(("passes", PASSES),), timesteps=PASSES * WHOLE, targets="every", probe="generation"
        ),
    },
    "other batch size in use": {
        "batch size 4, rows in order": Cell(batch_size=4),
        "batch size 2, one sequence per lane": Cell(batch_size=2, layout="interleaved"),
    },
}


def cells_of(preset: Preset) -> dict[str, dict[str, Cell]]:
    """Give the cells of each question by their labels, with the preset's budget."""
    epochs = LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS
    return {
        question: {label: replace(cell, epochs=epochs) for label, cell in cells.items()}
        for question, cells in CELLS.items()
    }


class Questions(Experiment):
    """Small cells, several of them shared with other experiments."""

    name = "questions"
    question = "What do readers of the tutorial get who try windows of two, no state, or free-running prediction?"

    def cells(self, preset: Preset) -> list[Cell]:
        """Give the cells of all questions, none twice."""
        return list(dict.fromkeys(cell for cells in cells_of(preset).values() for cell in cells.values()))


EXPERIMENTS = (Questions(),)
