"""One-line changes to the tutorial's program, and two or three of them, at batch sizes 1, 2 and 4.

For those who came with that program: which line to change first. The best is chosen on one half of the seeds and
confirmed on the other, since the best of many looks better than it is on the seeds it was chosen by.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from study.config import Config
from study.experiment import PRESETS, TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE
from study.experiments.optimisers.configs import ADAM, FAST, LOSSES, MANY_UNITS, PUSHED, RMSPROP, SOFTMAX, shared_run

BATCH_SIZES = (1, 2, 4)
MIDDLE_EPOCHS = 1000
LOSS, OPTIMISER, RATE, UNITS, WINDOW, LAYOUT = "loss", "optimiser", "rate", "units", "window", "lanes"


@dataclass(frozen=True)
class Line:
    """One line of the program, changed.

    Attributes
    ----------
    label : str
        As a reader says it.
    kind : str
        What of the program it changes; two lines of a kind exclude each other, and so do optimiser and rate.
    settings : dict
        Fields of the configuration that differ.
    """

    label: str
    kind: str
    settings: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def lifts_the_ceiling(self) -> bool:
        """Whether it changes what a row can see at larger batch sizes."""
        return self.kind in (WINDOW, LAYOUT)


LINES = (
    Line("softmax outputs with their cross-entropy", LOSS, {"loss": LOSSES[SOFTMAX]}),
    Line("SGD, rate 0.5", OPTIMISER, {**FAST.rule.settings, "learning_rate": FAST.rate}),
    Line("SGD, rate 0.1, momentum 0.9", OPTIMISER, {**PUSHED.rule.settings, "learning_rate": PUSHED.rate}),
    Line("RMSprop, rate 0.001", OPTIMISER, dict(RMSPROP.settings)),
    Line("learning rate 0.01", RATE, {"learning_rate": ADAM.usual[-1]}),
    Line(f"{MANY_UNITS} units", UNITS, {"units": MANY_UNITS}),
    Line(f"the whole sequence as a window, {WHOLE} timesteps", WINDOW, {"model": "stateless_lstm", "timesteps": WHOLE}),
    Line("one sequence per lane", LAYOUT, {"layout": "interleaved"}),
)
EXCLUDING = ({OPTIMISER, RATE}, {WINDOW, LAYOUT})  # a rate is of an optimiser; a window leaves the lanes no state
THREES = ({LOSS, OPTIMISER, LAYOUT}, {LOSS, RATE, LAYOUT})


@dataclass(frozen=True)
class Change:
    """No line, or up to three, changed at a batch size.

    Attributes
    ----------
    lines : tuple of Line
    batch_size : int
    """

    lines: tuple[Line, ...]
    batch_size: int

    @property
    def label(self) -> str:
        """The lines in words."""
        return "; ".join(line.label for line in self.lines) or "nothing: the tutorial's program"

    def trained(self, preset: Preset) -> Config:
        """Give the configuration; one that another experiment trains for longer is read on its way."""
        changed = {name: value for line in self.lines for name, value in line.settings.items()}
        config = Config(batch_size=self.batch_size, epochs=MIDDLE_EPOCHS if preset.long else TUTORIAL_EPOCHS)
        return shared_run(replace(config, **changed), preset)


def changes() -> list[Change]:
    """List all changes, those of fewer lines first.

    One lane holds rows in order, so lanes are a change from batch size 2 on. There, lines that leave the ceiling at 1/2
    are tried one by one and not in pairs: no pair of them can lift it. Lanes with another loss and another optimiser or
    rate, three lines, were added when the pairs had been seen.
    """
    listed = [Change((), size) for size in BATCH_SIZES]
    for size in BATCH_SIZES:
        lines = [line for line in LINES if line.kind != LAYOUT or size > 1]
        listed += [Change((line,), size) for line in lines]
        listed += [Change(pair, size) for pair in combinations(lines, 2) if _fit(pair) and (size == 1 or _helps(pair))]
        listed += [Change(three, size) for three in combinations(lines, 3) if {line.kind for line in three} in THREES]
    return sorted(listed, key=lambda change: len(change.lines))


def _fit(pair: tuple[Line, Line]) -> bool:
    kinds = {line.kind for line in pair}
    return len(kinds) == len(pair) and kinds not in EXCLUDING


def _helps(pair: tuple[Line, Line]) -> bool:
    return any(line.lifts_the_ceiling for line in pair)


class OneLineChanges(Experiment):
    """The tutorial's program with up to three lines changed."""

    name = "one_line_changes"
    question = "What is the smallest change that makes the tutorial's program reliable?"
    least_seeds = 2 * PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give the configurations of all changes."""
        return list(dict.fromkeys(change.trained(preset) for change in changes()))

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give both halves a preset's seeds where those are few; a hundred are halved."""
        del config
        return max(preset.seeds, self.least_seeds)


EXPERIMENTS = (OneLineChanges(),)
