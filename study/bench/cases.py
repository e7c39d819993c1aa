"""What is timed in turn in this process: the kernel, torch, and Adam alone as the floor."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from study.bench.floor import adam_again
from study.bench.table import FLOOR
from study.randomness import stream
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task
from study.training.batches import Batch, BatchMaker
from study.training.engines.memory import seeds_per_block, vector_seeds
from study.training.initialisers import Weights, keras
from study.training.kernel.learner import KernelBlock
from study.training.learner import Learner, make_learner
from study.training.rows import Orders
from study.training.settings import Settings

FEATURES, UNITS = 5, 20
SEEDS = (1, 16, 64, 256, 1024)  # of the tutorial
TIMESTEPS, LANES, TOGETHER = (1, 4, 100, 1000), (1, 8, 32), (16, 64)  # of the windows, with a target at every step
STEPS, UPDATES = 2000, 500  # steps times lanes, and updates, of one seed that one measurement takes at most
FLOOR_UPDATES = 2000


@dataclass(frozen=True)
class Case:
    """Something to be timed.

    Attributes
    ----------
    what : str
    timesteps, batch_size, seeds : int
    updates : int
        Weight updates of each seed that `seconds` makes.
    seconds : callable
        Makes them, and gives the processor's time that they took.
    """

    what: str
    timesteps: int
    batch_size: int
    seeds: int
    updates: int
    seconds: Callable[[], float]


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """Time what this process does, all threads together."""

    def seconds() -> float:
        begin = time.process_time()
        work()
        return time.process_time() - begin

    return seconds


def shapes(*, quick: bool) -> list[tuple[int, int]]:
    """List timesteps and lanes of all windows; those of 1,000 steps only if not `quick`. The first is the tutorial."""
    return [(timesteps, lanes) for timesteps in (TIMESTEPS[:-1] if quick else TIMESTEPS) for lanes in LANES]


def updates_of(timesteps: int, lanes: int) -> int:
    """Choose how many updates of such windows are timed at once: whole epochs of the tutorial."""
    updates = max(1, min(UPDATES, STEPS // (timesteps * lanes)))
    return updates - updates % 8 if timesteps == lanes == 1 else updates


def tutorial_cases() -> list[Case]:
    """The tutorial, 8 updates an epoch: Adam alone, the kernel, torch."""
    cases = [_adam_alone()]
    for seeds in SEEDS:
        epochs = updates_of(1, 1) // 8
        cases.append(_case("kernel", seeds, tutorial_batches(columns=True), epochs))
        cases.append(_case("torch", seeds, tutorial_batches(columns=False), max(2, epochs // max(4, seeds // 16))))
    return cases


def window_cases(*, quick: bool) -> list[Case]:
    """Several lanes, windows of several steps with a target at each; those of 1,000 steps only if not `quick`."""
    cases = []
    for timesteps, lanes in shapes(quick=quick)[1:]:
        batch, columns = random_batch(timesteps, lanes)
        updates = updates_of(timesteps, lanes)
        for seeds in TOGETHER:
            cases.append(_case("kernel", seeds, [columns], updates))
            cases.append(_case("torch", seeds, [batch], -(-updates // 4)))
    return cases


def tutorial_batches(*, columns: bool) -> list[Batch]:
    """Give the tutorial's 8 batches, as columns or as one-hot vectors."""
    dataset = encode(make_task("two_sequences").sequences(0))
    epoch = Orders(Schedule(dataset.lengths), [0]).epoch(0)
    return BatchMaker([dataset], torch.float32, columns=columns).batches(epoch)


def random_batch(timesteps: int, lanes: int) -> tuple[Batch, Batch]:
    """Draw one batch with a target at every step: as one-hot vectors, and as columns."""
    symbols = torch.from_numpy(np.random.default_rng(0).integers(0, FEATURES, (1, timesteps + 1, lanes)))
    before, after = symbols[:, :-1].contiguous(), symbols[:, 1:].contiguous()
    one_hot = [nn.functional.one_hot(part, FEATURES).float() for part in (before, after)]
    return Batch(one_hot[0], one_hot[1], None, reset_after=True), Batch(before, after, None, reset_after=True)


def weights_of(seeds: int) -> list[Weights]:
    """Draw the tutorial's initial weights."""
    return [keras(stream("initialisation", seed), FEATURES, UNITS, FEATURES) for seed in range(seeds)]


def blocks_of(seeds: int, timesteps: int, lanes: int, engine: str = "kernel") -> list[Learner]:
    """Make the tutorial's networks, in blocks as the models do."""
    together = vector_seeds() if engine == "kernel" else 1
    size, weights = seeds_per_block(timesteps, lanes, FEATURES, UNITS, together=together), weights_of(seeds)
    return [make_learner(Settings(), weights[k : k + size], engine=engine) for k in range(0, seeds, size)]


def kernel_losses(timesteps: int, lanes: int, seeds: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Train the kernel as a case is trained when it is first timed, and give each seed's mean loss."""
    batches = tutorial_batches(columns=True) if timesteps == lanes == 1 else [random_batch(timesteps, lanes)[1]]
    at_once = batches * (updates_of(timesteps, lanes) // len(batches))
    blocks = blocks_of(seeds, timesteps, lanes)
    return np.concatenate([block.run_epoch(at_once, carry=True, with_loss=True) for block in blocks])


def _case(engine: str, seeds: int, batches: list[Batch], epochs: int) -> Case:
    """Time an engine on some epochs."""
    timesteps, lanes = int(batches[0].inputs.shape[1]), int(batches[0].inputs.shape[2])
    blocks, at_once = blocks_of(seeds, timesteps, lanes, engine), batches * epochs

    def work() -> None:
        for block in blocks:  # between two checkpoints one after the other, as the models do
            block.run_epoch(at_once, carry=True, with_loss=False)

    return Case(engine, timesteps, lanes, seeds, len(at_once), timed(work))


def _adam_alone() -> Case:
    """Time the floor: the kernel's Adam, with its exact division and root, on a vector of seeds in near memory.

    The gradient is not zero: moments that fade away become numbers too small for fast arithmetic.
    """
    block = KernelBlock(weights_of(16))
    block.gradient[:] = 1e-3
    parts = (block.weights[0], block.gradient[0], block.first[0], block.second[0])

    def work() -> None:
        adam_again(block.rule, block.clock, block.free, *parts, FLOOR_UPDATES)

    return Case(FLOOR, 1, 1, block.seeds, FLOOR_UPDATES, timed(work))
