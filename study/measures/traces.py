"""What is left of the first symbol where it is needed, and what the outputs make of it: trace, readout, margin.

The difference of two outputs' logits is a product, so being right can be told apart into how much is left in the state
and how strongly it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from study.errors import StudyError
from study.experiment import scored_at
from study.measures.scoring import score
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Epoch, Schedule
from study.training.loop import Trainer, copy_of

if TYPE_CHECKING:
    from study.config import Config

Floats = npt.NDArray[np.float64]


def trace(config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]) -> pd.DataFrame:
    """Follow the first symbol through the hidden states, and what the outputs read of it at the last row.

    Sequences are run from a fresh state, row by row. They form two groups by their last symbol, *a* (the first of the
    two in the alphabet) and *b*; h_a and h_b are the mean hidden states of the groups after the last row, w_a and w_b
    the output weights of the two symbols.

    Parameters
    ----------
    config : Config
        With a recurrent model of any layer whose outputs see the hidden state alone; a task that does not vary with
        the seed, whose sequences are of one length and end with one of two symbols.
    datasets, schedule, seeds
        As for `study.models.base.Model.train`.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint: the columns of `study.measures.scoring.score` and

        - ``trace_<k>``: Euclidean distance of the groups' mean hidden states after their *k*-th row.
        - ``readout``: Euclidean length of w_a - w_b.
        - ``margin``: (w_a - w_b) . (h_a - h_b), how far apart the groups' logit differences are; at most trace times
          readout, and negative where the outputs read it the wrong way round.
        - ``offset``: absolute value of (w_a - w_b) . (h_a + h_b) / 2 + the difference of the biases: how far the
          boundary between the two answers lies from the middle. Of two sequences, both are on the right side exactly
          if the margin is above twice the offset.
        - ``last_accuracy``, ``last_memory_gap``: share of the sequences whose last row is right, and the mean
          probability of *a* in group *a* less that in group *b*.

    Raises
    ------
    StudyError
        If the configuration is not of that kind.
    """
    model, dataset = find_model(config.model), datasets[0]
    if not isinstance(model, RecurrentModel) or config.sees_inputs or len(datasets) > 1:
        raise StudyError(
            f"probe trace cannot be used on model {config.model}, task {config.task}, sees_inputs {config.sees_inputs}"
            "; use a recurrent model, a task without chance, and outputs that see the hidden state alone"
        )
    lengths, ends = dataset.lengths, _last_symbols(dataset)
    if len(set(lengths)) > 1 or len(np.unique(ends)) != 2:
        raise StudyError(
            f"probe trace compares sequences of one length that end with one of two symbols, not lengths {lengths} "
            f"and {len(np.unique(ends))} last symbols; use such a task"
        )
    trainer, tables = Trainer(model, config, datasets, schedule, seeds), []
    side_by_side = Schedule(lengths, batch_size=len(lengths), layout="interleaved").epoch()
    for epoch in scored_at(config):
        trainer.train_to(epoch)
        hidden, answers = _run(trainer, side_by_side)
        columns = _columns(hidden, answers, ends, trainer.learner.export())
        scores = score(trainer.checkpoint(), datasets, seeds)
        tables.append(pd.concat([scores, pd.DataFrame(columns).astype(np.float32)], axis=1))
    return pd.concat(tables).sort_values(["seed", "epoch"], ignore_index=True)


def _last_symbols(dataset: EncodedDataset) -> npt.NDArray[np.int64]:
    """Column of the symbol that each sequence ends with, shape (sequence,)."""
    ends: npt.NDArray[np.int64] = dataset.targets[np.cumsum(dataset.lengths) - 1, -1]
    return ends


@torch.inference_mode()
def _run(trainer: Trainer, epoch: Epoch) -> tuple[Floats, Floats]:
    """Run all sequences side by side from a fresh state, without disturbing the carried one.

    Returns
    -------
    hidden : ndarray, shape (seed, row of a sequence, sequence, unit)
    answers : ndarray, shape (seed, sequence, output)
        At the last row.
    """
    learner, kept, hidden = trainer.learner, copy_of(trainer.learner.state), []
    learner.reset_state()
    for batch in trainer.batch_maker.batches(Epoch(epoch.rows[None], epoch.reset_after)):
        if not trainer.carry:
            learner.reset_state()
        answers = learner.predict(batch.inputs, carry=True, last_only=trainer.batch_maker.last_only)
        assert learner.state is not None  # it has just been carried
        hidden.append(learner.state[0].double().numpy().copy())
    last = answers[:, -1].double().numpy().copy()
    learner.state = kept
    return np.stack(hidden, axis=1), last


def _columns(
    hidden: Floats, answers: Floats, ends: npt.NDArray[np.int64], weights: dict[str, npt.NDArray[np.floating]]
) -> dict[str, Floats]:
    """Measure what `trace` names, each of shape (seed,); arguments as from `_run`, `_last_symbols` and the learner."""
    a, b = np.unique(ends)
    groups = [hidden[:, :, ends == end].mean(axis=2) for end in (a, b)]  # each (seed, row, unit)
    apart = groups[0] - groups[1]
    kernel, bias = (weights[f"dense_{name}"].astype(np.float64) for name in ("kernel", "bias"))
    reading, lean = kernel[..., a] - kernel[..., b], bias[..., a] - bias[..., b]  # (seed, unit) and (seed,)
    middle = (groups[0] + groups[1])[:, -1] / 2
    of_a = answers[..., a]  # (seed, sequence)
    return {
        **{f"trace_{k}": values for k, values in enumerate(np.linalg.norm(apart, axis=2).T, 1)},
        "readout": np.linalg.norm(reading, axis=1),
        "margin": (reading * apart[:, -1]).sum(axis=1),
        "offset": np.abs((reading * middle).sum(axis=1) + lean),
        "last_accuracy": (answers.argmax(axis=2) == ends).mean(axis=1),
        "last_memory_gap": of_a[:, ends == a].mean(axis=1) - of_a[:, ends == b].mean(axis=1),
    }
