"""From probabilities to the measures of every table: accuracy on the ambiguous rows, memory gap, largest error, loss.

Accuracy alone flatters: an argmax can be right by a hair, so the gap and the criterion of 1997 are always beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.sequences.encoding import EncodedDataset
from study.training.rows import Answers, Checkpoint

Floats = npt.NDArray[np.float64]


def score(checkpoint: Checkpoint, datasets: Sequence[EncodedDataset], seeds: Sequence[int]) -> pd.DataFrame:
    """Measure a block of seeds at one checkpoint.

    Parameters
    ----------
    checkpoint : Checkpoint
    datasets : sequence of EncodedDataset
        One for each seed, or a single one for all.
    seeds : sequence of int

    Returns
    -------
    DataFrame
        One row a seed: ``seed``, ``epoch``, ``updates``, ``training_loss``, and the columns of `measures` for each way
        of scoring: in the layout of training; row by row from a fresh state (batch size 1, state reset before each
        sequence), with the prefix ``fresh_``; and, where the order could leak, in random order, with ``random_``.
    """
    reordered = checkpoint.in_random_order
    random_order = {} if reordered is None else measures(reordered, datasets)
    return pd.DataFrame(
        {
            "seed": np.asarray(seeds, dtype=np.int32),
            "epoch": np.int32(checkpoint.epoch),
            "updates": np.int32(checkpoint.updates),
            "training_loss": checkpoint.training_loss.astype(np.float32),
            **measures(checkpoint.in_layout, datasets),
            **{f"fresh_{name}": values for name, values in measures(checkpoint.row_by_row, datasets).items()},
            **{f"random_{name}": values for name, values in random_order.items()},
        }
    )


def measures(answers: Answers, datasets: Sequence[EncodedDataset]) -> dict[str, npt.NDArray[np.float32]]:
    """Compare answers with targets.

    Parameters
    ----------
    answers : Answers
        Of shape (seeds, items, outputs).
    datasets : sequence of EncodedDataset
        One for each seed, or a single one for all.

    Returns
    -------
    dict of ndarray of float32, shape (seeds,)
        ``ambiguous_accuracy`` and ``accuracy`` (share of argmax right), ``memory_gap`` (see `memory_gap`),
        ``largest_error`` (over all outputs and items), ``loss`` (binary cross-entropy, mean over outputs and items; of
        softmax outputs minus the logarithm of the target's share, mean over items).
    """
    probabilities = answers.probabilities.astype(np.float64)  # (seed, item, output)
    seeds = len(probabilities)
    rows, steps = (np.broadcast_to(a, (seeds, a.shape[1])) for a in (answers.rows, answers.steps))
    owner = np.arange(seeds)[:, None] % len(datasets)
    targets, ambiguous, symbols = (
        np.stack([getattr(d, name) for d in datasets])[owner, rows, steps]
        for name in ("targets", "ambiguous", "inputs")
    )  # each (seed, item)
    right = probabilities.argmax(axis=2) == targets
    wanted = targets[..., None] == np.arange(probabilities.shape[2])
    likelihood = np.where(wanted, probabilities, 1 - probabilities)
    if answers.softmax:
        likelihood = probabilities[wanted].reshape(*targets.shape, 1)
    measured = {
        "ambiguous_accuracy": _mean_where(right, ambiguous),
        "accuracy": right.mean(axis=1),
        "memory_gap": memory_gap(probabilities, targets, ambiguous, symbols),
        "largest_error": np.abs(probabilities - wanted).max(axis=(1, 2)),
        "loss": -np.log(np.clip(likelihood, 1e-12, None)).mean(axis=(1, 2)),
    }
    return {name: values.astype(np.float32) for name, values in measured.items()}


def memory_gap(
    probabilities: Floats,
    targets: npt.NDArray[np.int64],
    ambiguous: npt.NDArray[np.bool_],
    symbols: npt.NDArray[np.int64],
) -> Floats:
    """How far apart the answers at the ambiguous rows are: 1 fully, 0 not at all.

    For each ambiguous input symbol, with *a* the first of its targets in the alphabet: the mean
    probability of *a* where *a* is right, minus that where another symbol is. In the tutorial this is
    P(3 after 3,0,1,2) - P(3 after 4,0,1,2).

    Parameters
    ----------
    probabilities : ndarray, shape (seeds, items, outputs)
    targets, ambiguous, symbols : ndarray, shape (seeds, items)
        Target, whether it counts as ambiguous, and input symbol of each item.

    Returns
    -------
    ndarray, shape (seeds,)
        Mean over the ambiguous symbols; not a number if there are none.
    """
    total, groups = np.zeros(len(probabilities)), np.zeros(len(probabilities))
    for symbol in np.unique(symbols[ambiguous]):
        alike = ambiguous & (symbols == symbol)  # (seed, item)
        first = np.where(alike, targets, probabilities.shape[2]).min(axis=1)
        present = alike.any(axis=1)
        chance = np.take_along_axis(probabilities, np.where(present, first, 0)[:, None, None], axis=2)[..., 0]
        is_first = targets == first[:, None]
        gap = _mean_where(chance, alike & is_first) - _mean_where(chance, alike & ~is_first)
        total[present] += gap[present]
        groups += present
    with np.errstate(invalid="ignore"):
        return np.asarray(total / groups)


def _mean_where(values: npt.NDArray[Any], where: npt.NDArray[np.bool_]) -> Floats:
    """Mean over the chosen items of each seed; not a number if there are none."""
    with np.errstate(invalid="ignore"):
        return np.asarray((values * where).sum(axis=1) / where.sum(axis=1))
