"""Optimisers: optimiser x learning rate x loss x initialisation at 1 timestep, where no gradient crosses rows.

The control for every sentence that blames the gradient of one row: it is equally short in all of these runs, so what
differs between them has another cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Arm, Comparison, Experiment, Preset, checkpoints
from study.experiments.main_grid.configs import shared_with_main_grid

LONG_EPOCHS = 4000
LONGEST_EPOCHS = 16000  # where the curves of `MOVING` had not settled
LOGISTIC, SOFTMAX = "logistic", "softmax"
LOSSES = {LOGISTIC: "cross_entropy", SOFTMAX: "softmax_cross_entropy"}
KERAS, PYTORCH = "Keras", "PyTorch"
INITIALISATIONS = {KERAS: "keras", PYTORCH: "pytorch"}
TUTORIAL = "batch size 1, the tutorial"
LANES = "batch size 2, one sequence per lane"
SHUFFLED = "batch size 1, rows shuffled"
FOUR = "batch size 4, rows in order"
LAYOUTS: dict[str, Config] = {
    TUTORIAL: Config(),
    LANES: Config(batch_size=2, layout="interleaved"),
    SHUFFLED: Config(layout="shuffled"),
    FOUR: Config(batch_size=4),  # its ceiling is 1/2, whatever the optimiser
}


@dataclass(frozen=True)
class Rule:
    """An optimiser and the learning rates that it is given: three decades of them.

    Attributes
    ----------
    label : str
    rates : tuple of float
    usual : tuple of float
        Those that other layouts and another initialisation get as well.
    settings : dict
        Fields of the configuration.
    """

    label: str
    rates: tuple[float, ...]
    usual: tuple[float, ...]
    settings: dict[str, Any] = field(default_factory=dict, hash=False)


ADAM = Rule("Adam", (0.0001, 0.001, 0.01, 0.1), (0.001, 0.01))
SGD = Rule("SGD", (0.01, 0.1, 0.5, 1.0, 10.0), (0.1, 0.5), {"optimiser": "sgd"})
MOMENTUM = Rule(
    "momentum 0.9",
    (0.001, 0.01, 0.1, 1.0),
    (0.01, 0.1),
    {"optimiser": "sgd", "optimiser_options": (("momentum", 0.9),)},
)
RMSPROP = Rule("RMSprop", (0.0001, 0.001, 0.01, 0.1), (0.001, 0.01), {"optimiser": "rmsprop"})
RULES = (ADAM, SGD, MOMENTUM, RMSPROP)
MANY_UNITS = 64


@dataclass(frozen=True)
class Setting:
    """How a network of a layout is trained.

    Attributes
    ----------
    layout : str
        Name in `LAYOUTS`.
    rule : Rule
    rate : float
    loss, initialisation : str
        Names in `LOSSES` and `INITIALISATIONS`.
    units : int
    """

    layout: str
    rule: Rule
    rate: float
    loss: str = LOGISTIC
    initialisation: str = KERAS
    units: int = Config.units

    @property
    def label(self) -> str:
        """Optimiser and rate in words, such as ``SGD, rate 0.5``."""
        return f"{self.rule.label}, rate {self.rate:g}"

    def trained(self, preset: Preset) -> Config:
        """Give the configuration, at the budget of a preset."""
        return replace(
            LAYOUTS[self.layout],
            **self.rule.settings,
            learning_rate=self.rate,
            loss=LOSSES[self.loss],
            initialisation=INITIALISATIONS[self.initialisation],
            units=self.units,
            epochs=self._epochs if preset.long else TUTORIAL_EPOCHS,
        )

    @property
    def _epochs(self) -> int:
        return LONGEST_EPOCHS if self in MOVING else LONG_EPOCHS


SLOW = Setting(TUTORIAL, ADAM, 0.001)  # the tutorial itself
FAST = Setting(TUTORIAL, SGD, 0.5)
GENTLE = Setting(TUTORIAL, SGD, 0.1)
PUSHED = Setting(TUTORIAL, MOMENTUM, 0.1)
MOVING = (
    FAST,
    GENTLE,
    PUSHED,
    replace(SLOW, loss=SOFTMAX),
    replace(SLOW, rate=0.0001),
    replace(GENTLE, rate=0.01),
    Setting(TUTORIAL, RMSPROP, 0.001),
)
WIDE = replace(SLOW, units=MANY_UNITS)


def settings() -> list[Setting]:
    """List all settings.

    The tutorial's layout gets every rate and loss with Keras' initial weights; the other layouts, and PyTorch's initial
    weights, get the usual rates of each optimiser.
    """
    listed = [
        *_crossed(TUTORIAL, LOSSES, every_rate=True),
        *(replace(each, initialisation=PYTORCH) for each in _crossed(TUTORIAL, LOSSES)),
        *_crossed(LANES, LOSSES),
        *_crossed(SHUFFLED, LOSSES),
        *(replace(each, layout=FOUR) for each in (SLOW, GENTLE, FAST)),
        WIDE,
    ]
    return list(dict.fromkeys(listed))


def _crossed(layout: str, losses: dict[str, str], *, every_rate: bool = False) -> Iterator[Setting]:
    for loss in losses:
        for rule in RULES:
            for rate in rule.rates if every_rate else rule.usual:
                yield Setting(layout, rule, rate, loss)


def shared_run(config: Config, preset: Preset) -> Config:
    """Give this experiment's or the main grid's longer run of a configuration, so that it is computed once; the
    configuration itself if there is none.
    """
    longer = _by_kind(preset).get(replace(config, epochs=0))
    if longer and config.epochs in checkpoints(longer.epochs):
        return longer
    return shared_with_main_grid(config, preset)


@cache
def _by_kind(preset: Preset) -> dict[Config, Config]:
    """Give the settings' configurations by all but their budgets."""
    return {replace(each.trained(preset), epochs=0): each.trained(preset) for each in settings()}


class Optimisers(Experiment):
    """Layouts x optimisers x rates x losses x initial weights, at 1 timestep."""

    name = "optimisers"
    question = "With a gradient that never leaves the row, does it depend on the optimiser whether a network remembers?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each setting at the preset's budget; without long budgets, those with the usual rates."""
        return [each.trained(preset) for each in settings() if preset.long or each.rate in each.rule.usual]


PLANNED: tuple[tuple[str, Setting, Setting, str], ...] = (
    # name, first, second, which was expected to be ahead: from pilot runs of another program at some of the settings
    ("sgd", FAST, SLOW, "first"),
    ("slow_sgd", GENTLE, SLOW, "first"),
    ("momentum", PUSHED, SLOW, "first"),
    ("rmsprop", Setting(TUTORIAL, RMSPROP, 0.001), SLOW, "neither"),
    ("faster_adam", Setting(TUTORIAL, ADAM, 0.01), SLOW, "neither"),
    ("softmax_adam", replace(SLOW, loss=SOFTMAX), SLOW, "first"),
    ("softmax_sgd", replace(FAST, loss=SOFTMAX), FAST, "neither"),
    ("pytorch_adam", replace(SLOW, initialisation=PYTORCH), SLOW, "second"),
    ("pytorch_sgd", replace(FAST, initialisation=PYTORCH), FAST, "second"),
    ("wide_adam", WIDE, SLOW, "first"),
    ("sgd_in_lanes", replace(FAST, layout=LANES), replace(SLOW, layout=LANES), "first"),
    ("momentum_in_lanes", replace(PUSHED, layout=LANES), replace(SLOW, layout=LANES), "first"),
    ("softmax_in_lanes", replace(SLOW, layout=LANES, loss=SOFTMAX), replace(SLOW, layout=LANES), "first"),
    ("sgd_shuffled", replace(FAST, layout=SHUFFLED), replace(SLOW, layout=SHUFFLED), "first"),
)
IN_WORDS = {TUTORIAL: "", LANES: ", lanes", SHUFFLED: ", shuffled", FOUR: ", batch size 4"}


def planned(preset: Preset) -> dict[str, Comparison]:
    """Give what was planned to be compared before these runs, at `LONG_EPOCHS`; shuffled rows in order, state fresh."""
    epochs = LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS
    comparisons = {}
    for name, first, second, expected in PLANNED:
        criterion = "fresh_right" if first.layout == SHUFFLED else "right"
        one, other = (Arm(each.trained(preset), epochs, criterion) for each in (first, second))
        comparisons[name] = Comparison(f"{_said(first, second)} against {_said(second, first)}", one, other, expected)
    return comparisons


def _said(setting: Setting, other: Setting) -> str:
    """Say what a setting is: its optimiser and layout, and what else differs from the other one."""
    differing = (
        ("loss", setting.loss),
        ("initialisation", f"initialised as {setting.initialisation} does"),
        ("units", f"{setting.units} units"),
    )
    also = [words for name, words in differing if getattr(setting, name) != getattr(other, name)]
    return ", ".join([f"{setting.label}{IN_WORDS[setting.layout]}", *also])


EXPERIMENTS = (Optimisers(),)
