"""Scores on sequences that were never trained on, of the same length and longer, where learning by heart does not help.

A probe: it trains a configuration as any run is trained, but scores only the last symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from study.errors import StudyError
from study.experiment import checkpoints
from study.measures.probe_columns import unseen_lengths
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.sequences.encoding import EncodedDataset, encode
from study.sequences.layouts import Epoch, Schedule
from study.sequences.tasks import make_task
from study.sequences.tasks.base import Sequences
from study.sequences.tasks.random_sequences import RandomSequences
from study.training.batches import BatchMaker
from study.training.loop import Trainer, copy_of

if TYPE_CHECKING:
    from study.config import Config

Shares = npt.NDArray[np.float64]


def unseen(
    config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]
) -> pd.DataFrame:
    """Score the last symbol of sequences that were trained on, and of others.

    Parameters
    ----------
    config : Config
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
        - ``nearest_right``: share right of the unseen ones of the same length by `nearest_example`.

    Raises
    ------
    StudyError
        If the configuration is not of that kind.
    """
    task, model = make_task(config.task, dict(config.task_options)), find_model(config.model)
    if not isinstance(task, RandomSequences):
        raise StudyError(
            f"probe unseen needs sequences kept apart, which {config.task} has none of; use random_sequences"
        )
    whole = config.timesteps == task.length - 1 and config.targets == "every"
    if not isinstance(model, RecurrentModel) or not (whole or (config.timesteps == 1 and model.carries_state)):
        raise StudyError(
            f"probe unseen cannot be used on model {config.model} with timesteps {config.timesteps} and targets "
            f"{config.targets}; use an LSTM with timesteps {task.length - 1} and targets every, or a stateful one with "
            "timesteps 1"
        )
    trainer = Trainer(model, config, datasets, schedule, seeds)
    trained_on = [task.sequences(seed) for seed in seeds]
    begun = [{sequence[0] for sequence in sequences} for sequences in trained_on]
    kept_apart = {length: [task.unseen(seed, length) for seed in seeds] for length in unseen_lengths(task.length)}
    known = {
        length: np.array([[s[0] in first for s in each] for each, first in zip(sequences, begun, strict=True)])
        for length, sequences in kept_apart.items()
    }
    seen, others = (
        CompletionTest(trainer, task, trained_on),
        {k: CompletionTest(trainer, task, sequences) for k, sequences in kept_apart.items()},
    )
    nearest = [
        nearest_example(*pair).mean() for pair in zip(trained_on, kept_apart[task.length], strict=True)
    ]  # fmt: skip
    tables = []
    for epoch in checkpoints(config.epochs):
        trainer.train_to(epoch)
        columns: dict[str, Shares] = {"training_loss": trainer.losses, "nearest_right": np.array(nearest)}
        columns["seen_right"] = seen.right().mean(1)
        for length, completion in others.items():
            right, of_known = completion.right(), known[length]
            columns[f"unseen_right_{length}"], columns[f"unseen_known_{length}"] = right.mean(1), of_known.mean(1)
            columns[f"known_right_{length}"] = (right & of_known).sum(1) / np.maximum(of_known.sum(1), 1)
        table = pd.DataFrame(columns).astype(np.float32)
        table.insert(0, "updates", np.int32(trainer.batches // config.accumulate))
        table.insert(0, "epoch", np.int32(epoch))
        table.insert(0, "seed", np.asarray(seeds, dtype=np.int32))
        tables.append(table)
    return pd.concat(tables).sort_values(["seed", "epoch"], ignore_index=True)


def nearest_example(examples: Sequences, completed: Sequences) -> Shares:
    """Complete sequences as the most similar example does: what looking up gets right, without any rule.

    Parameters
    ----------
    examples, completed : tuple of sequences of one length
        Similar are sequences that agree at many places before the last one.

    Returns
    -------
    ndarray, shape (completed,)
        Share of the most similar examples that end as the sequence to be completed does.

    Examples
    --------
    >>> nearest_example(((7, 1, 4, 7), (2, 5, 4, 2)), ((2, 1, 4, 2), (2, 5, 9, 2)))
    array([0.5, 1. ])
    """
    known, wanted = np.array(examples), np.array(completed)
    agreeing = (wanted[:, None, :-1] == known[None, :, :-1]).sum(2)  # (completed, example)
    nearest = agreeing == agreeing.max(1, keepdims=True)
    right = known[None, :, -1] == wanted[:, None, -1]
    return np.asarray((nearest & right).sum(1) / nearest.sum(1))


class CompletionTest:
    """Sequences to be completed, each in a lane of its own from a zero state, fed step by step.

    That computes the same as a whole window, for sequences of any length.

    Parameters
    ----------
    trainer : Trainer
        Holds the trained networks.
    task : RandomSequences
    sequences : sequence of tuples of sequences
        Equally many of one length for each seed.
    """

    def __init__(self, trainer: Trainer, task: RandomSequences, sequences: Sequence[Sequences]) -> None:
        rows = [encode(each, alphabet=task.alphabet) for each in sequences]
        epoch = Schedule(rows[0].lengths, batch_size=len(sequences[0]), layout="interleaved").epoch()
        feed = BatchMaker(rows, trainer.learner.dtype, columns=True)
        self.block, batches = trainer.learner, feed.batches(Epoch(epoch.rows[None], epoch.reset_after))
        takes_columns = trainer.learner.feeds_columns is not False
        self.inputs = [batch.inputs if takes_columns else feed.one_hot(batch.inputs) for batch in batches]
        self.last = batches[-1].targets[:, 0]  # (seed, lane)

    @torch.inference_mode()
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the last symbol of each has the greatest probability, shape (seeds, sequences)."""
        block, kept = self.block, copy_of(self.block.state)
        block.reset_state()
        for inputs in self.inputs:
            answers = block.predict(inputs, carry=True)  # (seed, 1, lane, output)
        block.state = kept
        return (answers[:, 0].argmax(-1) == self.last).numpy()
