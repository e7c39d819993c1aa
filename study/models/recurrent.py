"""What the LSTM models share: batches out of rows, the loop over epochs, and answers at checkpoints.

The loop knows nothing of tasks; whether state is carried is the only difference between its two models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from study.encoding import EncodedDataset
from study.layouts import EMPTY, Epoch, Schedule
from study.models.base import Answers, Checkpoint, Model, Orders, in_sequence, items, scored_epochs
from study.training.block import Block
from study.training.initialisers import INITIALISERS
from study.training.streams import stream

if TYPE_CHECKING:
    from study.cell import Cell

PRECISIONS = {"float32": torch.float32, "float64": torch.float64}


class RecurrentModel(Model):
    """An LSTM layer and a dense layer of sigmoid outputs, trained on binary cross-entropy."""

    def train(
        self,
        cell: Cell,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
        checkpoints: Sequence[int],
    ) -> Iterator[Checkpoint]:
        """Train a block of seeds side by side; see `Model.train`."""
        dtype = PRECISIONS[cell.precision]
        features = datasets[0].features
        initialise = INITIALISERS[cell.initialisation]
        block = Block(
            [initialise(stream("initialisation", seed), features, cell.units, features) for seed in seeds],
            optimiser=cell.optimiser,
            learning_rate=cell.learning_rate,
            dtype=dtype,
        )
        feed = Feed(datasets, dtype, block.padded)
        orders = Orders(schedule, seeds)
        scored = scored_epochs(schedule, seeds, carries_state=self.carries_state)
        plain = [in_sequence(datasets[0])]
        continues = self.carries_state and schedule.reset == "never"
        prepared: dict[int, Batches] = {}
        losses, updates = np.full(len(seeds), np.nan), 0
        for epoch in range(max(checkpoints) + 1):
            if epoch in checkpoints:
                state = block.state
                in_layout = answer(block, feed, scored, carry=self.carries_state, start=state if continues else None)
                row_by_row = answer(block, feed, plain, carry=self.carries_state, start=None)
                block.state = state
                yield Checkpoint(epoch, updates, losses, in_layout, row_by_row)
            if epoch == max(checkpoints):
                return
            batches = prepared.get(epoch % schedule.period) or feed.batches(orders.epoch(epoch))
            if not schedule.draws:
                prepared[epoch % schedule.period] = batches
            losses = run_epoch(block, batches, carry=self.carries_state, with_loss=epoch + 1 in checkpoints)
            updates += len(batches.reset_after)


class Batches:
    """The batches of one epoch as tensors, ready to be fed.

    Parameters
    ----------
    inputs : Tensor, shape (step, seed or 1, timestep, lane, feature)
    targets : Tensor, shape (step, seed or 1, scored, lane, output)
    reset_after : sequence of bool
    last_only : bool
    """

    def __init__(self, inputs: Tensor, targets: Tensor, reset_after: Sequence[bool], *, last_only: bool) -> None:
        self.inputs, self.targets = list(inputs), list(targets)
        self.reset_after, self.last_only = list(reset_after), last_only


class Feed:
    """Turns rows of encoded data into batches, for one dataset or one a seed.

    Parameters
    ----------
    datasets : sequence of EncodedDataset
        One for each seed, of one shape, or a single one for all.
    dtype : torch.dtype
    padded : int
        Seeds that the block holds; those beyond the given ones are fed as the first.
    """

    def __init__(self, datasets: Sequence[EncodedDataset], dtype: torch.dtype, padded: int) -> None:
        self.datasets, self.padded = datasets, padded
        self.last_only = datasets[0].last_target_only
        targets = [d.Y[:, None] if self.last_only else d.Y for d in datasets]
        self.X = torch.from_numpy(np.stack([d.X for d in datasets])).to(dtype)  # (dataset, row, timestep, feature)
        self.Y = torch.from_numpy(np.stack(targets)).to(dtype)  # (dataset, row, scored, output)

    def batches(self, epoch: Epoch) -> Batches:
        """Gather the rows of an epoch of shape (seeds or 1, steps, lanes)."""
        assert (epoch.rows != EMPTY).all(), "sequences of unequal lengths side by side are not trained yet"
        rows = torch.from_numpy(epoch.rows)
        inputs, targets = (self._gather(table, rows) for table in (self.X, self.Y))
        return Batches(inputs, targets, epoch.reset_after.tolist(), last_only=self.last_only)

    def _gather(self, table: Tensor, rows: Tensor) -> Tensor:
        """Pick rows and bring the axes into the order (step, seed or 1, timestep, lane, feature)."""
        if len(table) == 1:
            picked = table[0][rows]  # (seed or 1, step, lane, timestep, feature)
        else:
            picked = torch.stack(
                [data[order] for data, order in zip(table, rows.expand(len(table), -1, -1), strict=True)]
            )
        if 1 < len(picked) < self.padded:
            picked = torch.cat([picked, picked[:1].expand(self.padded - len(picked), *picked.shape[1:])])
        return picked.permute(1, 0, 3, 2, 4).contiguous()


@torch.inference_mode()
def run_epoch(block: Block, batches: Batches, *, carry: bool, with_loss: bool) -> np.ndarray:
    """Make one epoch's weight updates.

    Returns
    -------
    ndarray, shape (seeds,)
        Mean loss of the updates; not a number unless asked for.
    """
    total = torch.zeros(block.seeds, dtype=torch.float64)
    for inputs, targets, reset in zip(batches.inputs, batches.targets, batches.reset_after, strict=True):
        loss = block.update(inputs, targets, carry=carry, with_loss=with_loss, last_only=batches.last_only)
        if with_loss:
            total += loss
        if reset:
            block.reset_state()
    return (total / len(batches.inputs)).numpy() if with_loss else np.full(block.seeds, np.nan)


@torch.inference_mode()
def answer(
    block: Block, feed: Feed, epochs: Sequence[Epoch], *, carry: bool, start: tuple[Tensor, Tensor] | None
) -> Answers:
    """Answer all rows of some epochs, one lane at a time, so that equal inputs get equal bits in every lane.

    Parameters
    ----------
    block, feed
        The network and its data.
    epochs : sequence of Epoch
        With rows of shape (seeds or 1, steps, lanes).
    carry : bool
        Whether state is carried from batch to batch.
    start : tuple of Tensor or None
        State (h, c) before the first epoch, each (seed, lane, unit); zero if none.

    Returns
    -------
    Answers
    """
    lanes, found = epochs[0].rows.shape[2], []
    states = [None if start is None else (start[0][:, k : k + 1], start[1][:, k : k + 1]) for k in range(lanes)]
    for epoch in epochs:
        for lane in range(lanes):
            block.state = states[lane]
            batches = feed.batches(Epoch(epoch.rows[:, :, lane : lane + 1], epoch.reset_after))
            for inputs, reset in zip(batches.inputs, batches.reset_after, strict=True):
                found.append(block.predict(inputs, carry=carry, last_only=batches.last_only)[:, :, 0])
                if reset:
                    block.reset_state()
            if block.state is not None:  # the window's memory is reused by the next lane
                states[lane] = (block.state[0].clone(), block.state[1].clone())
            else:
                states[lane] = None
    block.reset_state()
    rows, steps = items(feed.datasets[0], epochs)
    return Answers(torch.cat(found, dim=1).float().numpy(), rows, steps)
