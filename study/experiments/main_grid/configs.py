"""The main grid: every model, layout and batch size on the tutorial's task, at the tutorial's budget and beyond.

It answers the study's question: what is possible, what happens, and how the two differ.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset, checkpoints
from study.presentation import LAYOUTS

BATCH_SIZES = (1, 2, 4, 8)
WHOLE = 4  # inputs in one of the tutorial's sequences: a window that holds the whole of it
KINDS: dict[str, tuple[Config, int]] = {  # kind of network: the configuration it is, and the epochs of its long budget
    "mlp": (Config(model="mlp"), TUTORIAL_EPOCHS),
    "stateless_lstm": (Config(model="stateless_lstm"), 1000),
    "whole_window": (Config(model="stateless_lstm", timesteps=WHOLE), 1000),
    # More training changes the answer here, and not always for the better.
    "stateful_lstm": (Config(model="stateful_lstm"), 4000),
}


class MainGrid(Experiment):
    """Models x layouts x batch sizes, the state reset after each sequence."""

    name = "main_grid"
    question = "Which models, layouts and batch sizes can tell 2 -> 3 from 2 -> 4, and which do?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each kind of network in each layout at each batch size."""
        return [
            replace(
                config, layout=layout, batch_size=batch_size, epochs=self._epochs(name, layout, batch_size, preset.long)
            )
            for name, (config, _) in KINDS.items()
            for layout in LAYOUTS
            for batch_size in BATCH_SIZES
        ]

    def _epochs(self, name: str, layout: str, batch_size: int, long: bool) -> int:
        """Choose a budget; a batch of all rows, which makes one update an epoch, gets at least 1,000 of them."""
        if not long:
            return TUTORIAL_EPOCHS
        largest = layout != "interleaved" and batch_size == BATCH_SIZES[-1]
        return max(KINDS[name][1], 1000 if largest else 0)


def shared_with_main_grid(config: Config, preset: Preset) -> Config:
    """Give the main grid's longer run of this configuration, if it is scored at this one's budget, so that it is
    computed once.

    Parameters
    ----------
    config : Config
    preset : Preset

    Returns
    -------
    Config
        The configuration itself if there is none.
    """
    longer = _by_kind(preset).get(replace(config, epochs=0))
    return longer if longer and config.epochs in checkpoints(longer.epochs) else config


@cache
def _by_kind(preset: Preset) -> dict[Config, Config]:
    """Give the main grid's configurations by all but their budgets."""
    return {replace(config, epochs=0): config for config in MainGrid().configs(preset)}


EXPERIMENTS = (MainGrid(),)
