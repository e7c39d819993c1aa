"""What is timed beside the study's engines: a loop as most people write it, and JAX and Keras where they are there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from study.bench.cases import (
    FEATURES,
    TOGETHER,
    UNITS,
    Case,
    kernel_losses,
    random_batch,
    shapes,
    timed,
    tutorial_batches,
    updates_of,
    weights_of,
)
from study.errors import StudyError
from study.sequences.encoding import encode
from study.sequences.tasks import make_task
from study.training.bits import SETTING

ROOT = Path(__file__).resolve().parents[2]
ROUNDING = 1e-4  # by how much of it a seed's mean loss over the first updates may differ


@contextmanager
def plain_cases(*, quick: bool) -> Iterator[list[Case]]:
    """Time a loop over `nn.LSTM` of one seed, in a process without the setting for equal bits, which slows it."""
    kept = {name: value for name, value in os.environ.items() if name != SETTING}
    with _alone("plain nn.LSTM loop", (1,), "study.bench.alone.nn_lstm", sys.executable, kept, quick=quick) as cases:
        yield cases


def interpreter_with_jax(python: str) -> str:
    """Find an interpreter by its name or path; a StudyError says where there is none, or none that has JAX.

    The path is absolute, since it is started in another folder, and no link in it is followed: an environment's
    interpreter is one.
    """
    found = shutil.which(python)
    if found is None:
        raise StudyError(
            f"--jax-python is {python}, which is no program that can be started; give the path of an interpreter, or "
            "leave it out"
        )
    try:
        lacking = subprocess.run([found, "-c", "import jax"], check=False, capture_output=True).returncode != 0
    except OSError:  # no program after all
        lacking = True
    if lacking:
        raise StudyError(
            f"peer 'jax' is not installed for {python}; install jax there, name another interpreter with --jax-python, "
            "or leave --peer out"
        )
    return os.path.abspath(found)


@contextmanager
def jax_cases(python: str, *, quick: bool) -> Iterator[list[Case]]:
    """Time JAX as an interpreter has it, see `interpreter_with_jax`, and check that its losses are the kernel's."""
    with _alone("JAX", TOGETHER, "study.bench.alone.jax_scan", python, dict(os.environ), quick=quick) as cases:
        yield cases


def check_losses(what: str, shape: tuple[int, int], seeds: int, found: list[float]) -> None:
    """Raise a StudyError where what is compared does not train as the kernel does."""
    expected = kernel_losses(*shape, seeds)
    if not np.allclose(found, expected, rtol=ROUNDING, atol=0):
        worst = float(np.max(np.abs(np.array(found) / expected - 1)))
        raise StudyError(
            f"{what} trains otherwise than the kernel at timesteps and batch size {shape}: losses differ by "
            f"{worst:.1e} of them, at most {ROUNDING} is rounding; compare the versions of both"
        )


@contextmanager
def _alone(
    what: str, together: tuple[int, ...], module: str, python: str, environment: dict[str, str], *, quick: bool
) -> Iterator[list[Case]]:
    """Start a process that makes the same updates of the same data, and end it afterwards."""
    asked = [(shape, seeds, updates_of(*shape)) for shape in shapes(quick=quick) for seeds in together]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "given.npz"
        words = [{"shape": "{}_{}".format(*shape), "seeds": seeds, "updates": count} for shape, seeds, count in asked]
        np.savez(file, cases=json.dumps(words), **_data(quick=quick, seeds=max(together)))
        process = subprocess.Popen(
            [python, "-m", module, str(file)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield [
                Case(what, *shape, seeds, count, _asking(process, number, what, shape, seeds))
                for number, (shape, seeds, count) in enumerate(asked)
            ]
        finally:
            process.communicate()


def _asking(
    process: subprocess.Popen[str], number: int, what: str, shape: tuple[int, int], seeds: int
) -> Callable[[], float]:
    """Ask the process for a case; the first losses of many seeds are checked, the plain loop draws its own weights."""
    first = [seeds > 1]

    def seconds() -> float:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # it ended before it was asked
            line = ""
        if not line:
            raise StudyError(f"the process that times {what} has ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        if first[0]:
            check_losses(what, shape, seeds, answer["losses"])
            first[0] = False
        return float(answer["seconds"])

    return seconds


def _data(*, quick: bool, seeds: int) -> dict[str, Any]:
    """Give the weights of all seeds by name, and the batches of each shape."""
    weights, found = weights_of(seeds), {}
    for name in weights[0]:
        found[name] = np.stack([each[name] for each in weights])
    for shape in shapes(quick=quick):
        batches = tutorial_batches(columns=False) if shape == (1, 1) else [random_batch(*shape)[0]]
        label = "{}_{}".format(*shape)
        for name in ("inputs", "targets"):
            found[f"{name}_{label}"] = np.concatenate([getattr(batch, name).numpy() for batch in batches])
        found[f"resets_{label}"] = np.array([bool(batch.reset_after) for batch in batches])
    return found


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
        Case(f"{name} fit", 1, 1, 1, dataset.rows, timed(fit)),
        Case(f"{name} train_on_batch", 1, 1, 1, 10 * dataset.rows, timed(on_batch)),
    ]
