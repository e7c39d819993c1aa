"""Scores on sequences that were never trained on, of the same length and longer: is the rule learnt, or the examples?

A probe: it trains a cell as every run is trained, and has scores of its own, of the last symbol alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from study.encoding import EncodedDataset, encode
from study.errors import StudyError
from study.experiments.base import checkpoints
from study.layouts import Epoch, Schedule
from study.models import find_model
from study.models.recurrent import Feed, RecurrentModel, SeedBlock, copy_of
from study.tasks import make_task
from study.tasks.random_sequences import RandomSequences

if TYPE_CHECKING:
    from study.cell import Cell

Shares = npt.NDArray[np.float64]


def unseen_lengths(length: int) -> tuple[int, ...]:
    """Choose the lengths of unseen sequences for one of training: the same, one symbol more, twice and four times."""
    return (length, length + 1, 2 * length, 4 * length)


def unseen(cell: Cell, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]) -> pd.DataFrame:
    """Score the last symbol of sequences that were trained on, and of others.

    Parameters
    ----------
    cell : Cell
        With the task ``random_sequences`` and a recurrent model that is fed one step or a whole sequence a row.
    datasets, schedule, seeds
        As for `study.models.base.Model.train`.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint: ``seed``, ``epoch``, ``updates``, ``training_loss``, and

        - ``seen_right``: share of the sequences trained on whose last symbol has the greatest probability.
        - ``unseen_right_<length>``: the same of the sequences kept apart, for each of `unseen_lengths`.
        - ``unseen_known_<length>``: share of those whose first symbol also begins a sequence trained on: the best
          that can be expected, since nothing tells what becomes of the others.
        - ``known_right_<length>``: share right of those alone.

    Raises
    ------
    StudyError
        If the cell is not of that kind.
    """
    task, model = make_task(cell.task, dict(cell.task_options)), find_model(cell.model)
    if not isinstance(task, RandomSequences):
        raise StudyError(f"probe unseen needs sequences kept apart, which {cell.task} has none of; use random_sequences")
    whole = cell.timesteps == task.length - 1 and cell.targets == "every"
    if not isinstance(model, RecurrentModel) or not (whole or (cell.timesteps == 1 and model.carries_state)):
        raise StudyError(
            f"probe unseen cannot be used on model {cell.model} with timesteps {cell.timesteps} and targets "
            f"{cell.targets}; use an LSTM with timesteps {task.length - 1} and targets every, or a stateful one with "
            "timesteps 1"
        )
    part = SeedBlock(model, cell, datasets, schedule, seeds)
    trained_on = [task.sequences(seed) for seed in seeds]
    begun = [{sequence[0] for sequence in sequences} for sequences in trained_on]
    kept_apart = {length: [task.unseen(seed, length) for seed in seeds] for length in unseen_lengths(task.length)}
    moments, trained = [], 0
    for epoch in checkpoints(cell.epochs):
        for number in range(trained, epoch):
            part.train_epoch(number, with_loss=number + 1 == epoch)
        trained = epoch
        columns: dict[str, Shares] = {"seen_right": _right(part, cell, task, trained_on).mean(1)}
        for length, sequences in kept_apart.items():
            known = np.array([[s[0] in first for s in each] for each, first in zip(sequences, begun, strict=True)])
            right = _right(part, cell, task, sequences)
            columns[f"unseen_right_{length}"], columns[f"unseen_known_{length}"] = right.mean(1), known.mean(1)
            columns[f"known_right_{length}"] = (right & known).sum(1) / np.maximum(known.sum(1), 1)
        table = pd.DataFrame({"training_loss": part.losses, **columns}).astype(np.float32)
        table.insert(0, "updates", np.int32(part.batches // cell.accumulate))
        table.insert(0, "epoch", np.int32(epoch))
        table.insert(0, "seed", np.asarray(seeds, dtype=np.int32))
        moments.append(table)
    return pd.concat(moments).sort_values(["seed", "epoch"], ignore_index=True)


@torch.inference_mode()
def _right(
    part: SeedBlock, cell: Cell, task: RandomSequences, sequences: Sequence[Sequence[Sequence[Hashable]]]
) -> npt.NDArray[np.bool_]:
    """Whether the last symbol of each sequence is answered, each in a lane of its own from a zero state.

    Parameters
    ----------
    part : SeedBlock
    cell, task
        What is trained.
    sequences : sequence of sequences of sequences
        Equally many of one length for each seed.

    Returns
    -------
    ndarray of bool, shape (seeds, sequences)
    """
    number, pairs = len(sequences[0]), len(sequences[0][0]) - 1
    timesteps = 1 if cell.timesteps == 1 else pairs
    rows = [encode(each, timesteps, targets=cell.targets, alphabet=task.alphabet) for each in sequences]
    feed, epoch = Feed(rows, part.block.dtype), Schedule(rows[0].lengths, number, "interleaved").epoch()
    block, kept = part.block, copy_of(part.block.state)
    block.reset_state()
    for batch in feed.batches(Epoch(epoch.rows[None], epoch.reset_after)):
        answers = block.predict(batch.inputs, carry=part.carry, last_only=True)
    block.state = kept
    last = np.array([[task.alphabet.index(sequence[-1]) for sequence in each] for each in sequences])
    return np.asarray(answers[:, -1].argmax(-1).cpu().numpy() == last)  # (seed, lane)
