"""Replay traces recorded from real Keras, update by update, and measure how far the study's engine strays from them.

A trace holds initial weights, the batches of one epoch, and what Keras made of them, so agreement shows that the
arithmetic of the study is that of the tutorial. Training can magnify rounding, in some networks a hundred thousand
times; so each trace is also replayed from weights that differ in their last bit alone, which shows how far apart two
exact programs may come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812  (an exception, named as one)

import numpy as np
import numpy.typing as npt
import torch

from study.errors import StudyError
from study.keras.variants import settings_of, shapes_of
from study.training.layers import LAYERS
from study.training.learner import Learner, make_learner
from study.training.settings import Settings

WEIGHTS = ("kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias")
TOLERANCES = {  # precision: (loss, weights and probabilities)
    torch.float64: (1e-12, 1e-10),
    torch.float32: (1e-6, 1e-4),
}
NUDGED = 8  # replays whose initial weights differ in their last bit
MORE_THAN_ROUNDING = 4  # times the furthest that those came apart so far: beyond it, and beyond tolerance, is a fault
Arrays = dict[str, npt.NDArray[Any]]


class Batch(NamedTuple):
    """One recorded batch, as the engine takes it."""

    inputs: torch.Tensor  # (1, timestep, lane, feature)
    targets: torch.Tensor  # (1, scored, lane, output)
    rows: npt.NDArray[Any]  # (scored, lane): where the answers stand in final_probs
    reset_after: bool
    last_only: bool


@dataclass(frozen=True)
class Agreement:
    """Largest absolute difference between one trace and its replay.

    Attributes
    ----------
    name : str
        File name of the trace.
    engine : str
        Which engine replayed it.
    precision : str
        ``float32`` or ``float64``.
    updates : int
        Weight updates that were compared.
    loss, weights, probabilities : float
        Largest differences.
    rounding : float
        Largest difference in loss between replays whose initial weights differ in the last bit alone.
    agrees : bool
        Whether all are within tolerance, or where training magnifies rounding more than that, within
        `MORE_THAN_ROUNDING` times what rounding does up to that update.
    """

    name: str
    engine: str
    precision: str
    updates: int
    loss: float
    weights: float
    probabilities: float
    rounding: float
    agrees: bool


def replay(path: str | Path, engine: str = "kernel") -> Agreement:
    """Train from the trace's initial weights on its batches and compare.

    Parameters
    ----------
    path : str or Path
        A trace as an ``.npz`` file: ``init_*`` and ``final_*`` weights, ``loss`` (epochs, n_steps), and for each step
        *k* of an epoch ``step<k>_x``, ``step<k>_y`` and ``step<k>_reset_after``; what is other than in the tutorial, in
        scalars as `study.keras.variants` reads them.
    engine : str, default 'kernel'
        Name in `study.training.learner.ENGINES`.

    Returns
    -------
    Agreement

    Raises
    ------
    StudyError
        If the file is missing, damaged, or not a trace.
    """
    path = Path(path)
    trace = _load(path)
    settings = settings_of(trace, torch.float64 if trace["init_kernel"].dtype == np.float64 else torch.float32)
    first, draws = _weights(trace, "init"), np.random.default_rng(0)
    block = make_learner(settings, [first, *(_nudged(first, draws) for _ in range(NUDGED))], engine=engine)
    batches = [_batch(trace, k, settings.dtype) for k in range(int(trace["n_steps"]))]
    losses = _losses(block, trace, batches)  # (update, replay)
    final, recorded = block.export(), LAYERS[settings.layer].arrange(_weights(trace, "final"))
    loss, rounding = _apart(losses, trace["loss"].reshape(-1))
    weights, of_weights = _apart(*_flat((final[name], recorded[name]) for name in WEIGHTS))
    answers, of_answers = _apart(*_flat(_answers(block, trace, batches)))
    loss_bound, weight_bound = TOLERANCES[settings.dtype]
    so_far = np.maximum.accumulate(rounding)
    return Agreement(
        path.name,
        engine,
        str(settings.dtype).removeprefix("torch."),
        len(losses),
        float(loss.max()),
        float(weights.max()),
        float(answers.max()),
        float(so_far[-1]),
        agrees=bool((loss <= np.maximum(loss_bound, MORE_THAN_ROUNDING * so_far)).all())
        and weights.max() <= max(weight_bound, MORE_THAN_ROUNDING * of_weights.max())
        and answers.max() <= max(weight_bound, MORE_THAN_ROUNDING * of_answers.max()),
    )


def _nudged(weights: Arrays, draws: np.random.Generator) -> Arrays:
    """Move each weight to the next number, up or down."""
    return {
        name: np.nextafter(array, np.where(draws.random(array.shape) < 0.5, -np.inf, np.inf).astype(array.dtype))
        for name, array in weights.items()
    }


def _losses(block: Learner, trace: Arrays, batches: list[Batch]) -> npt.NDArray[np.float64]:
    """Make all updates of the trace; the loss before each, shape (update, replay)."""
    losses = []
    for _ in range(len(trace["loss"])):
        for batch in batches:
            losses.append(
                block.update(
                    batch.inputs,
                    batch.targets,
                    carry=bool(trace["stateful"]),
                    with_loss=True,
                    last_only=batch.last_only,
                ).numpy()
            )
            if batch.reset_after:
                block.reset_state()
    return np.array(losses, dtype=np.float64)


def _flat(
    pairs: Iterable[tuple[npt.NDArray[Any], npt.NDArray[Any]]],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Join pairs of ours, with a leading axis of replays, and theirs: of shapes (item, replay) and (item,)."""
    ours, theirs = zip(*pairs, strict=True)
    return (
        np.concatenate([array.reshape(len(array), -1) for array in ours], axis=1).T.astype(np.float64),
        np.concatenate([array.reshape(-1) for array in theirs]).astype(np.float64),
    )


def _apart(
    ours: npt.NDArray[np.float64], theirs: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Find how far the first replay is from Keras, and how far the others are from the first.

    Parameters
    ----------
    ours : ndarray, shape (item, replay)
    theirs : ndarray, shape (item,)

    Returns
    -------
    difference, rounding : ndarray, shape (item,)
        The difference is infinite where one is not a number; rounding is then 0, and excuses nothing.
    """
    difference = np.nan_to_num(np.abs(ours[:, 0] - theirs), nan=np.inf)
    return difference, np.nan_to_num(np.abs(ours[:, 1:] - ours[:, :1]), nan=0.0, posinf=0.0).max(axis=1)


def _weights(trace: Arrays, moment: str) -> Arrays:
    """Pick the weights at the start or at the end."""
    return {name: trace[f"{moment}_{name}"] for name in WEIGHTS}


def _batch(trace: Arrays, step: int, dtype: torch.dtype) -> Batch:
    """Read one batch as (1, timestep, lane, feature), its targets, the rows it answers, and whether a reset follows."""
    x, y = (torch.from_numpy(np.asarray(trace[f"step{step}_{part}"])).to(dtype) for part in "xy")
    every = y.ndim == 3
    y = y if every else y[:, None]  # (lane, scored, output)
    rows = np.asarray(trace[f"step{step}_rows"]).reshape(len(x), -1).T  # (scored, lane)
    return Batch(
        x.transpose(0, 1)[None].contiguous(),
        y.transpose(0, 1)[None].contiguous(),
        rows,
        reset_after=bool(trace[f"step{step}_reset_after"]),
        last_only=not every,
    )


def _answers(
    block: Learner, trace: Arrays, batches: list[Batch]
) -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    """Pass once through an epoch from a zero state, and once row by row, a reset before each sequence.

    Yields
    ------
    tuple of ndarray
        Answers of all replays, with a leading axis of them, and Keras' answers.
    """
    recorded = np.asarray(trace["final_probs"])
    flat = recorded.reshape(-1, recorded.shape[-1])
    block.reset_state()
    for batch in batches:
        answers = block.predict(batch.inputs, carry=bool(trace["stateful"]), last_only=batch.last_only)
        yield answers.numpy(), flat[batch.rows]
        if batch.reset_after:
            block.reset_state()
    if "final_probs_seqwise" not in trace:
        return
    sequences = np.asarray(trace["final_probs_seqwise"])
    inputs = {
        int(row): batch.inputs[:, :, lane : lane + 1] for batch in batches for lane, row in enumerate(batch.rows[-1])
    }
    for number, answers_of_sequence in enumerate(sequences):
        block.reset_state()
        for place, expected in enumerate(answers_of_sequence):
            row = number * sequences.shape[1] + place
            yield block.predict(inputs[row], carry=True).numpy(), expected


def fingerprint(traces: Iterable[str | Path]) -> str:
    """Hash what a replay depends on: the source of the engine and of the replay, and the traces.

    Times of files say nothing after a fresh checkout, so contents tell whether kept differences are still those of
    this code.

    Parameters
    ----------
    traces : iterable of str or Path

    Returns
    -------
    str
        The first ten hexadecimal digits of a SHA-256.

    Raises
    ------
    StudyError
        If a trace cannot be read.
    """
    here = Path(__file__)
    digest = sha256()
    for source in (here, here.with_name("variants.py"), *sorted((here.parents[1] / "training").rglob("*.py"))):
        digest.update(f"{source.name}\n{source.read_text(encoding='utf-8')}".encode())  # whatever ends its lines
    for trace in sorted(map(Path, traces)):
        try:
            digest.update(f"{trace.name}\n".encode() + trace.read_bytes())
        except OSError as error:
            raise StudyError(
                f"trace {trace} cannot be read ({error.strerror}); give .npz files recorded from Keras"
            ) from error
    return digest.hexdigest()[:10]


def _load(path: Path) -> Arrays:
    """Read all arrays of a trace, or say in one line what is wrong with the file."""
    if not path.exists():
        raise StudyError(f"trace {path} does not exist; give .npz files recorded from Keras")
    try:
        with np.load(path, allow_pickle=False) as file:
            trace = {name: file[name] for name in file.files}
    except (BadZipFile, ZlibError, ValueError, OSError, EOFError, KeyError, TypeError) as error:
        raise StudyError(
            f"trace {path} cannot be read ({error}); it must be a whole .npz file without pickles"
        ) from error
    needed = [f"{moment}_{name}" for moment in ("init", "final") for name in WEIGHTS]
    needed += ["final_probs", "loss", "n_steps", "stateful"]
    _demand(path, trace, needed)
    steps = trace["n_steps"]
    if steps.shape != () or steps.dtype.kind not in "iu" or steps < 1:
        raise StudyError(f"trace {path} has n_steps {steps.tolist()!r:.40}; it must be a whole number, 1 or more")
    _demand(path, trace, [f"step{k}_{part}" for k in range(int(steps)) for part in ("x", "y", "rows", "reset_after")])
    try:
        settings = settings_of(trace, torch.float64)
    except StudyError as error:
        raise StudyError(f"trace {path}: {error}") from error
    for fault in _faults(trace, settings):
        raise StudyError(f"trace {path}: {fault}")
    return trace


def _demand(path: Path, trace: Arrays, needed: list[str]) -> None:
    """Refuse a trace that lacks an array, or that holds text where numbers should be."""
    missing = [name for name in needed if name not in trace]
    if missing:
        raise StudyError(f"trace {path} lacks {', '.join(missing[:5])}; record it with all arrays of a trace")
    for name in needed:
        if trace[name].dtype.kind not in "fiub":
            raise StudyError(f"trace {path}: {name} holds {trace[name].dtype}; it must hold numbers")


def _faults(trace: Arrays, settings: Settings) -> Iterator[str]:
    """Name the arrays whose shapes do not fit together."""
    features, outputs = trace["init_kernel"].shape[0], trace["init_dense_bias"].shape[-1]
    units, steps = trace["init_recurrent_kernel"].shape[0], int(trace["n_steps"])
    shapes = shapes_of(settings, features, units, outputs)
    for name in (f"{moment}_{weight}" for weight in WEIGHTS for moment in ("init", "final")):
        expected = shapes[name.split("_", 1)[1]]
        if trace[name].shape != expected:
            yield (
                f"{name} has shape {trace[name].shape}; it must be {expected}, as for one layer {settings.layer} and a "
                "dense layer"
            )
    loss, lanes = trace["loss"], trace["step0_x"].shape[0]
    if loss.ndim != 2 or loss.shape[1] != steps or not loss.size:
        yield f"loss has shape {loss.shape}; it must be (epochs, {steps}), one number an update"
    answers = trace["final_probs"].size // outputs
    for k in range(steps):
        x, y, rows = (trace[f"step{k}_{part}"] for part in ("x", "y", "rows"))
        if x.ndim != 3 or x.shape[2] != features or y.shape not in ((len(x), outputs), (*x.shape[:2], outputs)):
            yield (
                f"step {k} has inputs of shape {x.shape} and targets of shape {y.shape}; they must be "
                f"(rows, timesteps, {features}) and (rows, {outputs}) or (rows, timesteps, {outputs})"
            )
        if trace["stateful"] and len(x) != lanes:
            yield f"step {k} has {len(x)} lanes and step 0 has {lanes}; state is carried only between equal batches"
        if rows.size != y.size // outputs or rows.min() < 0 or rows.max() >= answers:
            yield f"step{k}_rows must name, for each target of the step, one of the {answers} answers in final_probs"
