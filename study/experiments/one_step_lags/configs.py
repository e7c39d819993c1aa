"""How far a gradient of one row reaches: lags of 3 to 30 steps at 1 timestep, and what moves the limit.

The gradient stops at the row at every lag, so a limit that moves with other settings is not that of the gradient. What
was expected comes from pilot runs of 10 seeds from 10,000 on, which no experiment reports.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import PRESETS, Arm, Comparison, Experiment, Preset

LAGS = (3, 4, 5, 7, 10, 20, 30)
QUICK_LAGS = (3, 5, 7)
SHORT_LAGS = 7  # longest lag of wide networks that were not right there in any pilot run
FEWER_SEEDS = 30  # at long lags, at most so many
FEWER_FROM = {False: 20, True: 10}  # wide network or not: the first lag that gets fewer
EPOCHS = {True: 1000, False: 250}  # long budgets or not; at every lag, so that each sequence is seen as often
WIDE, KEEPING = 64, 5.0  # units; bias of the forget gate
SOFTMAX = "softmax_cross_entropy"
ADAM = "Adam 0.001"
WIDE_ADAM = f"{ADAM}, {WIDE} units"
SOFTMAX_ADAM = f"{ADAM}, softmax"
KEEPING_ADAM = f"{ADAM}, forget bias {KEEPING:g}"
SGD = "SGD 0.5"
SLOW_SGD = "SGD 0.1"
MOMENTUM = "momentum 0.9, rate 0.1"
SOFTMAX_SGD = f"{SGD}, softmax"
WIDE_SGD = f"{SGD}, {WIDE} units"
KEEPING_SGD = f"{SGD}, forget bias {KEEPING:g}"
KEEPING_SOFTMAX = f"{SOFTMAX_SGD}, forget bias {KEEPING:g}"
ALL = f"{KEEPING_SOFTMAX}, {WIDE} units"
SIMPLE_WIDE = f"simple RNN, {WIDE_ADAM}"
SIMPLE_SOFTMAX = f"simple RNN, {SOFTMAX_ADAM}, {WIDE} units"

_SGD = Config(optimiser="sgd", learning_rate=0.5)
_KEEPING = (("forget_bias", KEEPING),)
RECIPES: dict[str, Config] = {
    ADAM: Config(),
    WIDE_ADAM: Config(units=WIDE),
    SOFTMAX_ADAM: Config(loss=SOFTMAX),
    KEEPING_ADAM: Config(initialisation_options=_KEEPING),
    SGD: _SGD,
    SLOW_SGD: replace(_SGD, learning_rate=0.1),
    MOMENTUM: replace(_SGD, learning_rate=0.1, optimiser_options=(("momentum", 0.9),)),
    SOFTMAX_SGD: replace(_SGD, loss=SOFTMAX),
    WIDE_SGD: replace(_SGD, units=WIDE),
    KEEPING_SGD: replace(_SGD, initialisation_options=_KEEPING),
    KEEPING_SOFTMAX: replace(_SGD, loss=SOFTMAX, initialisation_options=_KEEPING),
    ALL: replace(_SGD, loss=SOFTMAX, initialisation_options=_KEEPING, units=WIDE),
    SIMPLE_WIDE: Config(model="stateful_simple_rnn", units=WIDE),
    SIMPLE_SOFTMAX: Config(model="stateful_simple_rnn", units=WIDE, loss=SOFTMAX),
}


SHORT = (WIDE_ADAM, WIDE_SGD, SIMPLE_WIDE)


def lags_of(recipe: str, preset: Preset) -> tuple[int, ...]:
    """Lags of a recipe in a preset."""
    lags = LAGS if preset.long else QUICK_LAGS
    return tuple(lag for lag in lags if lag <= SHORT_LAGS or recipe not in SHORT)


def trained(recipe: str, lag: int, preset: Preset) -> Config:
    """Give a recipe's configuration at a lag."""
    return replace(RECIPES[recipe], task="long_lag", task_options=(("lag", lag),), epochs=EPOCHS[preset.long])


PLANNED: dict[str, tuple[str, str, int, str]] = {  # name: recipes, lag, which is expected ahead
    "softmax_sgd": (SOFTMAX_SGD, SGD, 5, "first"),
    "softmax_adam": (SOFTMAX_ADAM, ADAM, 5, "first"),
    "momentum": (MOMENTUM, SGD, 5, "first"),
    "rate": (SLOW_SGD, SGD, 5, "neither"),
    "width_sgd": (WIDE_SGD, SGD, 5, "neither"),
    "width_adam": (WIDE_ADAM, ADAM, 5, "neither"),
    "keeping_sgd": (KEEPING_SGD, SGD, 7, "first"),
    "keeping_adam": (KEEPING_ADAM, ADAM, 7, "neither"),
    "keeping_softmax": (KEEPING_SOFTMAX, SOFTMAX_SGD, 7, "first"),
    "softmax_keeping": (KEEPING_SOFTMAX, KEEPING_SGD, 7, "first"),
    "softmax_simple": (SIMPLE_SOFTMAX, SIMPLE_WIDE, 7, "first"),
}


def planned(preset: Preset) -> dict[str, Comparison]:
    """Give the comparisons that were written down before the runs, each at one lag."""
    return {
        name: Comparison(
            f"{first}, against {second}: lag {lag}",
            Arm(trained(first, lag, preset)),
            Arm(trained(second, lag, preset)),
            expected,
        )
        for name, (first, second, lag, expected) in PLANNED.items()
    }


class OneStepLags(Experiment):
    """Recipes x lags, at 1 timestep, batch size 1, the state reset after each sequence."""

    name = "one_step_lags"
    question = "Over how many steps is the first symbol held if the gradient never leaves the row?"
    least_seeds = PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give each recipe each lag."""
        return [trained(recipe, lag, preset) for recipe in RECIPES for lag in lags_of(recipe, preset)]

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give long lags fewer seeds."""
        long = dict(config.task_options)["lag"] >= FEWER_FROM[config.units == WIDE]
        return min(preset.seeds, FEWER_SEEDS) if long else preset.seeds


EXPERIMENTS = (OneStepLags(),)
