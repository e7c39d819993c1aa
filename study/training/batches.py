"""Batches out of rows: how symbols, targets and weights of encoded data reach a block of seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import StudyError
from study.sequences.encoding import NO_TARGET, PADDING, EncodedDataset
from study.sequences.layouts import Epoch


class Batch(NamedTuple):
    """One batch, as the engine takes it.

    Attributes
    ----------
    inputs : Tensor, shape (seed or 1, timestep, lane, feature), or columns without the last axis
    targets : Tensor of int, shape (seed or 1, scored, lane), or one-hot with an axis of outputs
    weights : Tensor or None, shape (seed or 1, scored, lane)
        Relative weight of each slot in the loss; none where all count alike.
    reset_after : bool or Tensor of bool, shape (seed,)
        Which seeds' state is reset after the batch.
    """

    inputs: Tensor
    targets: Tensor
    weights: Tensor | None
    reset_after: bool | Tensor


class BatchMaker:
    """Turns rows of encoded data into batches, for one dataset or one a seed.

    Symbols are kept as columns, and become one-hot vectors when batches are made. A row that is `EMPTY` (-1) finds the
    one row more at the end of the tables: no input, no target.

    Parameters
    ----------
    datasets : sequence of EncodedDataset
        One for each seed, of one shape, or a single one for all.
    dtype : torch.dtype
    last_step_weight : float, default 1
        Weight of the last step of each window in the loss; all others have 1.
    columns : bool, optional
        Give symbols as columns rather than as one-hot vectors; by `gather_pays` if left out.

    Raises
    ------
    StudyError
        If the seeds' rows do not ask for the same outputs, or `last_step_weight` is not positive.
    """

    def __init__(
        self,
        datasets: Sequence[EncodedDataset],
        dtype: torch.dtype,
        *,
        last_step_weight: float = 1.0,
        columns: bool | None = None,
    ) -> None:
        if not last_step_weight > 0:
            raise StudyError(f"last_step_weight is {last_step_weight}; it must be positive, 1 for equal weights")
        self.datasets, self.dtype, self.features = datasets, dtype, datasets[0].features
        self.last_only = datasets[0].last_target_only
        self.as_columns = gather_pays(self.features, datasets[0].timesteps) if columns is None else columns
        inputs = np.stack([d.inputs for d in datasets])  # (dataset, row, timestep)
        targets = np.stack([d.targets for d in datasets])
        scored = targets != NO_TARGET
        if (scored != scored[:1]).any():
            raise StudyError("the seeds' data ask for outputs at different rows or steps; give all seeds the same")
        weights = np.where(scored, 1.0, 0.0)
        weights[..., -1] *= last_step_weight
        if self.last_only:
            targets, weights = targets[..., -1:], weights[..., -1:]
        self.inputs, self.targets = _with_empty(inputs, PADDING), _with_empty(targets, NO_TARGET)
        self.weights = _with_empty(weights, 0.0).to(dtype)
        self.known: list[tuple[Epoch, list[Batch]]] = []  # the last epochs, which come again where chance draws none

    def batches(self, epoch: Epoch) -> list[Batch]:
        """Make the batches of an epoch of shape (seeds or 1, steps, lanes), or find them as they were made before."""
        for known, batches in self.known:
            if known is epoch:
                return batches
        made = self._made(epoch)
        self.known = [*self.known[-3:], (epoch, made)]
        return made

    def _made(self, epoch: Epoch) -> list[Batch]:
        """Make the batches of an epoch."""
        rows = torch.from_numpy(epoch.rows)
        inputs, targets, weights = (_gather(table, rows) for table in (self.inputs, self.targets, self.weights))
        alike = bool((weights == 1).all())
        resets = epoch.reset_after.tolist() if epoch.reset_after.ndim == 1 else torch.from_numpy(epoch.reset_after.T)
        inputs, targets = self.as_taken(inputs), self.as_taken(targets)
        return [
            Batch(inputs[step], targets[step], None if alike else weights[step], resets[step])
            for step in range(len(inputs))
        ]

    def as_taken(self, columns: Tensor) -> Tensor:
        """Bring columns into the form that the learner is fed."""
        return columns if self.as_columns else self.one_hot(columns)

    def one_hot(self, columns: Tensor) -> Tensor:
        """Turn columns into one-hot vectors; negative ones, and vectors as they are, stay without a 1."""
        return (columns.unsqueeze(-1) == torch.arange(self.features)).to(self.dtype)


def gather_pays(features: int, timesteps: int) -> bool:
    """Whether gathering the kernel's rows by columns is faster than multiplying it by one-hot vectors.

    Measured (microseconds an update, one-hot against columns; Adam alone in brackets): one step a row, 256 symbols,
    15 seeds 652 : 671 (269), 1,000 symbols, 4 seeds 621 : 605 (255); 20 steps, 32 symbols, 64 seeds 2597 : 2825,
    64 symbols, 62 seeds 3675 : 3398, 1,000 symbols, 4 seeds 2007 : 1531 (303).
    """
    return features >= (64 if timesteps > 1 else 1000)


def _with_empty(table: npt.NDArray[np.generic], value: float) -> Tensor:
    """Add one row at the end, which index -1 finds."""
    empty = np.full_like(table[:, :1], value)
    return torch.from_numpy(np.concatenate([table, empty], axis=1))


def _gather(table: Tensor, rows: Tensor) -> Tensor:
    """Pick rows and bring the axes into the order (step, seed or 1, timestep, lane)."""
    if len(table) == 1:
        picked = table[0][rows]  # (seed or 1, step, lane, timestep)
    else:
        picked = torch.stack([data[order] for data, order in zip(table, rows.expand(len(table), -1, -1), strict=True)])
    return picked.permute(1, 0, 3, 2).contiguous()


def one_after_the_other(epochs: Sequence[Epoch]) -> Epoch:
    """Join epochs along their steps; resets become the seeds' own if they are so in any epoch."""
    resets = [epoch.reset_after for epoch in epochs]
    if any(part.ndim == 2 for part in resets):
        seeds = len(epochs[0].rows)
        resets = [np.broadcast_to(part, (seeds, part.shape[-1])) for part in resets]
    return Epoch(np.concatenate([epoch.rows for epoch in epochs], axis=1), np.concatenate(resets, axis=-1))
