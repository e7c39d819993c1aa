"""What is timed in turn: the engine at many seeds, a loop as most people write it, and Adam alone as the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import torch
from torch import nn

from study.errors import StudyError
from study.randomness import stream
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task
from study.training.batches import Batch, BatchMaker
from study.training.engines.block import Block
from study.training.engines.compiled import CompiledBlock
from study.training.engines.fused import fused_pays
from study.training.engines.memory import seeds_per_block
from study.training.initialisers import keras
from study.training.learner import Learner, make_learner
from study.training.rows import Orders
from study.training.settings import Settings

FEATURES, UNITS = 5, 20
SEEDS = (1, 16, 64, 256, 1024)
WINDOWS = (  # timesteps, lanes, seeds
    (4, 1, SEEDS),
    (100, 1, (1, 16, 64, 256)),
    (100, 32, (1, 16, 64)),
    (1000, 1, (1, 16, 64)),
    (1000, 8, (1, 16)),
    (1000, 32, (1, 4)),
)


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
    """The tutorial, 8 updates an epoch: plain loop, engine, compiled loop where there is one, and Adam alone."""
    dataset = encode(make_task("two_sequences").sequences(0))
    epoch = Orders(Schedule(dataset.lengths), [0]).epoch(0)
    batches = BatchMaker([dataset], torch.float32).batches(epoch)
    columns = BatchMaker([dataset], torch.float32, columns=True).batches(epoch)
    cases = [_plain_case(1, 1, batches, epochs=10)]
    cases += [_engine_case("engine", blocks_of(seeds, 1, 1), batches, epochs=max(16, 64 // seeds)) for seeds in SEEDS]
    for seeds in SEEDS if find_spec("numba") else ():
        blocks = blocks_of(seeds, 1, 1, engine="compiled")
        cases.append(_engine_case("compiled engine", blocks, columns, epochs=max(16, 64 // seeds)))
    alone = Block([keras(stream("initialisation", seed), FEATURES, UNITS, FEATURES) for seed in range(64)])

    def adam() -> None:
        for _ in range(64):
            alone.optimiser.update(alone.weights, alone.gradient)

    cases.append(Case("Adam alone (PyTorch, fused)", 1, 1, alone.seeds, 64, adam))
    if find_spec("numba"):
        cases.append(_tight_adam())
    return cases


def window_cases(*, quick: bool) -> list[Case]:
    """Windows of several steps with a target at each: plain loop, engine, and one seed by the fused engine."""
    cases = []
    for timesteps, lanes, sizes in [w for w in WINDOWS if w[0] < 1000] if quick else WINDOWS:
        symbols = np.random.default_rng(0).integers(0, FEATURES, (timesteps + 1, lanes))
        one_hot = torch.nn.functional.one_hot(torch.from_numpy(symbols), FEATURES).float()[None]
        batch = Batch(one_hot[:, :-1].contiguous(), one_hot[:, 1:].contiguous(), None, reset_after=True)
        epochs = max(1, 100 // timesteps)
        alone_epochs = max(4, 1000 // timesteps)  # enough that what the case before left in memory does not count
        cases.append(_plain_case(timesteps, lanes, [batch], epochs=alone_epochs))
        for seeds in sizes:
            blocks, shared = blocks_of(seeds, timesteps, lanes), max(1, 4 * epochs // seeds)
            cases.append(_engine_case("engine", blocks, [batch], epochs=alone_epochs if seeds == 1 else shared))
        if fused_pays(timesteps):
            alone = blocks_of(1, timesteps, lanes, engine="fused")
            cases.append(_engine_case("fused engine", alone, [batch], epochs=alone_epochs))
    return cases


def blocks_of(seeds: int, timesteps: int, lanes: int, engine: str = "eager") -> list[Learner]:
    """Make the tutorial's networks, in blocks as the models do."""
    size = seeds_per_block(timesteps, lanes, FEATURES, UNITS)
    weights = [keras(stream("initialisation", seed), FEATURES, UNITS, FEATURES) for seed in range(seeds)]
    return [
        make_learner(Settings(), weights[k : k + size], timesteps=timesteps, lanes=lanes, engine=engine)
        for k in range(0, seeds, size)
    ]


def _engine_case(what: str, blocks: list[Learner], batches: list[Batch], epochs: int) -> Case:
    """Time the engine on some epochs."""
    timesteps, lanes = int(batches[0].inputs.shape[1]), int(batches[0].inputs.shape[2])
    together = min(epochs, blocks[0].epochs_at_once)
    epochs -= epochs % together
    at_once = batches * together

    def work() -> None:
        for block in blocks:  # between two checkpoints one after the other, as the models do
            for _ in range(epochs // together):
                block.run_epoch(at_once, carry=True, with_loss=False)

    return Case(what, timesteps, lanes, sum(block.seeds for block in blocks), epochs * len(batches), work)


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


def _tight_adam() -> Case:
    """Time the floor: the compiled loop's Adam alone, on the weights of one seed in near memory."""
    block = CompiledBlock([keras(stream("initialisation", 0), FEATURES, UNITS, FEATURES)])
    repeats = 1000
    return Case("Adam alone (compiled)", 1, 1, 1, repeats, lambda: block.adam_alone(repeats))


def keras_cases() -> list[Case]:
    """Time the tutorial in Keras: `fit` of one epoch a call, and `train_on_batch`."""
    if not find_spec("keras"):
        raise StudyError("peer 'keras' is not installed; install keras and a backend for it, or leave --peer out")
    import keras as framework  # noqa: PLC0415  (optional, and slow to import)

    dataset = encode(make_task("two_sequences").sequences(0))
    inputs, targets, half = dataset.X, dataset.Y, dataset.rows // 2
    model = framework.Sequential(
        [
            framework.Input(batch_shape=(1, 1, FEATURES)),
            framework.layers.LSTM(UNITS, stateful=True),
            framework.layers.Dense(FEATURES, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam")

    def reset() -> None:
        model.layers[0].reset_state()

    def fit() -> None:
        for start in (0, half):
            model.fit(
                inputs[start : start + half], targets[start : start + half], batch_size=1, shuffle=False, verbose=0
            )
            reset()

    def on_batch() -> None:
        for _ in range(10):
            for row in range(dataset.rows):
                model.train_on_batch(inputs[row : row + 1], targets[row : row + 1])
                if row % half == half - 1:
                    reset()

    name = f"Keras {framework.__version__} ({framework.backend.backend()})"
    return [
        Case(f"{name} fit", 1, 1, 1, dataset.rows, fit),
        Case(f"{name} train_on_batch", 1, 1, 1, 10 * dataset.rows, on_batch),
    ]
