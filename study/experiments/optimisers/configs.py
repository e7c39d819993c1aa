"""Optimisers: the tutorial's layout trained by plain gradient descent beside Adam, each at its own learning rates.

The control for the sentence that a gradient of one row cannot teach a network to remember: if that were the cause of
failure, another optimiser, whose gradient also stops at the row, would have to fail as well.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset

LONG_EPOCHS = 4000
LAYOUTS: dict[str, Config] = {
    "batch size 1, the tutorial": Config(),
    "batch size 2, one sequence per lane": Config(batch_size=2, layout="interleaved"),
    "batch size 4, rows in order": Config(batch_size=4),  # its ceiling is 1/2, whatever the optimiser
}
ADAM, FAST = "Adam, rate 0.001", "SGD, rate 0.5"
OPTIMISERS: dict[str, dict[str, str | float]] = {
    ADAM: {},
    "SGD, rate 0.1": {"optimiser": "sgd", "learning_rate": 0.1},
    FAST: {"optimiser": "sgd", "learning_rate": 0.5},
}


def trained(layout: str, optimiser: str, preset: Preset) -> Config:
    """Give the configuration of a layout trained by an optimiser; those of Adam are the main grid's."""
    epochs = LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS
    return replace(LAYOUTS[layout], epochs=epochs, **OPTIMISERS[optimiser])  # type: ignore[arg-type]


class Optimisers(Experiment):
    """Layouts x optimisers, at 1 timestep, so that no gradient crosses rows."""

    name = "optimisers"
    question = "With a gradient that never leaves the row, does it depend on the optimiser whether a network remembers?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each layout each optimiser."""
        return [trained(layout, optimiser, preset) for layout in LAYOUTS for optimiser in OPTIMISERS]


EXPERIMENTS = (Optimisers(),)
