"""Tuning: how few units and how short a training solve the task, with and without a gradient to the first symbol.

Settings are chosen on the first half of the seeds and confirmed on the other, so that the best of many is not luck;
docs/notes/tuning.md has what was left out.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import PRESETS, TUTORIAL_EPOCHS, Experiment, Preset

UNITS = (1, 2, 4, 8, 12, 16, 32, 64)
LEARNING_RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
MANY_UNITS = 32  # from here on the tutorial's epochs are enough, and 1,000 would take most of the time
ROUTES: dict[str, tuple[Config, int]] = {  # and epochs of the long budget; a row a sequence makes 2 updates, else 8
    "whole sequence a row": (Config(timesteps=4, targets="every"), 1000),
    "1 timestep, state carried": (Config(), TUTORIAL_EPOCHS),
}


class Tuning(Experiment):
    """Units x learning rates x routes; every checkpoint is the end of a shorter training."""

    name = "tuning"
    question = "What are the fewest units and epochs that solve the task in at least 95 % of seeds?"
    least_seeds = 2 * PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give each route each size and learning rate; without long budgets, every other one of both."""
        step = 1 if preset.long else 2
        return [
            replace(
                config,
                units=units,
                learning_rate=rate,
                epochs=epochs if preset.long and units < MANY_UNITS else TUTORIAL_EPOCHS,
            )
            for config, epochs in ROUTES.values()
            for units in UNITS[::step]
            for rate in LEARNING_RATES[::step]
        ]

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give twice as many seeds as elsewhere: one half to choose by, one to confirm with."""
        del config
        return 2 * preset.seeds


EXPERIMENTS = (Tuning(),)
