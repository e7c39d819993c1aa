"""How long one training run takes: the engine at many seeds, a loop as most people write it, and the floor.

All updates are timed in one process and one thread, in turn and repeatedly, since the same code can take 1.4 times as
long a minute later; what is measured as a whole, on all cores, stands in every round beside them.

What was tried and dropped, in microseconds on one 2.8 GHz Xeon thread. Default path, 128 seeds an update, about 360 in
all, of which Adam 170 (bound by its square roots and divisions, not by memory: 1.5 a seed of 16 seeds, 1.3 of 256),
the product with the weights 46 and the outer product that is their gradient 45:

- the gates as they come, side by side in each seed: elementwise work of 20 numbers at a time, three times as long, and
  `aten.sigmoid_backward` by its own name, 7 a call; now gate by gate, with products and sums alone;
- `torch.bmm` for gradients of layers where each seed has one slot (dense layer 79, by broadcasting 8), and with turned
  weights from 4 lanes on (50 seeds 162, on a turned copy 16);
- the forward product as a product and a sum (116 instead of 30);
- Adam as single operations (543 instead of 199), or those in pieces that fit the nearest memory (701);
- blocks filled up to 32 seeds (one seed then cost what 32 do: 0.64 s a run instead of 0.16 s);
- the chain of operations as a TorchScript function (0.7 an operation instead of 1.1, about 3 % of a block's update);
- blocks of 64 seeds, which stay in near memory but start each operation twice as often as 128.

- Adam right after the outer product, on 16 to 64 seeds at a time, so that the gradient is still near (256 seeds, the
  two together: 555 instead of 529), and memory in huge pages (0 to 10 % of an update, within the noise).

In an update of 256 seeds, 750 to 880 in all, Adam takes 380 to 420 (335 by itself: its memory is not near), product
and outer product 90 to 100 each, the other 27 operations 195 to 220, half of which is starting them. The first three
make 4.4 ms a run, so that nothing in single operations goes below 5 here.

Compiled loop, one update of one seed 1.3, of which Adam 0.62 (1.0 before it divided by refined estimates, which LLVM
does where nothing may be infinite). Each against the loop as it was then: sizes as arguments instead of constants
(1.80 : 1.46), one epoch a call (1.5 : 1.3), the exponential in double precision (0.10 more), 512-bit vectors
(1.8 : 1.6), the square root by a refined estimate too (Adam as slow), Adam on each row as its gradient is made (5 %
less, for a second way through the loop), tanh from the logistic in single precision (as fast, but wrong by 7 % at
1e-6), packs of 16 seeds with the seeds innermost (3.1 : 2.6, since the compiler makes no vector code of products whose
inner loop is that short).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import nn

from study.bench.table import HEADINGS, TUTORIAL_UPDATES, Check, Timing, checks, rows, said_of
from study.errors import StudyError
from study.randomness import stream
from study.runs.backends import prepare_worker
from study.runs.provenance import processor
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task
from study.training.batches import Batch, BatchMaker
from study.training.engines.block import Block, Settings
from study.training.engines.compiled import CompiledBlock
from study.training.engines.fused import fused_pays
from study.training.engines.memory import seeds_per_block
from study.training.initialisers import keras
from study.training.learner import Learner, make_learner
from study.training.rows import Orders

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
MANY = 128  # seeds from which one run is held against the aims
# Milliseconds of one run that each engine should reach, as they were set on another processor (Zen 4), and what Adam
# alone took there: on slower ones the multiple of Adam alone is what can be compared.
AIMS = {"engine": (5, "Adam alone (PyTorch, fused)", 2.0), "compiled engine": (3, "Adam alone (compiled)", 1.22)}
PEERS = ("keras",)


@dataclass(frozen=True)
class Case:
    """Something to be timed: `work` makes `updates` weight updates of each of `seeds` seeds."""

    what: str
    timesteps: int
    batch_size: int
    seeds: int
    updates: int
    work: Callable[[], object]


@dataclass(frozen=True)
class Whole:
    """Something measured as a whole in every round: `measure` gives its seconds, `value` what all rounds come to."""

    what: str
    unit: str
    aim: str
    measure: Callable[[], tuple[float, ...]]
    value: Callable[[list[tuple[float, ...]]], float]


EXAMPLES = """\
  study bench --quick                        fewer repetitions, no windows of 1,000 steps
  study bench --output results/bench.json    keep them where the report finds them
  study bench --json > bench.json            all measurements as data
  study bench --peer keras                   Keras' fit and train_on_batch beside it, where it is installed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `study bench` takes."""
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON instead of a table")
    parser.add_argument("--output", type=Path, help="write the measurements as JSON to this file too")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and no windows of 1,000 steps")
    parser.add_argument("--peer", action="append", default=[], choices=PEERS, help="time this framework too")


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print the table.

    Parameters
    ----------
    arguments : Namespace
        As `add_arguments` declares.

    Returns
    -------
    int
        Exit code.
    """
    if arguments.output and not arguments.output.parent.is_dir():
        raise StudyError(f"folder {arguments.output.parent} does not exist; make it, or give another with --output")
    found = measure(quick=arguments.quick, peers=arguments.peer)
    text = json.dumps(found, indent=1)
    if arguments.output:
        arguments.output.write_text(text + "\n")
    if arguments.json:
        print(text)
    else:
        console = Console(width=None if sys.stdout.isatty() else 120)
        console.print(table(found))
        for what, value, aim in checks(found):
            console.print(f"{what}: {value} ({aim})")
    return 0


def measure(*, quick: bool = False, peers: tuple[str, ...] | list[str] = ()) -> dict[str, Any]:
    """Time everything in turn.

    Parameters
    ----------
    quick : bool, default False
        Fewer repetitions, and no windows of 1,000 steps.
    peers : sequence of str
        Frameworks to time too, of `PEERS`.

    Returns
    -------
    dict
        ``machine`` (processor, versions), ``timings`` (a list of `study.bench.table.Timing` as dicts), ``whole`` (a
        list of `study.bench.table.Check` as dicts).

    Raises
    ------
    StudyError
        If a peer is not installed.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        cases = [*tutorial_cases(), *window_cases(quick=quick)]
        if "keras" in peers:
            cases += keras_cases()
        tasks = wholes()
        times, seconds = _in_turn(cases, tasks, repetitions=3 if quick else 9)
    finally:
        torch.set_num_threads(threads)
    timings = [
        Timing(c.what, c.timesteps, c.batch_size, c.seeds, c.updates, statistics.median(taken) * 1e3, min(taken) * 1e3)
        for c, taken in zip(cases, times, strict=True)
    ]
    found = [Check(w.what, w.value(rounds), w.unit, w.aim) for w, rounds in zip(tasks, seconds, strict=True)]
    whole = [asdict(check) for check in (*run_checks(timings), *found)]
    return {"machine": _machine(), "timings": [asdict(timing) for timing in timings], "whole": whole}


def _in_turn(
    cases: list[Case], tasks: list[Whole], repetitions: int
) -> tuple[list[list[float]], list[list[tuple[float, ...]]]]:
    """Time everything once, and again, and again; cases in seconds an update and seed, after one round to warm up."""
    times: list[list[float]] = [[] for _ in cases]
    seconds: list[list[tuple[float, ...]]] = [[] for _ in tasks]
    for case in cases:
        case.work()
    for _ in range(repetitions):
        for case, taken in zip(cases, times, strict=True):
            begin = time.perf_counter()
            case.work()
            taken.append((time.perf_counter() - begin) / case.updates / case.seeds)
        for task, rounds in zip(tasks, seconds, strict=True):
            rounds.append(task.measure())
    return times, seconds


def tutorial_cases() -> list[Case]:
    """The tutorial, 8 updates an epoch: plain loop, engine, compiled loop where there is one, and Adam alone."""
    dataset = encode(make_task("two_sequences").sequences(0))
    epoch = Orders(Schedule(dataset.lengths, 1), [0]).epoch(0)
    batches = BatchMaker([dataset], torch.float32).batches(epoch)
    columns = BatchMaker([dataset], torch.float32, columns=True).batches(epoch)
    cases = [_plain_case(1, 1, batches, epochs=10)]
    cases += [_engine_case("engine", _blocks(seeds, 1, 1), batches, epochs=max(16, 64 // seeds)) for seeds in SEEDS]
    for seeds in SEEDS if find_spec("numba") else ():
        blocks = _blocks(seeds, 1, 1, engine="compiled")
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
            blocks, shared = _blocks(seeds, timesteps, lanes), max(1, 4 * epochs // seeds)
            cases.append(_engine_case("engine", blocks, [batch], epochs=alone_epochs if seeds == 1 else shared))
        if fused_pays(timesteps):
            alone = _blocks(1, timesteps, lanes, engine="fused")
            cases.append(_engine_case("fused engine", alone, [batch], epochs=alone_epochs))
    return cases


def _blocks(seeds: int, timesteps: int, lanes: int, engine: str = "eager") -> list[Learner]:
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


def run_checks(timings: list[Timing]) -> list[Check]:
    """Pick what one run of the tutorial takes where many seeds are trained, the fastest of each engine."""
    checks = []
    for what, (aim, floor, floor_there) in AIMS.items():
        found = [t.fastest for t in timings if t.what == what and t.timesteps == t.batch_size == 1 and t.seeds >= MANY]
        floors = [t.fastest for t in timings if t.what == floor]
        name = f"one run of the tutorial, {what}, many seeds"
        if found:
            checks.append(Check(name, min(found) * TUTORIAL_UPDATES, "ms", f"aim: at most {aim} ms"))
        if found and floors:
            said = f"aim: at most {aim / floor_there:.2f} times, {aim} ms where Adam alone takes {floor_there} ms"
            checks.append(Check(f"{name}, against {floor}", min(found) / min(floors), "times", said))
    return checks


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
    """Give the same work to one process, and to each of two at once: the least seconds of both."""
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


def _times_as_much(rounds: list[tuple[float, ...]]) -> float:
    """How many times as much two processes get done, at the fastest of all rounds as all ratios here."""
    return 2 * min(alone for alone, _ in rounds) / min(both for _, both in rounds)


def _least(rounds: list[tuple[float, ...]]) -> float:
    """Pick the fastest round."""
    return min(rounds)[0]


def _engine_seconds(epochs: int) -> float:
    """Train 128 seeds of the tutorial for some epochs; how long it took."""
    dataset = encode(make_task("two_sequences").sequences(0))
    batches = BatchMaker([dataset], torch.float32).batches(Orders(Schedule(dataset.lengths, 1), [0]).epoch(0))
    (block,) = _blocks(128, 1, 1)
    begin = time.perf_counter()
    for _ in range(epochs):
        block.run_epoch(batches, carry=True, with_loss=False)
    return time.perf_counter() - begin


def _machine() -> dict[str, str]:
    """Say what was measured on."""
    return {
        "processor": processor(),
        "processors": str(os.cpu_count()),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def table(found: dict[str, Any]) -> Table:
    """Lay the measurements out for the terminal; see `study.bench.table.rows`."""
    laid = Table(title=said_of(found["machine"]))
    for name in HEADINGS:
        laid.add_column(name, justify="left" if name == "what" else "right")
    for row in rows(found):
        laid.add_row(*row)
    return laid
