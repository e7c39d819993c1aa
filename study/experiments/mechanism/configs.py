"""The mechanism: which weights each layout trains, and what becomes of the first symbol in the state.

The causal experiment says that the lost state is to blame; this one looks inside, at layouts that lose it and at
those that keep it.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE

LAYOUTS: dict[
    str, tuple[Config, int]
] = {  # label: the configuration, and its long budget in multiples of the tutorial's
    "batch size 1": (Config(), 8),  # long enough to see it forget
    "batch size 2": (Config(batch_size=2), 4),
    "batch size 4": (Config(batch_size=4), 4),
    "batch size 8": (Config(batch_size=8), 4),
    "one sequence per lane": (Config(batch_size=2, layout="interleaved"), 8),
    "whole windows": (Config(model="stateless_lstm", timesteps=WHOLE), 1),
}


def probed_configs(preset: Preset) -> dict[str, Config]:
    """Give the probed configuration of each layout by its label."""
    return {
        label: replace(config, probe="mechanism", epochs=TUTORIAL_EPOCHS * (times if preset.long else 1))
        for label, (config, times) in LAYOUTS.items()
    }


class Mechanism(Experiment):
    """Gradients, moved weights and carried states for each layout."""

    name = "mechanism"
    question = "Which weights does each layout train, and how long does the state keep the first symbol?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give the probed configurations."""
        return list(probed_configs(preset).values())


EXPERIMENTS = (Mechanism(),)
