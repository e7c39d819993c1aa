"""Erasure against readout: what training leaves of the first symbol, and how strongly the outputs come to read it.

The rules that predict success from an early epoch are declared here, before the runs; which quantities they use comes
from pilot runs on seeds from 10,000 on, which no experiment reports.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE

UNITS = (5, 20, 64)
USUAL = Config.units
LONG_EPOCHS, WIDE_EPOCHS = 4000, 1000  # of up to the usual units, and of more
ADAM, SGD = "Adam, rate 0.001", "SGD, rate 0.5"
OPTIMISERS = {ADAM: Config(), SGD: Config(optimiser="sgd", learning_rate=0.5)}
TRACE = f"trace_{WHOLE}"  # at the ambiguous row, the last of a sequence
EARLY = 100  # epochs after which a rule foretells
FITTED, TESTED = range(50), range(50, 100)  # seeds


@dataclass(frozen=True)
class Rule:
    """A prediction: a seed succeeds later if a quantity is above a threshold at an early epoch.

    The threshold is the one that gets most of the seeds of `FITTED` right, and is tested on those of `TESTED`.

    Attributes
    ----------
    optimiser : str
        Name in `OPTIMISERS`; of the usual width.
    quantity : str
        A column of the probe `trace`.
    early, late : int
        Epochs at which the quantity is read, and at which success is.
    criterion : str
        Name in `study.measures.summaries.CRITERIA`.
    """

    optimiser: str
    quantity: str
    early: int
    late: int
    criterion: str


RULES = {
    "adam": Rule(ADAM, "margin", EARLY, TUTORIAL_EPOCHS, "right"),
    "adam_later": Rule(ADAM, TRACE, EARLY, 1000, "right"),
    "sgd": Rule(SGD, TRACE, EARLY, 1000, "within"),
}


def probed(optimiser: str, units: int, preset: Preset) -> Config:
    """Give the probed configuration of a width, trained by an optimiser in the tutorial's layout."""
    longest = LONG_EPOCHS if units <= USUAL else WIDE_EPOCHS
    epochs = longest if preset.long else TUTORIAL_EPOCHS
    return replace(OPTIMISERS[optimiser], probe="trace", units=units, epochs=epochs)


class Erasure(Experiment):
    """Widths x optimisers, in the tutorial's layout, looked into."""

    name = "erasure"
    question = "Is success a race between erasing the first symbol's trace and learning to read it?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each width each optimiser."""
        return [probed(optimiser, units, preset) for optimiser in OPTIMISERS for units in UNITS]


EXPERIMENTS = (Erasure(),)
