"""What is measured inside the networks besides their scores: gradients, weights that moved, carried states.

A probe trains a configuration as every run is trained and adds columns to its scores, or has scores of its own; the
configuration names it, so that its results are stored apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from study.errors import StudyError, unknown_name
from study.experiment import checkpoints, scored_at
from study.measures.last_step import last_step
from study.measures.probe_columns import BLOCKS, GATES, MOST_GENERATED, SATURATED
from study.measures.scoring import score
from study.measures.traces import trace
from study.measures.unseen import unseen
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.sequences.encoding import PADDING, EncodedDataset
from study.sequences.layouts import Epoch, Schedule
from study.training.engines.block import Block
from study.training.loop import Trainer, copy_of
from study.training.rows import in_sequence

if TYPE_CHECKING:
    from study.config import Config

Probe = Callable[["Config", Sequence[EncodedDataset], Schedule, Sequence[int]], pd.DataFrame]


def mechanism(
    config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]
) -> pd.DataFrame:
    """Watch which weights are trained, and how far apart the states of the two sequences are.

    Parameters
    ----------
    config : Config
        With an LSTM, a layout without chance, and two sequences of one length.
    datasets, schedule, seeds
        As for `study.models.base.Model.train`.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint (also after the first epoch): the columns of `study.measures.scoring.score` and

        - ``gradient_<block>`` for each of `BLOCKS`: largest Euclidean norm of the block's gradient over the updates
          since the last checkpoint; not a number before training. 0 means exactly 0, at every update.
        - ``moved_<block>``: Euclidean norm of the difference from the initial weights. 0 means bitwise unchanged.
        - ``hidden_distance_<k>``, ``cell_distance_<k>``: Euclidean distance between the two sequences' states after
          their *k*-th row; ``forget_gate_<k>``: mean of the forget gate at that row over units and sequences. In the
          layout of training, and with ``fresh_`` before the name row by row.

    Raises
    ------
    StudyError
        If the configuration is not of that kind.
    """
    model, lengths = find_model(config.model), datasets[0].lengths
    if not isinstance(model, RecurrentModel) or model.layer != "lstm" or schedule.draws or schedule.period > 1:
        raise StudyError(
            f"probe mechanism cannot be used on model {config.model}, layout {config.layout}, order {config.order}; "
            "use an LSTM, a layout other than shuffled, and order fixed"
        )
    if len(lengths) != 2 or lengths[0] != lengths[1]:
        raise StudyError(f"probe mechanism compares 2 sequences of one length, not rows {lengths}; use such a task")
    trainer = Trainer(model, config, datasets, schedule, seeds)
    start = [matrix.clone() for matrix in trainer.learner.matrices]
    largest = torch.full((len(seeds), len(BLOCKS)), torch.nan, dtype=torch.float64)

    def watch(block: Block) -> None:
        torch.fmax(largest, block_norms(block.gradients, block.features), out=largest)

    tables = []
    for epoch in scored_at(config):
        trainer.train_to(epoch, watch=watch)
        moved = [now - before for now, before in zip(trainer.learner.matrices, start, strict=True)]
        columns = {
            **_named("gradient", largest),
            **_named("moved", block_norms(moved, trainer.learner.features)),
            **_distances(trainer, schedule.epoch(), lengths[0]),
            **{f"fresh_{k}": v for k, v in _distances(trainer, _plain(datasets[0]), lengths[0]).items()},
        }
        scores = score(trainer.checkpoint(), datasets, seeds)
        tables.append(pd.concat([scores, pd.DataFrame(columns).astype(np.float32)], axis=1))
        largest.fill_(torch.nan)
    return pd.concat(tables).sort_values(["seed", "epoch"], ignore_index=True)


def block_norms(matrices: Sequence[Tensor], features: int) -> Tensor:
    """Euclidean norm of each of `BLOCKS`.

    Parameters
    ----------
    matrices : sequence of Tensor
        The recurrent layer's (seed, features + units + 1, 4 * units) and the dense layer's (seed, output, units + 1),
        as in `study.training.engines.block.Block`.
    features : int

    Returns
    -------
    Tensor of float64, shape (seed, block)
        In double precision, in which the square of no single is rounded to 0.
    """
    seeds, rows, _ = matrices[0].shape
    squares = matrices[0].double().square().reshape(seeds, rows, len(GATES), -1).sum(3)  # (seed, row, gate)
    parts = [squares[:, :features].sum(1), squares[:, features:-1].sum(1), squares[:, -1]]
    dense = matrices[1].double().square().sum((1, 2))
    return torch.cat([*parts, dense[:, None]], dim=1).sqrt()


def _named(kind: str, values: Tensor) -> dict[str, npt.NDArray[np.float64]]:
    """Name the columns of (seed, block) values."""
    return {f"{kind}_{name}": values[:, place].numpy().copy() for place, name in enumerate(BLOCKS)}


def _plain(dataset: EncodedDataset) -> Epoch:
    """One row at a time, with a reset after each sequence; without the axis of seeds."""
    epoch = in_sequence(dataset)
    return Epoch(epoch.rows[0], epoch.reset_after)


@torch.inference_mode()
def _distances(trainer: Trainer, epoch: Epoch, length: int) -> dict[str, npt.NDArray[np.float64]]:
    """Run an epoch lane by lane, and compare the states after row *k* of the one and of the other sequence."""
    block, kept = trainer.learner, copy_of(trainer.learner.state)
    after: dict[int, tuple[Tensor, ...]] = {}  # hidden state, cell state and forget gate of each row, (seed, unit)
    for lane in range(epoch.rows.shape[1]):
        block.reset_state()
        alone = Epoch(epoch.rows[None, :, lane : lane + 1], epoch.reset_after)
        for row, batch in zip(epoch.rows[:, lane].tolist(), trainer.batch_maker.batches(alone), strict=True):
            if not trainer.carry:
                block.reset_state()
            block.predict(batch.inputs, carry=True, last_only=trainer.batch_maker.last_only)
            hidden, cell_state = block.state or ()
            after[row] = tuple(values[:, 0].double() for values in (hidden, cell_state, block.forget_gate()))
            if batch.reset_after:
                block.reset_state()
    block.state = kept
    columns = {}
    for k in range(length):
        one, other = after[k], after[length + k]
        for place, name in enumerate(("hidden", "cell")):
            columns[f"{name}_distance_{k + 1}"] = (one[place] - other[place]).norm(dim=1).numpy()
        columns[f"forget_gate_{k + 1}"] = ((one[2] + other[2]) / 2).mean(1).numpy()
    return columns


def generation(
    config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]
) -> pd.DataFrame:
    """Let the networks run freely: each prediction is the next input, until one is wrong.

    A prediction is right if it continues the sequence, which repeats, each time from the symbol that it ended with.

    Parameters
    ----------
    config : Config
        With a recurrent model, a task that does not vary with the seed, and sequences that end as they begin.
    datasets, schedule, seeds
        As for `study.models.base.Model.train`.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint: the columns of `study.measures.scoring.score` and, for each sequence *k* from 1,
        right predictions before the first wrong one, at most `MOST_GENERATED`:

        - ``from_first_<k>``: after its first symbol; ``after_last_<k>``: after all of its own symbols. One input at a
          time, with the state carried, from the state that an epoch of training starts with.
        - the same with ``windows_`` before the name, for a model without carried state: from a window of the last
          inputs, padded as in training.

    Raises
    ------
    StudyError
        If the configuration is not of that kind.
    """
    model = find_model(config.model)
    if not isinstance(model, RecurrentModel) or len(datasets) > 1 or schedule.draws:
        raise StudyError(
            f"probe generation cannot be used on model {config.model}, task {config.task}, layout {config.layout}, "
            f"order {config.order}; use a recurrent model, a task without chance, a layout other than shuffled, and "
            "order fixed"
        )
    sequences = _sequences(datasets[0])
    for number, sequence in enumerate(sequences):
        if sequence[0] != sequence[-1]:
            raise StudyError(
                f"probe generation cannot tell what follows sequence {number}, which ends with another symbol than it "
                "begins with; use a task whose sequences end as they begin"
            )
    trainer, tables = Trainer(model, config, datasets, schedule, seeds), []
    for epoch in checkpoints(config.epochs):
        trainer.train_to(epoch)
        columns = {}
        for prefix, window in (("", 0), ("windows_", config.timesteps)):
            if window and (trainer.carry or config.targets != "last"):
                continue
            for place, sequence in enumerate(sequences, 1):
                columns[f"{prefix}from_first_{place}"] = _right_before_first_error(trainer, sequence, 1, window)
                columns[f"{prefix}after_last_{place}"] = _right_before_first_error(
                    trainer, sequence, len(sequence), window
                )
        scores = score(trainer.checkpoint(), datasets, seeds)
        tables.append(pd.concat([scores, pd.DataFrame(columns)], axis=1))
    return pd.concat(tables).sort_values(["seed", "epoch"], ignore_index=True)


def _sequences(dataset: EncodedDataset) -> list[list[int]]:
    """Put the sequences together again from their rows, as columns of the alphabet."""
    sequences = []
    for number in np.unique(dataset.sequence):
        rows = dataset.sequence == number
        inputs = dataset.inputs[rows, -1] if dataset.last_target_only else dataset.inputs[rows].ravel()
        sequences.append([*inputs.tolist(), int(dataset.targets[rows][-1, -1])])
    return sequences


@torch.inference_mode()
def _right_before_first_error(
    trainer: Trainer, sequence: Sequence[int], given: int, window: int
) -> npt.NDArray[np.int32]:
    """Feed the first symbols of a sequence, then predictions; count right ones before the first wrong one.

    Parameters
    ----------
    trainer : Trainer
    sequence : sequence of int
        Columns of its symbols; goes on with the second one after its last.
    given : int
        Symbols that are fed before the first prediction that counts.
    window : int
        Inputs in a window that starts from a zero state; 0 to carry the state from input to input.

    Returns
    -------
    ndarray of int, shape (seeds,)
    """
    block, kept = trainer.learner, copy_of(trainer.learner.state)
    start = kept if trainer.carry and trainer.schedule.reset == "never" else None
    block.state = None if start is None else tuple(state[:, :1].clone() for state in start)  # of the first lane
    fed = torch.full((block.seeds, window), PADDING)  # (seed, step)
    right, going = torch.zeros(block.seeds, dtype=torch.int32), torch.ones(block.seeds, dtype=torch.bool)
    period, symbol = sequence[:-1], torch.full((block.seeds,), sequence[0])
    for step in range(given + MOST_GENERATED - 1):
        if window:
            fed = torch.cat([fed[:, 1:], symbol[:, None]], dim=1)
        inputs = (fed if window else symbol[:, None])[:, :, None]  # (seed, timestep, lane)
        answers = block.predict(trainer.batch_maker.as_taken(inputs), carry=not window)
        wanted = period[(step + 1) % len(period)]
        if step + 1 < given:
            symbol = torch.full_like(symbol, wanted)
            continue
        symbol = answers[:, 0, 0].argmax(dim=1)
        going &= symbol == wanted
        right += going
        if not going.any():
            break
    block.state = kept
    return right.numpy()


def untrained(
    config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]
) -> pd.DataFrame:
    """Look into untrained LSTMs at the last input of their sequences.

    Parameters
    ----------
    config : Config
        With an LSTM that is given whole sequences in one batch, and no epochs.
    datasets, schedule, seeds
        As for `study.models.base.Model.train`.

    Returns
    -------
    DataFrame
        One row a seed: ``seed``, ``epoch`` and ``updates``, both 0, and

        - ``content``: median of the absolute cell state over units and sequences.
        - ``saturated``: share of units, over sequences, whose tanh(c) has a slope of less than `SATURATED`.

    Raises
    ------
    StudyError
        If the configuration is not of that kind.
    """
    model, epoch = find_model(config.model), schedule.epoch()
    if not isinstance(model, RecurrentModel) or model.layer != "lstm" or len(epoch.rows) > 1 or config.epochs:
        raise StudyError(
            f"probe untrained cannot be used on model {config.model} with {len(epoch.rows)} batches an epoch and "
            f"{config.epochs} epochs; use an LSTM, a batch of all rows, and 0 epochs"
        )
    trainer = Trainer(model, config, datasets, schedule, seeds)
    (batch,) = trainer.batch_maker.batches(trainer.orders.epoch(0))
    trainer.learner.predict(batch.inputs, carry=True)
    _, contents = trainer.learner.state or ()
    held = contents.double().flatten(1)  # (seed, lane * unit)
    columns = {
        "seed": list(seeds),
        "epoch": 0,
        "updates": 0,
        "content": held.abs().quantile(0.5, dim=1).numpy(),
        "saturated": (1 - held.tanh().square() < SATURATED).double().mean(dim=1).numpy(),
    }
    return pd.DataFrame(columns)


PROBES: dict[str, Probe] = {
    "untrained": untrained,
    "mechanism": mechanism,
    "generation": generation,
    "unseen": unseen,
    "trace": trace,
    "last_step": last_step,
}


def find_probe(name: str) -> Probe:
    """Look a probe up by name; a StudyError lists the known ones."""
    if name not in PROBES:
        raise unknown_name("probe", name, PROBES)
    return PROBES[name]
