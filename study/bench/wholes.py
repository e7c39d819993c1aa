"""What users wait for, measured as a whole: many seeds from a cold start, an estimator, a second process."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import torch

from study.bench.cases import blocks_of
from study.runs.backends import prepare_worker
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task
from study.training.batches import BatchMaker
from study.training.rows import Orders


@dataclass(frozen=True)
class Whole:
    """Something measured as a whole in every repetition: `measure` gives its seconds, `value` sums them up."""

    what: str
    unit: str
    aim: str
    measure: Callable[[], tuple[float, ...]]
    value: Callable[[list[tuple[float, ...]]], float]


def wholes() -> list[Whole]:
    """List what users wait for: many seeds from a cold start, one estimator, and what a second process adds."""
    return [
        Whole("1,000 seeds of the tutorial from a cold start, all cores", "s", "aim: under 10 s", _cold_start, _least),
        Whole("one seed of the tutorial by the estimator", "s", "aim: under 0.2 s", _estimator, _least),
        Whole("two processes against one", "times", "aim: at least 1.8 times", _one_and_two, _times_as_much),
    ]


def _cold_start() -> tuple[float]:
    """Train and score the seeds in a fresh interpreter, by the backend of `study run`; seconds."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "study.bench.cold_start"], check=True)
    return (time.perf_counter() - begin,)


def _estimator() -> tuple[float]:
    """Fit the tutorial's rows for 250 epochs; seconds."""
    from study.estimators import StatefulLSTMClassifier  # noqa: PLC0415  (scikit-learn is slow to import)

    dataset = encode(make_task("two_sequences").sequences(0))
    inputs, targets = dataset.X[:, 0], dataset.targets[:, -1]
    begin = time.perf_counter()
    StatefulLSTMClassifier(sequence_length=dataset.rows // 2, random_state=0).fit(inputs, targets)
    return (time.perf_counter() - begin,)


def _one_and_two() -> tuple[float, float]:
    """Give the same work to one process, and to each of two at once; the least seconds of either."""
    alone: list[float] = []
    both: list[float] = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn"), initializer=prepare_worker) as pool:
        list(pool.map(_engine_seconds, [2, 2]))  # both processes are started, and have what they need in memory
        for _ in range(7):
            for times, work in ((alone, [30]), (both, [30, 30])):
                begin = time.perf_counter()
                list(pool.map(_engine_seconds, work))
                times.append(time.perf_counter() - begin)
    return min(alone), min(both)


def _times_as_much(repeats: list[tuple[float, ...]]) -> float:
    """Give the work of two processes as a multiple of that of one, each at its fastest."""
    return 2 * min(alone for alone, _ in repeats) / min(both for _, both in repeats)


def _least(repeats: list[tuple[float, ...]]) -> float:
    """Pick the fastest repetition."""
    return min(repeats)[0]


def _engine_seconds(epochs: int) -> float:
    """Train 128 seeds of the tutorial for some epochs, and give the seconds that it took."""
    dataset = encode(make_task("two_sequences").sequences(0))
    batches = BatchMaker([dataset], torch.float32).batches(Orders(Schedule(dataset.lengths), [0]).epoch(0))
    (block,) = blocks_of(128, 1, 1)
    begin = time.perf_counter()
    for _ in range(epochs):
        block.run_epoch(batches, carry=True, with_loss=False)
    return time.perf_counter() - begin
