"""The main grid: every model, layout and batch size on the tutorial's task, at the tutorial's budget and beyond.

It answers the study's question: what is possible, what happens, and how the two differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from study.cell import Cell
from study.experiments.base import TUTORIAL_EPOCHS, Experiment, Preset
from study.layouts import LAYOUTS

BATCH_SIZES = (1, 2, 4, 8)
WHOLE = 4  # inputs in one of the tutorial's sequences: a window that holds the whole of it
KINDS: dict[
    str, tuple[Cell, Callable[[int], int]]
] = {  # kind of network: the cell it is, and the epochs of its long budget for a batch size
    "mlp": (Cell(model="mlp"), lambda _: TUTORIAL_EPOCHS),
    "stateless_lstm": (Cell(model="stateless_lstm"), lambda _: 1000),
    "whole_window": (Cell(model="stateless_lstm", timesteps=WHOLE), lambda _: 1000),
    # More training changes the answer here, and not always for the better.
    "stateful_lstm": (Cell(model="stateful_lstm"), lambda _: 4000),
}


class MainGrid(Experiment):
    """Models x layouts x batch sizes, the state reset after each sequence."""

    name = "main_grid"
    question = "Which models, layouts and batch sizes can tell 2 -> 3 from 2 -> 4, and which do?"

    def cells(self, preset: Preset) -> list[Cell]:
        """Give each kind of network in each layout at each batch size."""
        found = [
            replace(
                cell,
                layout=layout,
                batch_size=batch_size,
                epochs=epochs(batch_size) if preset.long else TUTORIAL_EPOCHS,
            )
            for cell, epochs in KINDS.values()
            for layout in LAYOUTS
            for batch_size in BATCH_SIZES
        ]
        if preset.long:  # the largest batch at as many updates as the tutorial makes
            longest = TUTORIAL_EPOCHS * BATCH_SIZES[-1]
            found += [
                replace(KINDS[name][0], batch_size=BATCH_SIZES[-1], epochs=longest) for name in ("mlp", "whole_window")
            ]
        return list(dict.fromkeys(found))
