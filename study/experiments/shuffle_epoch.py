"""Order of presentation: the two sequences in fixed, alternating and random order, with three habits of resetting.

A fixed order without resets can be learnt by counting; only scoring in another order tells counting from memory.
"""

from __future__ import annotations

from dataclasses import replace

from study.cell import Cell
from study.experiments.base import TUTORIAL_EPOCHS, Experiment, Preset
from study.layouts import ORDERS, RESETS

LONG_EPOCHS = 1000
ROUTES: dict[str, Cell] = {  # how the first symbol could reach the ambiguous row
    "stateful, batch 1": Cell(),
    "stateful, interleaved, batch 2": Cell(batch_size=2, layout="interleaved"),
    # The ambiguous rows have a lane of their own: what is right there can only be counted.
    "stateful, consecutive, batch 4": Cell(batch_size=4),
    "whole window": Cell(model="stateless_lstm", timesteps=4),
}


class ShuffleEpoch(Experiment):
    """Orders x resets x ways the first symbol could reach the ambiguous row; windows carry nothing that is reset."""

    name = "shuffle_epoch"
    question = "Does the order of the two sequences change what is learnt, and does a position counter creep in?"

    def cells(self, preset: Preset) -> list[Cell]:
        """Give each route each order and, where state is carried, each reset."""
        epochs = LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS
        return [
            replace(cell, order=order, reset=reset, epochs=epochs)
            for cell in ROUTES.values()
            for reset in (RESETS if cell.model == "stateful_lstm" else RESETS[:1])
            for order in ORDERS
        ]
