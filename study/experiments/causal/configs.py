"""Why batch size 4 does not converge, by experiment: one thing is varied at a time, and all else held.

Each variation would help if one explanation were right, so that the explanations can be told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE, shared_with_main_grid

BATCH_SIZES = (1, 2, 4, 8)
HYPOTHESES = {  # name: why batch size 4 would fail, as a reader puts it
    "none": "nothing changed",
    "updates": "fewer weight updates in the same epochs",
    "epochs": "too few epochs",
    "learning rate": "a wrong learning rate",
    "units": "too few units",
    "initialisation": "a bad initialisation",
    "row order": "rows that are not shuffled",
    "reset": "a reset too many",
    "lost state": "the state of the first symbol runs through another lane",
}


@dataclass(frozen=True)
class Change:
    """One thing that differs from the baseline.

    Attributes
    ----------
    label : str
        What is done, in the reader's words.
    hypothesis : str
        The explanation under which it would help; a name in `HYPOTHESES`.
    settings : dict
        Fields of the configuration that differ. ``accumulate`` of 0 stands for batch size 1 and one update a batch of
        rows.
    times : int
        Budget, in multiples of the tutorial's epochs; 0 for as many as make the tutorial's number of updates.
    batch_sizes : tuple of int
        Where it is tried.
    """

    label: str
    hypothesis: str
    settings: dict[str, Any] = field(default_factory=dict)
    times: int = 1
    batch_sizes: tuple[int, ...] = BATCH_SIZES[1:]


# Those that the report's text speaks of one by one.
BASELINE = Change("nothing: the baseline", "none", batch_sizes=BATCH_SIZES)
AS_MANY_UPDATES = Change("as many updates as batch size 1", "updates", times=0)
ONE_RESET = Change("reset after each epoch, fixed order", "reset", {"reset": "epoch"}, 4, BATCH_SIZES)
NO_RESET = Change("never reset, fixed order", "reset", {"reset": "never"}, 4, BATCH_SIZES)
ACCUMULATED = Change("batch size 1, gradients of a batch accumulated", "lost state", {"accumulate": 0})
ACCUMULATED_LONGER = Change("the same, as many updates as batch size 1", "lost state", {"accumulate": 0}, times=0)
LANES = Change("one sequence per lane", "lost state", {"layout": "interleaved"})
WINDOWS = Change("whole sequences as windows", "lost state", {"model": "stateless_lstm", "timesteps": WHOLE}, times=0)

CHANGES = (
    BASELINE,
    AS_MANY_UPDATES,
    Change("16 times the epochs", "epochs", times=16),
    Change("learning rate 0.0001", "learning rate", {"learning_rate": 1e-4}),
    Change("learning rate 0.01", "learning rate", {"learning_rate": 1e-2}),
    Change("learning rate 0.1", "learning rate", {"learning_rate": 1e-1}),
    Change("100 units", "units", {"units": 100}),
    Change("initialised as PyTorch does", "initialisation", {"initialisation": "pytorch"}),
    Change("rows shuffled inside each sequence", "row order", {"layout": "shuffled"}),
    Change("rows shuffled, no reset inside an epoch", "row order", {"layout": "shuffled", "reset": "epoch"}),
    ONE_RESET,
    Change("reset after each epoch, random order", "reset", {"reset": "epoch", "order": "random"}, 4, BATCH_SIZES),
    NO_RESET,
    ACCUMULATED,
    ACCUMULATED_LONGER,
    LANES,
    Change("one sequence per lane, 16 times the epochs", "lost state", {"layout": "interleaved"}, times=16),
    WINDOWS,
)


@dataclass(frozen=True)
class Variation:
    """A change at one batch size.

    Attributes
    ----------
    change : Change
    batch_size : int
        That of the baseline it is compared with.
    config : Config
        Where its numbers are stored.
    epochs : int
        The checkpoint at which its numbers are read.
    """

    change: Change
    batch_size: int
    config: Config
    epochs: int


def variations(preset: Preset) -> list[Variation]:
    """List all variations of a preset; without long budgets, those that need one are left out.

    A longer run of the main grid that is scored at a variation's budget is used for it.
    """
    listed = []
    for change in CHANGES:
        for batch_size in change.batch_sizes:
            epochs = TUTORIAL_EPOCHS * (change.times or batch_size)
            settings = {"batch_size": batch_size, **change.settings}
            if "accumulate" in settings:
                settings |= {"batch_size": 1, "accumulate": batch_size}  # the state is carried from row to row
            if preset.long or epochs == TUTORIAL_EPOCHS:
                config = shared_with_main_grid(replace(Config(epochs=epochs), **settings), preset)
                listed.append(Variation(change, batch_size, config, epochs))
    return listed


class Causal(Experiment):
    """The tutorial's network at batch sizes 2, 4 and 8, and one thing done otherwise."""

    name = "causal"
    question = "Which change makes batch sizes 2, 4 and 8 solve the task, so what is the cause that they do not?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give the configurations of all variations."""
        return list(dict.fromkeys(variation.config for variation in variations(preset)))


EXPERIMENTS = (Causal(),)
