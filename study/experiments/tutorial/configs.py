"""The tutorial's own configuration, trained far beyond its budget: how reliable it is, and what more training does.

It is one of the main grid's, computed once for both.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset

LONG_EPOCHS = 4000
TUTORIAL = Config()


class Tutorial(Experiment):
    """One configuration."""

    name = "tutorial"
    question = "How reliable is the tutorial's own configuration?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give it at its budget, or far beyond."""
        return [replace(TUTORIAL, epochs=LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS)]


EXPERIMENTS = (Tutorial(),)
