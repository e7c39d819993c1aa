"""How many sequences a second the networks of 1997 learn from, beside their logistic functions alone as the floor.

What a network computes at a step waits for the step before, so the floor is what nothing can be faster than with these
logistic functions: as many vectors of eight, all of them at hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from study.bench.wholes import Whole
from study.config import Config
from study.training.kernel.vectors.compiling import entry
from study.training.kernel.vectors.functions import logistic
from study.training.kernel.vectors.vector import load, store
from study.training.online.memory import LANES
from study.training.online.trials import Criterion, Trials

TRIALS = 8
NEVER = Criterion(0.25, 0, last_only=False)  # so that no trial ends
NEAR = 16  # vectors whose logistic functions are computed again and again
FLOOR = "its logistic functions alone"
FEWEST = 1_000  # sequences that a trial has met before it is timed


class OnLine(NamedTuple):
    """A network on a task.

    Attributes
    ----------
    what : str
    config : Config
    vectors : float
        Logistic functions of a sequence, in vectors of eight.
    sequences : int
        How many each trial learns from in one measurement.
    """

    what: str
    config: Config
    vectors: float
    sequences: int


def networks() -> list[OnLine]:
    """List what is timed: the tasks of Experiment 2 as the paper has them.

    A vector holds the hidden unit, or gates and cells of both blocks, and one each eight outputs; cells of blocks are
    squashed in a vector of their own.
    """
    unit, cell, blocks = "self_recurrent_1997", "memory_cell_1997", "cell_blocks_1997"
    alone = (("feedback", "none"),)
    return [
        OnLine("RTRL, p 4", _symbols(unit, 4), 4 * (1 + 1), 20_000),
        OnLine("RTRL, p 10", _symbols(unit, 10), 10 * (1 + 2), 10_000),
        OnLine("RTRL, p 100", _symbols(unit, 100), 100 * (1 + 13), 500),
        OnLine("memory cell, p 100", _symbols(cell, 100), 100 * (1 + 13), 500),
        OnLine("cell blocks, q 100, units see all units", _distractors(blocks, 100), 112 * 2, 1_000),
        OnLine("cell blocks, q 1,000, units see all units", _distractors(blocks, 1_000), 1_012 * 2, 200),
        OnLine("cell blocks, q 100, units see inputs alone", _distractors(blocks, 100, alone), 112, 1_000),
        OnLine("cell blocks, q 1,000, units see inputs alone", _distractors(blocks, 1_000, alone), 1_012, 200),
    ]


def online_wholes() -> list[Whole]:
    """List the measurements: of each network sequences a second, and its time as a multiple of the floor's."""
    timed = [(network, _timed(network)) for network in networks()]
    return [
        each
        for network, measure in timed
        for each in (
            Whole(f"on line, {network.what}", "sequences/s", "no aim; the next line sets it", measure, _per_second),
            Whole(f"on line, {network.what}, against {FLOOR}", "times", "the floor is 1", measure, _times_floor),
        )
    ]


def _symbols(model: str, p: int) -> Config:
    """Make a network on Task 2a."""
    return _config(model, "long_lag", (("lag", p - 1),), units=1, learning_rate=1.0)


def _distractors(model: str, size: int, wiring: tuple[tuple[str, str], ...] = ()) -> Config:
    """Make a network on Task 2c, with as many kinds of distractors as come in any case."""
    return _config(model, "distractors", (("p", size), ("q", size)), units=2, learning_rate=0.01, wiring=wiring)


def _config(model: str, task: str, options: tuple[tuple[str, int], ...], **settings: Any) -> Config:
    return Config(
        model=model, task=task, task_options=options, precision="float64", optimiser="sgd", loss="squared_error",
        initialisation="uniform_1997", sequences=1_000, **settings,
    )  # fmt: skip


def _timed(network: OnLine) -> Callable[[], tuple[float, ...]]:
    """Time a network's trials and the floor in turn; the processor's seconds of a sequence of either."""

    @cache
    def trials() -> Trials:
        made = Trials(network.config, range(TRIALS), NEVER)
        made.train_to(FEWEST)
        return made

    def measure() -> tuple[float, ...]:
        learning = trials()
        met = learning.trials[0].sequences
        begin = time.process_time()
        learning.train_to(met + network.sequences)
        between = time.process_time()
        alone = logistic_seconds()
        return (between - begin) / network.sequences / TRIALS, alone * network.vectors

    return measure


def logistic_seconds(rounds: int = 20_000) -> float:
    """Time the logistic functions of a vector of eight, where many are at hand; the processor's seconds of one."""
    values = np.linspace(-3, 3, NEAR * LANES)
    results = np.zeros_like(values)
    logistic_again(values, results, 1)
    begin = time.process_time()
    logistic_again(values, results, rounds)
    return (time.process_time() - begin) / rounds / NEAR


@entry
def logistic_again(values: Any, results: Any, times: int) -> None:
    """Compute the logistic functions of some vectors again and again."""
    for _ in range(times):
        for place in range(len(values) // LANES):
            store(results, place, logistic(load(values, place)))


def _per_second(repeats: list[tuple[float, ...]]) -> float:
    """Give the sequences of a second, by the fastest repetition."""
    return 1 / min(mine for mine, _ in repeats)


def _times_floor(repeats: list[tuple[float, ...]]) -> float:
    """Give the time as a multiple of the floor's, the median of the repetitions."""
    return median(mine / floor for mine, floor in repeats)
