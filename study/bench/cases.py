"""What is timed in turn: the kernel, torch, a loop as most people write it, and Adam alone as the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from study.bench.floor import adam_again
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
STEPS_AT_LEAST = 2000  # steps times lanes of one seed, or 4 updates, that one measurement of the kernel takes


@dataclass(frozen=True)
class Case:
    """Something to be timed: `work` makes `updates` weight updates of each of `seeds` seeds."""

    what: str
    timesteps: int
    batch_size: int
    seeds: int
    updates: int
    work: Callable[[], object]


def tutorial_cases() -> list[Case]:
    """The tutorial, 8 updates an epoch: plain loop, kernel, torch, and Adam alone."""
    batches = tutorial_batches(columns=False)
    cases = [_plain_case(1, 1, batches, epochs=10), _adam_alone()]
    for seeds in SEEDS:
        epochs = max(16, 256 // seeds)
        cases.append(_case("kernel", seeds, tutorial_batches(columns=True), epochs))
        cases.append(_case("torch", seeds, batches, max(2, 64 // seeds)))
    return cases


def window_cases(*, quick: bool) -> list[Case]:
    """Several lanes, windows of several steps with a target at each; those of 1,000 steps only if not `quick`."""
    cases = []
    for timesteps in TIMESTEPS[:-1] if quick else TIMESTEPS:
        for lanes in LANES:
            if timesteps == lanes == 1:
                continue
            batch, columns = random_batch(timesteps, lanes)
            epochs = max(4, STEPS_AT_LEAST // (timesteps * lanes))
            cases.append(_plain_case(timesteps, lanes, [batch], epochs=min(epochs, 100)))
            for seeds in TOGETHER:
                cases.append(_case("kernel", seeds, [columns], epochs))
                cases.append(_case("torch", seeds, [batch], max(1, min(epochs, STEPS_AT_LEAST // timesteps) // 20)))
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


def _case(engine: str, seeds: int, batches: list[Batch], epochs: int) -> Case:
    """Time an engine on some epochs."""
    timesteps, lanes = int(batches[0].inputs.shape[1]), int(batches[0].inputs.shape[2])
    blocks, at_once = blocks_of(seeds, timesteps, lanes, engine), batches * epochs

    def work() -> None:
        for block in blocks:  # between two checkpoints one after the other, as the models do
            block.run_epoch(at_once, carry=True, with_loss=False)

    return Case(engine, timesteps, lanes, seeds, len(at_once), work)


def _plain_case(timesteps: int, lanes: int, batches: list[Batch], epochs: int) -> Case:
    """Time a loop as most people write it: `nn.LSTM`, `nn.Linear`, fused Adam, one seed."""
    layer, dense = nn.LSTM(FEATURES, UNITS), nn.Linear(UNITS, FEATURES)
    optimiser = torch.optim.Adam([*layer.parameters(), *dense.parameters()], fused=True)
    loss = nn.BCEWithLogitsLoss()

    def work() -> None:
        for _ in range(epochs):
            state = None
            for batch in batches:
                optimiser.zero_grad()
                hidden, state = layer(batch.inputs[0], state)
                loss(dense(hidden), batch.targets[0]).backward()
                optimiser.step()
                state = None if batch.reset_after else tuple(part.detach() for part in state)

    return Case("plain nn.LSTM loop", timesteps, lanes, 1, epochs * len(batches), work)


def _adam_alone() -> Case:
    """Time the floor: the kernel's Adam, with its exact division and root, on a vector of seeds in near memory.

    The gradient is not zero: moments that fade away become numbers too small for fast arithmetic.
    """
    block, repeats = KernelBlock(weights_of(16)), 2000
    block.gradient[:] = 1e-3
    parts = (block.weights[0], block.gradient[0], block.first[0], block.second[0])

    def work() -> None:
        adam_again(block.rule, block.clock, block.free, *parts, repeats)

    return Case("Adam alone", 1, 1, block.seeds, repeats, work)
