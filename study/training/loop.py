"""The training loop: batches out of rows, epochs of weight updates, and answers at checkpoints.

It knows nothing of tasks; whether state is carried is the only difference between a layer's two models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import StudyError, unknown_name
from study.randomness import stream
from study.sequences.encoding import NO_TARGET, PADDING, EncodedDataset
from study.sequences.layouts import Epoch, Schedule
from study.training.block import Block, State, seeds_per_block
from study.training.compiled import CompiledBlock, compiled_if_possible
from study.training.fused import FusedBlock, fused_if_possible
from study.training.initialisers import initial_weights
from study.training.rows import Answers, Checkpoint, Orders, chosen, in_sequence, order_could_leak, scored_epochs, slots

if TYPE_CHECKING:
    from study.config import Config

Watch = Callable[[Block], None]  # looks at a block, and at its last gradient, between two batches
# Epochs whose batches are made at once where chance draws them: 0.17 ms an epoch of 100 seeds instead of 0.29.
MADE_TOGETHER = 10


class Recurrent(Protocol):
    """What the loop has to know of a model: its layer, and whether it hands state from batch to batch."""

    layer: ClassVar[str]
    carries_state: ClassVar[bool]


ENGINES = ("eager", "compiled", "fused")
PRECISIONS = {"float32": torch.float32, "float64": torch.float64}


def train_in_blocks(
    model: Recurrent,
    config: Config,
    datasets: Sequence[EncodedDataset],
    schedule: Schedule,
    seeds: Sequence[int],
    *,
    checkpoints: Sequence[int],
) -> Iterator[Checkpoint]:
    """Train all seeds of a recurrent model, in blocks of as many as pay; see `study.models.base.Model.train`."""
    numbers = {"float32": 4, "float64": 8}[config.precision]  # bytes
    size = seeds_per_block(config.timesteps, config.batch_size, datasets[0].features, config.units, numbers)
    parts = [
        SeedBlock(
            model, config, datasets if len(datasets) == 1 else datasets[k : k + size], schedule, seeds[k : k + size]
        )
        for k in range(0, len(seeds), size)
    ]
    for epoch in sorted(set(checkpoints)):
        for part in parts:
            part.train_to(epoch)
        yield _joined(epoch, [part.checkpoint() for part in parts])


class Part(NamedTuple):
    """What one block of seeds adds to a checkpoint; see `Checkpoint`."""

    updates: int
    losses: npt.NDArray[np.float64]
    in_layout: Answers
    row_by_row: Answers
    in_random_order: Answers | None


class SeedBlock:
    """Some seeds of one configuration that are trained side by side.

    Parameters
    ----------
    model : Recurrent
    config, datasets, schedule, seeds
        As for `Model.train`.
    """

    def __init__(
        self,
        model: Recurrent,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
    ) -> None:
        self.carry, self.schedule = model.carries_state, schedule
        shape = (datasets[0].features, config.units, datasets[0].features)
        self.block = Block(
            [
                initial_weights(
                    config.initialisation,
                    stream("initialisation", seed),
                    model.layer,
                    shape,
                    sees_inputs=config.sees_inputs,
                    **dict(config.initialisation_options),
                )
                for seed in seeds
            ],
            layer=model.layer,
            optimiser=config.optimiser,
            learning_rate=config.learning_rate,
            loss=config.loss,
            accumulate=config.accumulate,
            dtype=PRECISIONS[config.precision],
        )
        if config.engine not in ENGINES:
            raise unknown_name("engine", config.engine, ENGINES)
        if config.engine == "compiled":
            self.block = compiled_if_possible(self.block, config.batch_size, config.timesteps)
        elif config.engine == "fused":
            self.block = fused_if_possible(self.block)
        self.feed = Feed(
            datasets,
            self.block.dtype,
            last_step_weight=config.last_step_weight,
            columns={CompiledBlock: True, FusedBlock: False}.get(type(self.block)),
        )
        self.orders = Orders(schedule, seeds)
        self.scored = scored_epochs(schedule, seeds, carries_state=self.carry)
        self.reordered: list[Epoch] = []
        if order_could_leak(schedule, carries_state=self.carry):
            self.reordered = scored_epochs(replace(schedule, order="random"), seeds, carries_state=True)
        self.prepared: dict[int, list[Batch]] = {}  # by place in the period; of schedules with chance, by epoch
        self.joined: dict[tuple[int, int], list[Batch]] = {}  # the same of several epochs: place of the first, number
        self.losses, self.epochs, self.batches = np.full(len(seeds), np.nan), 0, 0

    def train_to(self, epochs: int, *, watch: Watch | None = None) -> None:
        """Go on until so many epochs are made in all, the last with its loss; `watch` is called after each batch."""
        together = self.block.epochs_at_once if watch is None else 1
        while self.epochs < epochs:
            count = min(together, max(1, epochs - 1 - self.epochs))
            batches = self._batches_of(self.epochs, count)
            self.epochs, self.batches = self.epochs + count, self.batches + len(batches)
            asked = self.epochs == epochs
            self.losses = run_epoch(self.block, batches, carry=self.carry, with_loss=asked, watch=watch)

    def _batches_of(self, first: int, count: int) -> list[Batch]:
        """Make the batches of some epochs, or find them made."""
        if count == 1:
            return self._batches(first)
        key = first % self.schedule.period, count
        found = self.joined.get(key)
        if found is None:
            found = [batch for number in range(first, first + count) for batch in self._batches(number)]
            if not self.schedule.draws:  # otherwise they never come again
                self.joined[key] = found
        return found

    def _batches(self, number: int) -> list[Batch]:
        """Make an epoch's batches, or find them made; where chance draws, those of several epochs are made at once."""
        if not self.schedule.draws:
            place = number % self.schedule.period
            if place not in self.prepared:
                self.prepared[place] = self.feed.batches(self.orders.epoch(number))
            return self.prepared[place]
        if number not in self.prepared:
            epochs = [self.orders.epoch(number + k) for k in range(MADE_TOGETHER)]
            batches = iter(self.feed.batches(_one_after_the_other(epochs)))
            self.prepared = {number + k: list(islice(batches, epoch.rows.shape[1])) for k, epoch in enumerate(epochs)}
        return self.prepared[number]

    def checkpoint(self) -> Part:
        """Answer all rows without disturbing the state."""
        block, state = self.block, copy_of(self.block.state)  # what is answered may use the memory it lies in
        start = state if self.carry and self.schedule.reset == "never" else None
        in_layout = answer(block, self.feed, self.scored, carry=self.carry, start=start)
        plain = [in_sequence(self.feed.datasets[0])]
        row_by_row = answer(block, self.feed, plain, carry=self.carry, start=None)
        reordered = answer(block, self.feed, self.reordered, carry=True, start=start) if self.reordered else None
        block.state = state
        return Part(self.batches // block.accumulate, self.losses, in_layout, row_by_row, reordered)


def _one_after_the_other(epochs: Sequence[Epoch]) -> Epoch:
    """Join epochs along their steps; resets become the seeds' own if they are so in any epoch."""
    resets = [epoch.reset_after for epoch in epochs]
    if any(part.ndim == 2 for part in resets):
        seeds = len(epochs[0].rows)
        resets = [np.broadcast_to(part, (seeds, part.shape[-1])) for part in resets]
    return Epoch(np.concatenate([epoch.rows for epoch in epochs], axis=1), np.concatenate(resets, axis=-1))


def _joined(epoch: int, parts: Sequence[Part]) -> Checkpoint:
    """Put the answers of all blocks together."""
    reordered = [part.in_random_order for part in parts if part.in_random_order is not None]
    return Checkpoint(
        epoch,
        parts[0].updates,
        np.concatenate([part.losses for part in parts]),
        _stacked([part.in_layout for part in parts]),
        _stacked([part.row_by_row for part in parts]),
        _stacked(reordered) if reordered else None,
    )


def _stacked(parts: Sequence[Answers]) -> Answers:
    """Put answers of several blocks of seeds under each other; rows that all seeds share stay shared."""
    together = np.concatenate([part.probabilities for part in parts])
    if all(len(part.rows) == 1 for part in parts):
        return Answers(together, parts[0].rows, parts[0].steps)
    rows, steps = (
        np.concatenate([np.broadcast_to(getattr(part, name), part.probabilities.shape[:2]) for part in parts])
        for name in ("rows", "steps")
    )
    return Answers(together, rows, steps)


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


class Feed:
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
        Feed symbols as columns rather than as one-hot vectors; by `gather_pays` if left out.

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
        self.gathers = gather_pays(self.features, datasets[0].timesteps) if columns is None else columns
        inputs = np.stack([d.inputs for d in datasets])  # (dataset, row, timestep)
        targets = np.stack([d.targets for d in datasets])
        asked = targets != NO_TARGET
        if (asked != asked[:1]).any():
            raise StudyError("the seeds' data ask for outputs at different rows or steps; give all seeds the same")
        weights = np.where(asked, 1.0, 0.0)
        weights[..., -1] *= last_step_weight
        if self.last_only:
            targets, weights = targets[..., -1:], weights[..., -1:]
        self.inputs, self.targets = _with_empty(inputs, PADDING), _with_empty(targets, NO_TARGET)
        self.weights = _with_empty(weights, 0.0).to(dtype)

    def batches(self, epoch: Epoch) -> list[Batch]:
        """Make the batches of an epoch of shape (seeds or 1, steps, lanes)."""
        rows = torch.from_numpy(epoch.rows)
        inputs, targets, weights = (_gather(table, rows) for table in (self.inputs, self.targets, self.weights))
        alike = bool((weights == 1).all())
        resets = epoch.reset_after.tolist() if epoch.reset_after.ndim == 1 else torch.from_numpy(epoch.reset_after.T)
        if not self.gathers:
            inputs, targets = self.one_hot(inputs), self.one_hot(targets)
        return [
            Batch(inputs[step], targets[step], None if alike else weights[step], resets[step])
            for step in range(len(inputs))
        ]

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


@torch.inference_mode()
def run_epoch(
    block: Block, batches: Sequence[Batch], *, carry: bool, with_loss: bool, watch: Watch | None = None
) -> npt.NDArray[np.float64]:
    """Make the weight updates of an epoch's batches, or of several epochs'; `watch` is called after each batch.

    Returns
    -------
    ndarray, shape (seeds,)
        Mean loss of the batches; not a number unless asked for.
    """
    if isinstance(block, CompiledBlock) and watch is None and all(batch.weights is None for batch in batches):
        return block.run_epoch(batches, carry=carry, with_loss=with_loss)
    total = torch.zeros(block.seeds, dtype=torch.float64)
    for batch in batches:
        loss = block.update(
            batch.inputs,
            batch.targets,
            carry=carry,
            with_loss=with_loss,
            last_only=batch.targets.shape[1] == 1,
            weights=batch.weights,
        )
        if with_loss:
            total += loss
        if watch is not None:
            watch(block)
        _reset(block, batch.reset_after)
    return (total / len(batches)).numpy() if with_loss else np.full(block.seeds, np.nan)


def _reset(block: Block, after: bool | Tensor) -> None:
    """Reset the state where the batch was the last before a reset."""
    if isinstance(after, Tensor):
        block.reset_state(after)
    elif after:
        block.reset_state()


def copy_of(state: State | None) -> State | None:
    """Copy a state out of the window it was computed in."""
    return None if state is None else tuple(part.clone() for part in state)


@torch.inference_mode()
def answer(block: Block, feed: Feed, epochs: Sequence[Epoch], *, carry: bool, start: State | None) -> Answers:
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
        State before the first epoch, each part (seed, lane, unit); zero if none.

    Returns
    -------
    Answers
    """
    lanes, found = epochs[0].rows.shape[2], []
    states: list[State | None] = [
        None if start is None else tuple(part[:, lane : lane + 1].clone() for part in start) for lane in range(lanes)
    ]
    for epoch in epochs:
        for lane in range(lanes):
            block.state = states[lane]
            for batch in feed.batches(Epoch(epoch.rows[:, :, lane : lane + 1], epoch.reset_after)):
                answers = block.predict(batch.inputs, carry=carry, last_only=feed.last_only)[:, :, 0]
                found.append(answers)
                _reset(block, batch.reset_after)
            states[lane] = copy_of(block.state)  # since the next lane uses the window's memory too
    block.reset_state()
    rows, steps, asked = slots(feed.datasets[0], epochs)
    probabilities = torch.cat(found, dim=1).float().numpy()  # (seed, slot, output)
    return Answers(
        chosen(probabilities, np.broadcast_to(asked, probabilities.shape[:2])),
        chosen(rows, asked),
        chosen(steps, asked),
    )
