"""Batch learning: a weight update after every row, every sequence and every epoch, the state carried rightly in each.

Batches here are in time, not side by side: one lane, whose gradients are gathered before the weights are changed.

Two learning rates, ten times apart, are enough to see whether fewer updates only need larger steps. A row
that holds a whole sequence has no update inside it, so it is updated at two times and not three. Configurations
that are the start of a longer run of the main grid are taken from there.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import PRESETS, TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import shared_with_main_grid

SEQUENCES, PAIRS = 2, 4  # of the tutorial's task
LONG_UPDATES = 2000  # as many as the tutorial makes in its 250 epochs
LEARNING_RATES = (1e-3, 1e-2)
# Rows of an epoch, by how far back the gradient of each reaches.
REACHES: dict[str, tuple[Config, int]] = {
    "1 timestep, state carried": (Config(), SEQUENCES * PAIRS),
    "whole window a row": (Config(model="stateless_lstm", timesteps=PAIRS), SEQUENCES * PAIRS),
    "whole sequence a row": (Config(timesteps=PAIRS, targets="every"), SEQUENCES),
}
AFTER = {"every row": SEQUENCES * PAIRS, "every sequence": SEQUENCES, "every epoch": 1}  # updates of an epoch


class BatchLearning(Experiment):
    """Reaches of the gradient x times of the update x learning rates, to as many updates as the tutorial makes."""

    name = "batch_learning"
    question = "Is it better to update the weights after every row, every sequence or every epoch?"
    least_seeds = PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give each reach each time; a row that holds a sequence has no update inside it."""
        return [
            shared_with_main_grid(
                replace(
                    config,
                    accumulate=rows // updates,
                    learning_rate=rate,
                    epochs=LONG_UPDATES // updates if preset.long else TUTORIAL_EPOCHS,
                ),
                preset,
            )
            for config, rows in REACHES.values()
            for updates in AFTER.values()
            if updates <= rows
            for rate in LEARNING_RATES
        ]


EXPERIMENTS = (BatchLearning(),)
