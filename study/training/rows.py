"""How rows reach many seeds in training and in scoring: the batches of each epoch, and whose row an answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError
from study.randomness import stream
from study.sequences.encoding import NO_TARGET, EncodedDataset, Integers
from study.sequences.layouts import EMPTY, Epoch, Schedule

DRAWN_TOGETHER = 100  # epochs drawn in one call; part of what a seed means, like the streams
SCORING_EPOCHS = 16  # epochs over which a schedule with chance is scored


@dataclass(frozen=True)
class Answers:
    """Probabilities, and the rows they answer.

    Attributes
    ----------
    probabilities : ndarray, shape (seeds, items, outputs)
    rows, steps : ndarray of int, shape (seeds or 1, items)
        Row of each item, and step inside its window.
    softmax : bool
        Whether the outputs of an item share one probability; otherwise each is one by itself.
    """

    probabilities: npt.NDArray[np.float32]
    rows: Integers
    steps: Integers
    softmax: bool = False


@dataclass(frozen=True)
class Checkpoint:
    """What a block of seeds answers at one moment of training.

    Attributes
    ----------
    epoch, updates : int
        How long it was trained.
    training_loss : ndarray, shape (seeds,)
        Mean of the losses of this epoch's updates, each taken before its update; not a number at epoch 0.
    in_layout : Answers
        In the layout it is trained in.
    row_by_row : Answers
        One row at a time, in order, with the state reset before each sequence (batch size 1).
    in_random_order : Answers or None
        In the layout and with the resets it is trained with, but the sequences in random order; none where the order
        cannot show, or is random anyway.
    """

    epoch: int
    updates: int
    training_loss: npt.NDArray[np.float64]
    in_layout: Answers
    row_by_row: Answers
    in_random_order: Answers | None = None


class Orders:
    """The batches of every epoch for each of many seeds, each drawn from the seed's own stream.

    Parameters
    ----------
    schedule : Schedule
    seeds : sequence of int
    purpose : {'order', 'scoring'}, default 'order'
        Which stream to draw from.
    """

    def __init__(self, schedule: Schedule, seeds: Sequence[int], purpose: str = "order") -> None:
        self.schedule = schedule
        self.plain = [schedule.epoch(number) for number in range(schedule.period)]  # what repeats itself, made once
        self.generators = [stream(purpose, seed) for seed in seeds] if schedule.draws else []
        self.drawn: Integers = np.empty((0, 0, 0, 0), dtype=np.int64)  # (epoch, seed, step, lane)
        self._remember(0)

    def _remember(self, number: int) -> None:
        """Keep the generators' states before an epoch, so that this and the next can be drawn again."""
        self.remembered, self.before = number, [generator.bit_generator.state for generator in self.generators]

    def state_dict(self) -> dict[str, Any]:
        """Give the generators' states at an epoch not long ago, and which: plain data."""
        return {"epoch": self.remembered, "generators": self.before}

    def load_state_dict(self, saved: dict[str, Any], number: int) -> None:
        """Go on from what `state_dict` gave, so that `number` is the next epoch to be asked for."""
        for generator, state in zip(self.generators, saved["generators"], strict=True):
            generator.bit_generator.state = state
        self._remember(saved["epoch"])
        if self.generators:
            for before in range(saved["epoch"], number):
                self.epoch(before)

    def epoch(self, number: int) -> Epoch:
        """Lay out one epoch; epochs are asked for in order, from 0.

        Returns
        -------
        Epoch
            With rows of shape (seeds, steps, lanes), or (1, steps, lanes) where all seeds have the same; likewise
            with resets of shape (seeds, steps) where seeds differ, else (steps,).

        Raises
        ------
        StudyError
            If the seeds' epochs are not equally long.
        """
        if not self.generators:
            epoch = self.plain[number % self.schedule.period]
            return Epoch(epoch.rows[None], epoch.reset_after)
        if number % DRAWN_TOGETHER == 0:
            self._remember(number)
        if self.schedule.order != "fixed" and len(set(self.schedule.lengths)) > 1:
            return self._one_by_one(number)
        if number % DRAWN_TOGETHER == 0:
            self.drawn = np.stack([self.schedule.draw(each, DRAWN_TOGETHER) for each in self.generators], axis=1)
        return Epoch(self.drawn[number % DRAWN_TOGETHER], self.plain[0].reset_after)

    def _one_by_one(self, number: int) -> Epoch:
        """Draw an epoch whose resets move with the order of sequences of unequal lengths."""
        epochs = [self.schedule.example(generator, number) for generator in self.generators]
        if len({epoch.rows.shape for epoch in epochs}) > 1:
            raise StudyError(
                "sequences of unequal lengths, interleaved in groups and in random order, give seeds unequal epochs; "
                f"use batch size {self.schedule.sequences} (one lane a sequence), or order fixed or alternating"
            )
        resets = np.stack([epoch.reset_after for epoch in epochs])
        alike = bool((resets == resets[:1]).all())
        return Epoch(np.stack([epoch.rows for epoch in epochs]), resets[0] if alike else resets)


def scored_epochs(schedule: Schedule, seeds: Sequence[int], *, carries_state: bool) -> list[Epoch]:
    """Choose the epochs a model is scored on: one period, or a sample where chance decides what the state holds."""
    if not carries_state:
        plain = schedule.epoch()
        return [Epoch(plain.rows[None], plain.reset_after)]
    orders = Orders(schedule, seeds, "scoring")
    return [orders.epoch(number) for number in range(SCORING_EPOCHS if schedule.draws else schedule.period)]


def order_could_leak(schedule: Schedule, *, carries_state: bool) -> bool:
    """Whether the place of a sequence in a known order could stand in for what the sequence holds."""
    known = schedule.order != "random" and schedule.layout != "shuffled" and schedule.sequences > 1
    return carries_state and known and schedule.reset != "sequence" and len(set(schedule.lengths)) == 1


def in_sequence(dataset: EncodedDataset) -> Epoch:
    """One row at a time, in order, with a reset after each sequence: what a batch size of 1 does."""
    epoch = Schedule(dataset.lengths).epoch()
    return Epoch(epoch.rows[None], epoch.reset_after)


def output_slots(dataset: EncodedDataset, epochs: Sequence[Epoch]) -> tuple[Integers, Integers, npt.NDArray[np.bool_]]:
    """List all outputs of the epochs in the order in which they are answered: lane by lane, step by step.

    Returns
    -------
    rows, steps : ndarray of int, shape (seeds or 1, slots)
        Row (`EMPTY` where there is none) and step inside its window.
    scored : ndarray of bool, same shape
        Whether there is a row, and a target.
    """
    first = dataset.timesteps - 1 if dataset.last_target_only else 0
    inside = np.arange(first, dataset.timesteps)
    rows = np.concatenate([epoch.rows.transpose(0, 2, 1).reshape(len(epoch.rows), -1) for epoch in epochs], axis=1)
    steps = np.broadcast_to(np.tile(inside, rows.shape[1]), (len(rows), rows.shape[1] * len(inside)))
    rows = np.repeat(rows, len(inside), axis=1)
    return rows, steps, (rows != EMPTY) & (dataset.targets[rows, steps] != NO_TARGET)


def select_per_seed(values: npt.NDArray[Any], which: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Keep the chosen slots of each seed, equally many for all; axes after the second are kept whole."""
    return values[which].reshape(len(values), -1, *values.shape[2:])


def items(dataset: EncodedDataset, epochs: Sequence[Epoch]) -> tuple[Integers, Integers]:
    """List the outputs of the epochs that have a target, in the order of their answers: lane by lane, step by step.

    Returns
    -------
    rows, steps : ndarray of int, shape (seeds or 1, items)
    """
    rows, steps, scored = output_slots(dataset, epochs)
    return select_per_seed(rows, scored), select_per_seed(steps, scored)
