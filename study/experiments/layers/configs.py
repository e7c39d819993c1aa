"""Layers and widths: LSTM, GRU and simple RNN of 5 to 128 units in the tutorial's layout, under Adam and under SGD.

The gradient is equally short in all of them. What was expected comes from pilot runs on seeds from 10,000 on, which no
experiment reports.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Arm, Comparison, Experiment, Preset

LAYERS = {"LSTM": "stateful_lstm", "GRU": "stateful_gru", "simple RNN": "stateful_simple_rnn"}  # label: model
LSTM, GRU, SIMPLE = LAYERS
UNITS = (5, 10, 20, 64, 128)
USUAL, WIDE = Config.units, 64
LONG_EPOCHS, WIDE_EPOCHS = 4000, 1000  # of up to the usual units and of `WIDE_LSTM`, and of others, which take long
JUDGED = 1000  # epochs that every configuration has
ADAM, SGD = "Adam, rate 0.001", "SGD, rate 0.5"
WIDE_LSTM = (LSTM, WIDE, ADAM)  # the tutorial's network with more units and nothing else changed
OPTIMISERS = {ADAM: Config(), SGD: Config(optimiser="sgd", learning_rate=0.5)}


def trained(layer: str, units: int, optimiser: str, preset: Preset) -> Config:
    """Give the configuration of a layer of some width, trained by an optimiser."""
    longest = LONG_EPOCHS if units <= USUAL or (layer, units, optimiser) == WIDE_LSTM else WIDE_EPOCHS
    epochs = longest if preset.long else TUTORIAL_EPOCHS
    return replace(OPTIMISERS[optimiser], model=LAYERS[layer], units=units, epochs=epochs)


Side = tuple[str, int, str]  # layer, units, optimiser
PLANNED: dict[str, tuple[Side, Side, str, str]] = {  # name: both arms, what counts as success, which is expected ahead
    "wide_lstm": ((LSTM, WIDE, ADAM), (LSTM, USUAL, ADAM), "right", "first"),
    "wide_gru": ((GRU, WIDE, ADAM), (GRU, USUAL, ADAM), "right", "first"),
    "wide_simple": ((SIMPLE, WIDE, ADAM), (SIMPLE, USUAL, ADAM), "right", "first"),
    "narrow_lstm": ((LSTM, 5, ADAM), (LSTM, USUAL, ADAM), "right", "second"),
    "narrow_lstm_sgd": ((LSTM, 5, SGD), (LSTM, USUAL, SGD), "right", "second"),
    "gru": ((GRU, USUAL, ADAM), (LSTM, USUAL, ADAM), "right", "second"),
    "simple": ((SIMPLE, USUAL, ADAM), (LSTM, USUAL, ADAM), "right", "neither"),
    "wide_simple_sure": ((SIMPLE, WIDE, ADAM), (LSTM, WIDE, ADAM), "within", "first"),
    "sgd_lstm": ((LSTM, USUAL, SGD), (LSTM, USUAL, ADAM), "right", "first"),
    "sgd_gru": ((GRU, USUAL, SGD), (GRU, USUAL, ADAM), "right", "neither"),
    "sgd_simple": ((SIMPLE, USUAL, SGD), (SIMPLE, USUAL, ADAM), "right", "second"),
    "sgd_wide_simple": ((SIMPLE, WIDE, SGD), (SIMPLE, WIDE, ADAM), "right", "second"),
}


def planned(preset: Preset) -> dict[str, Comparison]:
    """Give the comparisons that were written down before the runs, at a budget that all configurations have."""
    epoch = JUDGED if preset.long else TUTORIAL_EPOCHS
    return {
        name: Comparison(
            f"{_said(first)}, against {_said(second)}: {criterion}",
            Arm(trained(*first, preset), epoch, criterion),
            Arm(trained(*second, preset), epoch, criterion),
            expected,
        )
        for name, (first, second, criterion, expected) in PLANNED.items()
    }


def _said(side: Side) -> str:
    layer, units, optimiser = side
    return f"{layer} of {units} units, {optimiser}"


class Layers(Experiment):
    """Layers x widths x optimisers, at 1 timestep, batch size 1, the state reset after each sequence."""

    name = "layers"
    question = "Does it depend on the layer and on its width whether a gradient of one row is enough?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each layer each width and each optimiser; without long budgets, three widths."""
        widths = UNITS if preset.long else (5, USUAL, WIDE)
        return [trained(layer, units, each, preset) for layer in LAYERS for units in widths for each in OPTIMISERS]


EXPERIMENTS = (Layers(),)
