"""One row a configuration and budget: everything that must stand beside a measured number, and the verdict.

Tables, figures and prose all read these rows, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.config import Config
from study.measures.statistics import Mean, Rate, mean_of
from study.models import MODELS
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.tasks import make_task
from study.theory.ceilings import Ceiling, ceiling
from study.theory.explanation import NO_GRADIENT_ACROSS_ROWS, SOLVABLE, Explanation, Settings, explain
from study.theory.reach import find_reach

WITHIN = 0.25  # largest error of a run that counts as within 0.25, the criterion of Hochreiter and Schmidhuber
DECIDING = ("task", "task_options", "model", "timesteps", "targets", "batch_size", "layout", "reset", "order")
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Criterion:
    """What a run is judged by at one checkpoint: one of its measures, and which values of it will do."""

    measure: str
    met: Callable[[Values], npt.NDArray[np.bool_]]

    def __call__(self, runs: pd.DataFrame) -> pd.Series[bool]:
        """Say of each row of a table whether it meets the criterion."""
        return pd.Series(self.met(runs[self.measure].to_numpy()), index=runs.index)


def _whole(values: Values) -> npt.NDArray[np.bool_]:
    return np.equal(values, 1)


def _close(values: Values) -> npt.NDArray[np.bool_]:
    return np.less_equal(values, WITHIN)


CRITERIA = {
    "right": Criterion("ambiguous_accuracy", _whole),
    "all_right": Criterion("accuracy", _whole),
    "within": Criterion("largest_error", _close),
    "fresh_right": Criterion("fresh_ambiguous_accuracy", _whole),
    "fresh_within": Criterion("fresh_largest_error", _close),
    "random_right": Criterion("random_ambiguous_accuracy", _whole),
    "last_right": Criterion("last_accuracy", _whole),  # of the probe `trace`
}


@dataclass(frozen=True)
class Possible:
    """What is known of a configuration before training.

    Attributes
    ----------
    ceiling : Ceiling
    gradient_reach : int
        Inputs that the gradient passes through, the row's own included.
    needed_reach : int or None
        Steps back to the farthest input that is needed; none if no input helps.
    rows : int
        Rows of the data.
    steps : int
        Weight updates of an epoch.
    rows_seen : int
        Rows fed in an epoch, repeated ones included.
    """

    ceiling: Ceiling
    gradient_reach: int
    needed_reach: int | None
    rows: int
    steps: int
    rows_seen: int

    @property
    def ruled_out(self) -> bool:
        """Whether no weights at all get every ambiguous row right."""
        return self.ceiling.ambiguous < 1

    @property
    def gradient_reaches(self) -> bool:
        """Whether the gradient reaches every input that is needed."""
        return self.needed_reach is not None and self.needed_reach < self.gradient_reach


@dataclass(frozen=True)
class Summary:
    """The results of a configuration's runs at one budget.

    Attributes
    ----------
    config : Config
    possible : Possible
    epoch, updates, rows_seen : int
        The budget.
    accuracy, overall : Mean
        Accuracy on the ambiguous rows and on all rows, in the layout of training.
    solved, all_right, within : Rate
        Runs with every ambiguous row right, with every row right, with every output within 0.25 of its target, in the
        layout of training.
    fresh_solved, fresh_within : Rate
        `solved` and `within` when scored row by row, with the state reset before each sequence (batch size 1).
    gap, gap_low, gap_high : float
        Memory gap: median, least and greatest over the runs.
    loss : float
        Median loss in the layout of training.
    diverged : int
        Runs whose loss was not a number any more: not solved, and without numbers in the means and medians.
    """

    config: Config
    possible: Possible
    epoch: int
    updates: int
    rows_seen: int
    accuracy: Mean
    overall: Mean
    solved: Rate
    all_right: Rate
    within: Rate
    fresh_solved: Rate
    fresh_within: Rate
    gap: float
    gap_low: float
    gap_high: float
    loss: float
    diverged: int = 0

    @property
    def differs_in_use(self) -> bool:
        """Whether the layout keeps training from getting all rows right, and not the trained network used in order."""
        return self.possible.ruled_out and explain_config(self.config).differs_in_use

    @property
    def judgement(self) -> str:
        """Ruled out, or possible with or without a gradient that reaches it, in words; beside a table's numbers.

        Runs that diverged are said too.
        """
        return self._judgement + (f"; {self.diverged} of {self.solved.n} diverged" if self.diverged else "")

    @property
    def _judgement(self) -> str:
        if self.possible.ruled_out:
            by = "layout" if MODELS[self.config.model].carries_state else "window"  # without state, it is all there is
            return f"ruled out by the {by}{' as trained, not in use' if self.differs_in_use else ''}"
        return SOLVABLE if self.possible.gradient_reaches else NO_GRADIENT_ACROSS_ROWS

    @property
    def verdict(self) -> str:
        """The judgement with the numbers it rests on."""
        if self.possible.ruled_out:
            ceiling = f"{self.judgement} (ceiling {self.possible.ceiling.ambiguous})"
            in_use = f"; used in order, {self.fresh_solved.k} of {self.fresh_solved.n} seeds"
            return f"{ceiling}{in_use if self.differs_in_use else ''}"
        budget = " in this budget" if self.possible.gradient_reaches else ""
        return f"{self.judgement}; {self.solved.k} of {self.solved.n} seeds{budget}"


def deciding(config: Config) -> Config:
    """Keep the settings that decide what can be reached: a few, where there are hundreds of configurations."""
    decides = Config(**{name: getattr(config, name) for name in DECIDING})
    # The other losses have the same outputs, whose loss is scored as cross-entropy.
    return replace(decides, loss=config.loss) if config.softmax else decides


@cache
def possible(config: Config) -> Possible:
    """Find out, before training, what a configuration can reach; the data of seed 0 stand for all seeds'.

    Parameters
    ----------
    config : Config

    Returns
    -------
    Possible
    """
    return replace(_possible(deciding(config)), gradient_reach=config.gradient_reach)


@cache
def _possible(config: Config) -> Possible:
    dataset = datasets_of(config, [0])[0]
    schedule = schedule_of(config, dataset)
    carries_state = MODELS[config.model].carries_state
    epoch = schedule.epoch()
    return Possible(
        ceiling(dataset, schedule, carries_state=carries_state, softmax=config.softmax),
        config.gradient_reach,
        find_reach(datasets_of(replace(config, timesteps=1, targets="last"), [0])[0]).steps,  # whatever the windows
        dataset.rows,
        len(epoch.rows),
        int((epoch.rows >= 0).sum()),
    )


@cache
def explain_config(config: Config) -> Explanation:
    """Explain a configuration as `study why` does: what memory alone could reach, and what else gives labels away.

    Parameters
    ----------
    config : Config

    Returns
    -------
    Explanation
        Of the data of seed 0, as in `possible`.
    """
    stateful = MODELS[config.model].carries_state
    settings = Settings(timesteps=config.timesteps, stateful=stateful, **config.presentation)
    return explain(make_task(config.task, dict(config.task_options)).sequences(0), settings)


def summarise(config: Config, table: pd.DataFrame, epoch: int | None = None) -> Summary:
    """Sum up a configuration's runs at one checkpoint.

    Parameters
    ----------
    config : Config
    table : DataFrame
        As `study.runs.store.Store.read` gives it.
    epoch : int, optional
        A checkpoint; the last one if left out.

    Returns
    -------
    Summary
    """
    epochs = table["epoch"].to_numpy()
    at = int(epochs.max()) if epoch is None else epoch
    everyone = np.flatnonzero(epochs == at)
    finite = np.isfinite(table["loss"].to_numpy()[everyone])
    measured = everyone[finite] if finite.any() else everyone

    def of(measure: str) -> Values:
        return table[measure].to_numpy()[measured]

    def share(criterion: str) -> Rate:
        judged = CRITERIA[criterion]
        return Rate(int(judged.met(of(judged.measure)).sum()), len(everyone))

    known, gaps = possible(config), of("memory_gap")
    return Summary(
        config=config,
        possible=known,
        epoch=at,
        updates=int(of("updates")[0]),
        rows_seen=at * known.rows_seen,
        accuracy=mean_of(of("ambiguous_accuracy"), 0, 1),
        overall=mean_of(of("accuracy"), 0, 1),
        solved=share("right"),
        all_right=share("all_right"),
        within=share("within"),
        fresh_solved=share("fresh_right"),
        fresh_within=share("fresh_within"),
        gap=float(np.median(gaps)),
        gap_low=float(gaps.min()),
        gap_high=float(gaps.max()),
        loss=float(np.median(of("loss"))),
        diverged=int((~finite).sum()),
    )
