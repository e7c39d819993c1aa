"""Long sequences: which recipe still holds the first symbol when the lag grows from 3 to 100 steps and beyond.

The budget in weight updates is the same at every lag, so that a longer lag is not helped by a longer training.
Recipes were chosen on seeds from 10,000 on, which no experiment reports; docs/notes/long-lags.md has what came of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log

from study.config import Config
from study.experiment import PRESETS, TUTORIAL_EPOCHS, Experiment, Preset

LAGS = (3, 5, 10, 30, 100)
FAR_LAGS = (300, 1000)
QUICK_LAGS = (3, 5, 10)
FEWER_SEEDS = (30, 30)  # from this lag on, at most so many seeds
UPDATES = {"quick": 100, "standard": 500, "full": 4000}
FAR_UPDATES = 600
WEIGHT = 10  # of the last step where it is weighted, as a multiple of what all steps weigh together
FAST, SLOW = 1e-1, 1e-2  # learning rates
STATEFUL = "tutorial: 1 timestep, state carried"
PLAIN = "whole window, forget bias 1"
SLOW_PLAIN = f"{PLAIN}, rate 0.01"
HIGH = "forget bias 7"
HIGH_SEEING = f"{HIGH}, outputs see inputs"
OF_1997 = "cell of 1997"
OF_1997_WEIGHTED = f"{OF_1997}, last step weighted"
WEIGHTED = "forget bias 1, last step weighted"
BEST = f"{HIGH}, last step weighted"
SLOW_BEST = f"{BEST}, rate 0.01"
WIDE = f"{BEST}, 40 units"
BEST_SEEING = f"{BEST}, outputs see inputs"
CHRONO_WEIGHTED = "chrono, last step weighted"
SHUT = "forget bias 10, input bias -3, last step weighted, 40 units"
SHUT_SHARE = f"{SHUT}, outputs begin at 1/symbols"
LONGER = {PLAIN: 2, HIGH: 2}  # these run on to so many times the updates, for those who ask for more epochs


def _window(
    lag: int, forget_bias: float = 1.0, *, weight: float = 0.0, rate: float = FAST, **settings: object
) -> Config:
    """Give the whole sequence as one row with a target at each step, both sequences in one batch.

    `weight` is that of the last step, as a multiple of what all steps weigh together.
    """
    config = Config(
        task="long_lag",
        task_options=(("lag", lag),),
        model="stateless_lstm",
        timesteps=lag + 1,
        targets="every",
        batch_size=2,
        layout="interleaved",
        learning_rate=rate,
        initialisation_options=() if forget_bias == 1.0 else (("forget_bias", forget_bias),),
        last_step_weight=weight * (lag + 1) or 1.0,
    )
    return replace(config, **settings)  # type: ignore[arg-type]


def _shut(lag: int, **biases: float) -> Config:
    """Begin with the forget gates wide open and the input gates nearly shut."""
    options = {"forget_bias": 10.0, "input_bias": -3.0, **biases}
    return _window(lag, weight=WEIGHT, units=40, initialisation_options=tuple(options.items()))


def _chrono(lag: int, **settings: float) -> Config:
    """Initialise the gates for every length of memory up to the lag."""
    return replace(_window(lag, **settings), initialisation="chrono", initialisation_options=(("longest", lag + 1.0),))


def _stateful(lag: int) -> Config:
    """Do as the tutorial does: one step a row, one row an update, Keras' defaults."""
    return Config(task="long_lag", task_options=(("lag", lag),))


def _of_1997(lag: int, weight: float = 0.0) -> Config:
    """Take the memory cell without a forget gate, whose outputs see the inputs; no biases, weights within 0.2.

    As in Task 2a of the paper but for what the other recipes share: 20 configurations in place of 1, there from the
    start and not added later, cross-entropy and Adam.
    """
    return _window(lag, weight=weight, model="stateless_lstm_1997", initialisation="uniform_1997", sees_inputs=True)


RECIPES: dict[str, Callable[[int], Config]] = {
    STATEFUL: _stateful,
    PLAIN: _window,
    SLOW_PLAIN: lambda lag: _window(lag, rate=SLOW),
    "forget bias 3": lambda lag: _window(lag, 3.0),
    "forget bias 5": lambda lag: _window(lag, 5.0),
    HIGH: lambda lag: _window(lag, 7.0),
    "chrono": _chrono,
    HIGH_SEEING: lambda lag: _window(lag, 7.0, sees_inputs=True),
    OF_1997: _of_1997,
    WEIGHTED: lambda lag: _window(lag, weight=WEIGHT),
    BEST: lambda lag: _window(lag, 7.0, weight=WEIGHT),
    SLOW_BEST: lambda lag: _window(lag, 7.0, weight=WEIGHT, rate=SLOW),
    WIDE: lambda lag: _window(lag, 7.0, weight=WEIGHT, units=40),
    BEST_SEEING: lambda lag: _window(lag, 7.0, weight=WEIGHT, sees_inputs=True),
    CHRONO_WEIGHTED: lambda lag: _chrono(lag, weight=WEIGHT),
    SHUT: _shut,
    SHUT_SHARE: lambda lag: _shut(lag, output_bias=round(-log(lag + 1), 4)),
    OF_1997_WEIGHTED: lambda lag: _of_1997(lag, weight=WEIGHT),
}
UNTRAINED = (WIDE, SHUT)  # whose configurations are looked into before training
FAR_RECIPES = (BEST, WIDE, SHUT, SHUT_SHARE)  # where outputs see the inputs, lag 1,000 takes a million weights a seed


def untrained_config(recipe: str, lag: int) -> Config:
    """Give the configuration that looks into a recipe's networks before training."""
    return replace(RECIPES[recipe](lag), epochs=0, probe="untrained")


def _few(preset: Preset, config: Config) -> int:
    """Give long lags fewer seeds."""
    first, most = FEWER_SEEDS
    return min(preset.seeds, most) if dict(config.task_options)["lag"] >= first else preset.seeds


class LongSequences(Experiment):
    """Recipes x lags."""

    name = "long_sequences"
    question = "Over how many steps does each recipe hold the first symbol?"
    least_seeds = PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give each recipe each lag, see `epochs`; and some of them untrained."""
        lags = LAGS if preset.long else QUICK_LAGS
        trained = [
            replace(recipe(lag), epochs=self.epochs(preset, name, lag))
            for name, recipe in RECIPES.items()
            for lag in lags
        ]
        return trained + [untrained_config(name, lag) for name in UNTRAINED for lag in lags]

    def epochs(self, preset: Preset, recipe: str, lag: int) -> int:
        """Choose the epochs that make the budget's updates; for the tutorial's network at least as many as there."""
        updates = UPDATES[preset.name]
        if recipe == STATEFUL:  # an update after each row
            return max(updates, TUTORIAL_EPOCHS * 8) // (2 * (lag + 1))
        return updates * LONGER.get(recipe, 1)

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give long lags fewer seeds."""
        return _few(preset, config)


class FarLags(Experiment):
    """The recipes that reach farthest x lags of 300 and 1,000; in the preset `full` alone, as it takes its time."""

    name = "far_lags"
    question = "Do the best recipes for long sequences hold the first symbol over 300 and 1,000 steps?"
    least_seeds = PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give the best recipes each lag, none unless the preset is `full`."""
        lags = FAR_LAGS if preset.name == "full" else ()
        trained = [replace(RECIPES[name](lag), epochs=FAR_UPDATES) for name in FAR_RECIPES for lag in lags]
        return trained + [untrained_config(name, lag) for name in UNTRAINED for lag in lags]

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give as many seeds as to other long lags."""
        return _few(preset, config)


EXPERIMENTS = (LongSequences(), FarLags())
