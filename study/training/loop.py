"""The training loop: batches out of rows, epochs of weight updates, and answers at checkpoints.

It knows nothing of tasks; whether state is carried is the only difference between a layer's two models.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import torch

from study.errors import StudyError
from study.randomness import stream
from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Epoch, Schedule
from study.training.batches import BatchMaker, one_after_the_other
from study.training.devices import check_device
from study.training.engines.block import Watch
from study.training.engines.memory import seeds_per_block, vector_seeds
from study.training.frozen import frozen_masks
from study.training.initialisers import Weights, initial_weights
from study.training.layers.base import State
from study.training.learner import Learner, make_learner
from study.training.rows import (
    Answers,
    Checkpoint,
    Orders,
    in_sequence,
    order_could_leak,
    output_slots,
    scored_epochs,
    select_per_seed,
)
from study.training.settings import Settings

if TYPE_CHECKING:
    from study.config import Config


class Recurrent(Protocol):
    """What the loop has to know of a model: its layer, and whether it hands state from batch to batch."""

    layer: ClassVar[str]
    carries_state: ClassVar[bool]


PRECISIONS = {"float32": torch.float32, "float64": torch.float64}


class Blocks:
    """All seeds of a job, in blocks of as many as pay.

    Parameters
    ----------
    model : Recurrent
    config, datasets, schedule, seeds
        As for `study.models.base.Model.train`.
    """

    def __init__(
        self,
        model: Recurrent,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
    ) -> None:
        numbers = {"float32": 4, "float64": 8}[config.precision]  # bytes
        steps = config.timesteps * config.gradient_rows  # kept for a gradient that goes back through several rows
        together = vector_seeds(numbers) if config.engine == "kernel" else 1
        size = seeds_per_block(steps, config.batch_size, datasets[0].features, config.units, numbers, together=together)
        self.trainers = [
            Trainer(
                model, config, datasets if len(datasets) == 1 else datasets[k : k + size], schedule, seeds[k : k + size]
            )
            for k in range(0, len(seeds), size)
        ]

    def train_to(self, epochs: int, *, between: Callable[[], None] | None = None) -> None:
        """Go on until so many epochs are made in all; `between` is called whenever all can be saved."""
        for trainer in self.trainers:
            trainer.train_to(epochs, between=between)

    def checkpoint(self) -> Checkpoint:
        """Answer all rows without disturbing the states."""
        return _joined([trainer.checkpoint() for trainer in self.trainers])

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on; blocks may have come to different epochs."""
        return {"trainers": [trainer.state_dict() for trainer in self.trainers]}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""
        for trainer, own in zip(self.trainers, saved["trainers"], strict=True):
            trainer.load_state_dict(own)


class Trainer:
    """Some seeds of one configuration that are trained side by side.

    Parameters
    ----------
    model : Recurrent
    config, datasets, schedule, seeds
        As for `Model.train`.
    weights : sequence of dict, optional
        Initial weights of each seed, by name as Keras has them; drawn from each seed's stream if left out.
    """

    def __init__(
        self,
        model: Recurrent,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
        *,
        weights: Sequence[Weights] | None = None,
    ) -> None:
        self.carry, self.schedule, self.softmax = model.carries_state, schedule, config.softmax
        weights = weights or drawn_weights(model, config, datasets[0].features, seeds)
        settings = settings_for(model, config, weights[0], datasets[0].symbols)
        self.learner = make_learner(settings, weights, engine=config.engine)
        self.batch_maker = BatchMaker(
            datasets,
            self.learner.dtype,
            last_step_weight=config.last_step_weight,
            columns=self.learner.feeds_columns,
        )
        self.orders = Orders(schedule, seeds)
        self.scored = scored_epochs(schedule, seeds, carries_state=self.carry)
        self.reordered: list[Epoch] = []
        if order_could_leak(schedule, carries_state=self.carry):
            self.reordered = scored_epochs(replace(schedule, order="random"), seeds, carries_state=True)
        self.joined: dict[tuple[int, int], Epoch] = {}  # several epochs: by place of the first in the period, number
        self.losses, self.epochs, self.batches = np.full(len(seeds), np.nan), 0, 0

    def train_to(self, epochs: int, *, watch: Watch | None = None, between: Callable[[], None] | None = None) -> None:
        """Go on until so many epochs are made in all, the last with its loss.

        Parameters
        ----------
        epochs : int
        watch : callable, optional
            Called after each batch.
        between : callable, optional
            Called after each epoch, or after as many as are made in one call.
        """
        together = self.learner.epochs_at_once if watch is None else 1
        while self.epochs < epochs:
            count = min(together, max(1, epochs - 1 - self.epochs))
            rows = self._epochs(count)
            self.epochs, self.batches = self.epochs + count, self.batches + rows.rows.shape[1]
            last = self.epochs == epochs
            self.losses = self.learner.learn(self.batch_maker, rows, carry=self.carry, with_loss=last, watch=watch)
            if between is not None:
                between()

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on: plain data and tensors.

        Returns
        -------
        dict
            The learner's own (weights, moments, carried state, gathered gradients), the states of the generators of
            random orders, how many epochs and batches were made, and the losses of the last epoch.
        """
        return {
            "learner": self.learner.state_dict(),
            "orders": self.orders.state_dict(),
            "epochs": self.epochs,
            "batches": self.batches,
            "losses": torch.from_numpy(self.losses.copy()),
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit as if training had not been interrupted.

        Parameters
        ----------
        saved : dict
            Of a trainer that was made alike; nothing in it is changed.
        """
        self.learner.load_state_dict(saved["learner"])
        self.epochs, self.batches = saved["epochs"], saved["batches"]
        self.losses = saved["losses"].numpy().copy()
        self.orders.load_state_dict(saved["orders"], self.epochs)

    def _epochs(self, count: int) -> Epoch:
        """Lay out the next epochs, one after the other; the same object again where chance draws none."""
        key = self.epochs % self.schedule.period, count
        if key in self.joined:
            return self.joined[key]
        epochs = one_after_the_other([self.orders.epoch(self.epochs + k) for k in range(count)])
        if not self.schedule.draws:
            self.joined[key] = epochs
        return epochs

    def checkpoint(self) -> Checkpoint:
        """Answer all rows without disturbing the state."""
        learner, state = self.learner, copy_of(self.learner.state)  # what is answered may use the memory it lies in
        start = state if self.carry and self.schedule.reset == "never" else None
        in_layout = self._answer(self.scored, carry=self.carry, start=start)
        plain = [in_sequence(self.batch_maker.datasets[0])]
        row_by_row = self._answer(plain, carry=self.carry, start=None)
        reordered = self._answer(self.reordered, carry=True, start=start) if self.reordered else None
        learner.state = state
        return Checkpoint(
            self.epochs, self.batches // learner.accumulate, self.losses, in_layout, row_by_row, reordered
        )

    def _answer(self, epochs: Sequence[Epoch], *, carry: bool, start: State | None) -> Answers:
        """Answer all rows of some epochs, and say what kind of outputs answer."""
        answers = answer(self.learner, self.batch_maker, epochs, carry=carry, start=start)
        return replace(answers, softmax=self.softmax)


def drawn_weights(model: Recurrent, config: Config, features: int, seeds: Sequence[int]) -> list[Weights]:
    """Draw each seed's initial weights from its own stream."""
    options = dict(config.initialisation_options)
    return [
        initial_weights(
            config.initialisation,
            stream("initialisation", seed),
            model.layer,
            (features, config.units, features),
            sees_inputs=config.sees_inputs,
            **options,
        )
        for seed in seeds
    ]


def settings_for(model: Recurrent, config: Config, weights: Weights, symbols: Sequence[Hashable]) -> Settings:
    """Say to a learner what a configuration says; one seed's weights and the alphabet tell what is frozen."""
    if config.gradient_rows > 1 and not model.carries_state:
        raise StudyError(
            f"gradient_rows is {config.gradient_rows}, but model {config.model} carries no state from row to row "
            "through which a gradient could pass; set it to 1, or use a stateful model"
        )
    check_device(config.device)
    return Settings(
        device=config.device,
        layer=model.layer,
        optimiser=config.optimiser,
        optimiser_options=config.optimiser_options,
        learning_rate=config.learning_rate,
        loss=config.loss,
        accumulate=config.accumulate,
        dtype=PRECISIONS[config.precision],
        frozen=frozen_masks(config.frozen, model.layer, weights, symbols),
        stop_gradient=config.stop_gradient,
        gradient_rows=config.gradient_rows,
    )


def _joined(parts: Sequence[Checkpoint]) -> Checkpoint:
    """Put the answers of all blocks together."""
    reordered = [part.in_random_order for part in parts if part.in_random_order is not None]
    return Checkpoint(
        parts[0].epoch,
        parts[0].updates,
        np.concatenate([part.training_loss for part in parts]),
        _stacked([part.in_layout for part in parts]),
        _stacked([part.row_by_row for part in parts]),
        _stacked(reordered) if reordered else None,
    )


def _stacked(parts: Sequence[Answers]) -> Answers:
    """Put answers of several blocks of seeds under each other; rows that all seeds share stay shared."""
    together = np.concatenate([part.probabilities for part in parts])
    if all(len(part.rows) == 1 for part in parts):
        return Answers(together, parts[0].rows, parts[0].steps, parts[0].softmax)
    rows, steps = (
        np.concatenate([np.broadcast_to(getattr(part, name), part.probabilities.shape[:2]) for part in parts])
        for name in ("rows", "steps")
    )
    return Answers(together, rows, steps, parts[0].softmax)


def copy_of(state: State | None) -> State | None:
    """Copy a state out of the window it was computed in."""
    return None if state is None else tuple(part.clone() for part in state)


@torch.inference_mode()
def answer(
    learner: Learner, batch_maker: BatchMaker, epochs: Sequence[Epoch], *, carry: bool, start: State | None
) -> Answers:
    """Answer all rows of some epochs, one lane at a time, so that equal inputs get equal bits in every lane.

    Parameters
    ----------
    learner, batch_maker
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
            learner.state = states[lane]
            alone = Epoch(epoch.rows[:, :, lane : lane + 1], epoch.reset_after)
            found.append(learner.respond(batch_maker, alone, carry=carry))
            states[lane] = copy_of(learner.state)  # since the next lane uses the window's memory too
    learner.reset_state()
    rows, steps, scored = output_slots(batch_maker.datasets[0], epochs)
    probabilities = torch.cat(found, dim=1).float().numpy()  # (seed, slot, output)
    return Answers(
        select_per_seed(probabilities, np.broadcast_to(scored, probabilities.shape[:2])),
        select_per_seed(rows, scored),
        select_per_seed(steps, scored),
    )
