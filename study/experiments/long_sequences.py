"""Long sequences: which recipe still holds the first symbol when the lag grows from 3 to 100 steps and beyond.

The budget in weight updates is the same at every lag, so that what fails with the lag fails for want of memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from study.cell import Cell
from study.experiments.base import Experiment, Preset

LAGS = (3, 5, 10, 30, 100)
FULL_LAGS = (300, 1000)  # in the preset `full` alone
QUICK_LAGS = (3, 5, 10)
FEWER_SEEDS = (30, 30)  # from this lag on, at most so many seeds
UPDATES = {"quick": 500, "standard": 1000, "full": 4000}
STATEFUL = "1 timestep, state carried"


def _window(lag: int, forget_bias: float = 1.0, *, weight: float = 0.0, sees_inputs: bool = False) -> Cell:
    """Give the whole sequence as one row with a target at each step, both sequences in one batch.

    `weight` is that of the last step, as a multiple of what all steps weigh together.
    """
    return Cell(
        task="long_lag",
        task_options=(("lag", lag),),
        model="stateless_lstm",
        timesteps=lag + 1,
        targets="every",
        batch_size=2,
        layout="interleaved",
        learning_rate=3e-2 if weight > 1 else 1e-2,
        initialisation_options=() if forget_bias == 1.0 else (("forget_bias", forget_bias),),
        last_step_weight=weight * (lag + 1) or 1.0,
        sees_inputs=sees_inputs,
    )


def _chrono(lag: int) -> Cell:
    """Initialise the gates for every length of memory up to the lag."""
    return replace(_window(lag), initialisation="chrono", initialisation_options=(("longest", lag + 1.0),))


def _stateful(lag: int) -> Cell:
    """Feed one step a row, as the tutorial does, but each sequence in a lane of its own."""
    return replace(_window(lag), model="stateful_lstm", timesteps=1, targets="last", learning_rate=1e-3)


RECIPES: dict[str, Callable[[int], Cell]] = {
    STATEFUL: _stateful,
    "whole window, forget bias 1": _window,
    "forget bias 3": lambda lag: _window(lag, 3.0),
    "forget bias 5": lambda lag: _window(lag, 5.0),
    "forget bias 7": lambda lag: _window(lag, 7.0),
    "chrono": _chrono,
    "last step weighted": lambda lag: _window(lag, weight=1),
    "forget bias 7, last step weighted": lambda lag: _window(lag, 7.0, weight=1),
    "forget bias 7, last step weighted 10-fold, rate 0.03": lambda lag: _window(lag, 7.0, weight=10),
    "the same, outputs see inputs": lambda lag: _window(lag, 7.0, weight=10, sees_inputs=True),
}


class LongSequences(Experiment):
    """Recipes x lags."""

    name = "long_sequences"
    question = "Over how many steps does each recipe hold the first symbol?"

    def cells(self, preset: Preset) -> list[Cell]:
        """Give each recipe each lag; a row a step needs as many epochs as whole windows, and makes more updates."""
        lags = (LAGS + FULL_LAGS if preset.name == "full" else LAGS) if preset.long else QUICK_LAGS
        return [
            replace(recipe(lag), epochs=self.epochs(preset, name, lag))
            for name, recipe in RECIPES.items()
            for lag in lags
        ]

    def epochs(self, preset: Preset, recipe: str, lag: int) -> int:
        """Choose the epochs that make the budget's updates, and with a row a step at least 100 epochs."""
        updates = UPDATES[preset.name]
        return max(100, updates // (lag + 1)) if recipe == STATEFUL else updates

    def seeds(self, preset: Preset, cell: Cell) -> int:
        """Give long lags fewer seeds."""
        first, most = FEWER_SEEDS
        return min(preset.seeds, most) if dict(cell.task_options)["lag"] >= first else preset.seeds
