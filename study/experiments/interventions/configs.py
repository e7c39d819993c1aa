"""Interventions: what is frozen, where a gradient is stopped, how far it is let, with all else held.

Each is what would refute one explanation of why the tutorial's network fails or succeeds: that its memory is never
trained, that training erases the trace of the first symbol, that a gradient has to reach the first symbol.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Arm, Comparison, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE
from study.experiments.optimisers.configs import ADAM, FAST, LONG_EPOCHS, SLOW, Rule, shared_run

MIDDLE_EPOCHS = 1000
BATCH_SIZES = (1, 2, 4, 8)
RATES: dict[Rule, float] = {ADAM: SLOW.rate, FAST.rule: FAST.rate}
ROWS, PADDED, WHOLE_SEQUENCES = "rows of 1 timestep", "padded whole windows", "whole sequences, a target at each step"
INPUTS: dict[str, tuple[Config, int]] = {  # what a network is given: the configuration, and when it is judged
    ROWS: (Config(), LONG_EPOCHS),
    PADDED: (Config(model="stateless_lstm", timesteps=WHOLE), MIDDLE_EPOCHS),
    WHOLE_SEQUENCES: (Config(timesteps=WHOLE, targets="every"), LONG_EPOCHS),
}


@dataclass(frozen=True)
class Intervention:
    """One thing that training is kept from, or allowed.

    Attributes
    ----------
    label : str
        In words.
    settings : dict
        Fields of the configuration that differ.
    """

    label: str
    settings: dict[str, Any] = field(default_factory=dict, hash=False)


NOTHING = Intervention("nothing: as it is")
OUTPUTS_ALONE = Intervention("layer frozen, outputs alone trained", {"frozen": ("recurrent_layer",)})
WRITING_FROZEN = Intervention("kernel rows of 3 and 4 frozen", {"frozen": ("kernel[3]", "kernel[4]")})
KEEPING_FROZEN = Intervention(
    "recurrent kernel and forget gate frozen", {"frozen": ("recurrent_kernel", "forget_gate")}
)
ACROSS = {k: Intervention(f"gradient across {k} rows", {"gradient_rows": k}) for k in range(2, WHOLE + 1)}
STOPPED = Intervention("gradient stopped between steps", {"stop_gradient": True})
OF_ROWS = (NOTHING, OUTPUTS_ALONE, WRITING_FROZEN, KEEPING_FROZEN, *ACROSS.values())
OF_WINDOWS = (NOTHING, STOPPED)


@dataclass(frozen=True)
class Trial:
    """An intervention on a network that is given its inputs in one way and trained by one optimiser.

    Attributes
    ----------
    inputs : str
        Name in `INPUTS`.
    rule : Rule
        Optimiser, at its rate in `RATES`.
    intervention : Intervention
    batch_size : int
    """

    inputs: str
    rule: Rule
    intervention: Intervention
    batch_size: int = 1

    def epochs(self, preset: Preset) -> int:
        """Epochs at which the trial is judged."""
        return INPUTS[self.inputs][1] if preset.long else TUTORIAL_EPOCHS

    def trained(self, preset: Preset) -> Config:
        """Give the configuration; one that another experiment trains for longer is read on its way."""
        longer = preset.long and self.intervention != NOTHING  # to see what becomes of it after it is judged
        config = replace(
            INPUTS[self.inputs][0],
            **self.rule.settings,
            learning_rate=RATES[self.rule],
            batch_size=self.batch_size,
            epochs=LONG_EPOCHS if longer else self.epochs(preset),
            **self.intervention.settings,
        )
        return shared_run(config, preset)


def trials() -> list[Trial]:
    """List all trials: each optimiser on each kind of inputs, at the batch sizes that the kind allows.

    A whole sequence is one row, so batch size 2 holds both sequences. Padded windows are a row a symbol; they are
    tried at every batch size of the main grid with Adam, which is where they were said to show a cause.
    """
    return [
        *(Trial(ROWS, rule, each) for rule in RATES for each in OF_ROWS),
        *(Trial(WHOLE_SEQUENCES, rule, each, size) for rule in RATES for size in (1, 2) for each in OF_WINDOWS),
        *(Trial(PADDED, ADAM, each, size) for size in BATCH_SIZES for each in OF_WINDOWS),
        *(Trial(PADDED, FAST.rule, each) for each in OF_WINDOWS),
    ]


class Interventions(Experiment):
    """Frozen weights, stopped gradients and gradients across rows, under Adam and under plain gradient descent."""

    name = "interventions"
    question = "Does failure lie in a memory that is never trained, in a trace that training erases, or elsewhere?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give the configurations of all trials."""
        return list(dict.fromkeys(each.trained(preset) for each in trials()))


def _rows(rule: Rule, intervention: Intervention) -> Trial:
    return Trial(ROWS, rule, intervention)


PLANNED: tuple[tuple[str, Trial, Trial, str], ...] = (
    # name, first, second, which was expected to be ahead
    # Training erases the trace under Adam: then what is kept from training keeps it.
    ("outputs_alone", _rows(ADAM, OUTPUTS_ALONE), _rows(ADAM, NOTHING), "first"),
    ("writing_frozen", _rows(ADAM, WRITING_FROZEN), _rows(ADAM, NOTHING), "first"),
    ("keeping_frozen", _rows(ADAM, KEEPING_FROZEN), _rows(ADAM, NOTHING), "first"),
    # Under SGD, which succeeds as it is, there is nothing to be gained by it.
    ("sgd_outputs_alone", _rows(FAST.rule, OUTPUTS_ALONE), _rows(FAST.rule, NOTHING), "neither"),
    ("sgd_writing_frozen", _rows(FAST.rule, WRITING_FROZEN), _rows(FAST.rule, NOTHING), "neither"),
    ("sgd_keeping_frozen", _rows(FAST.rule, KEEPING_FROZEN), _rows(FAST.rule, NOTHING), "neither"),
    # A gradient has to reach the first symbol: then the last of these solves it, and the others do not.
    ("across_2", _rows(ADAM, ACROSS[2]), _rows(ADAM, NOTHING), "neither"),
    ("across_3", _rows(ADAM, ACROSS[3]), _rows(ADAM, NOTHING), "neither"),
    ("across_4", _rows(ADAM, ACROSS[4]), _rows(ADAM, NOTHING), "first"),
    ("sgd_across_4", _rows(FAST.rule, ACROSS[4]), _rows(FAST.rule, NOTHING), "first"),
    # Equal forward passes, with and without a gradient between the steps.
    *(
        (f"{name}_{size}", Trial(WHOLE_SEQUENCES, rule, NOTHING, size), Trial(WHOLE_SEQUENCES, rule, STOPPED, size),
         "first")
        for name, rule in (("whole", ADAM), ("sgd_whole", FAST.rule))
        for size in (1, 2)
    ),
    *(
        (f"padded_{size}", Trial(PADDED, ADAM, NOTHING, size), Trial(PADDED, ADAM, STOPPED, size), "neither")
        for size in BATCH_SIZES
    ),
)  # fmt: skip


def planned(preset: Preset) -> dict[str, Comparison]:
    """Give what each explanation predicts, as it was written down before these runs, at the budget that both share."""
    comparisons = {}
    for name, first, second, expected in PLANNED:
        one, other = (Arm(each.trained(preset), first.epochs(preset)) for each in (first, second))
        what = f"{_IN_WORDS[first.inputs]}{_size(first)}, {first.rule.label}: {_said(first)} against {_said(second)}"
        comparisons[name] = Comparison(what, one, other, expected)
    return comparisons


_IN_WORDS = {ROWS: "rows", PADDED: "padded windows", WHOLE_SEQUENCES: "whole sequences"}


def _size(trial: Trial) -> str:
    return "" if trial.inputs == ROWS else f", batch size {trial.batch_size}"


def _said(trial: Trial) -> str:
    """Name an intervention; where nothing is done to windows, the gradient passes between their steps."""
    if trial.intervention == NOTHING:
        return "as it is" if trial.inputs == ROWS else "gradient through all steps"
    return trial.intervention.label


EXPERIMENTS = (Interventions(),)
