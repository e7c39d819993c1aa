"""What stands in each lane of each batch, and what the lane has seen so far."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from study.sequences.encoding import PADDING, EncodedDataset
from study.sequences.layouts import EMPTY, Epoch, Schedule

MOST_SLOTS = 2_000  # slots (a lane of a batch) that are listed with what they have seen
MOST_INPUTS = 256  # last inputs of a visible context that are listed


@dataclass(frozen=True)
class Slot:
    """One lane of one batch.

    Attributes
    ----------
    epoch, batch, lane : int
        Where it stands; batches are counted within the epoch.
    row : int or None
        The row; None where a shorter sequence has ended and the lane is fed zeros.
    context : tuple
        Symbols that the network has seen when it answers, oldest first, the row's own last; None for a zero vector.
    left_out : int
        Number of older inputs that are not listed.
    target : symbol or None
    ambiguous : bool
    reset_after : bool
        Whether the state is set to zero after the batch.
    """

    epoch: int
    batch: int
    lane: int
    row: int | None
    context: tuple[Hashable, ...]
    left_out: int
    target: Hashable
    ambiguous: bool
    reset_after: bool


def slots_of(dataset: EncodedDataset, schedule: Schedule, *, stateful: bool) -> tuple[tuple[Slot, ...], int]:
    """List what stands in each lane of each batch, and count the slots that are left out."""
    chance = np.random.default_rng(0)  # of the epoch that is shown as an example, if chance has a part in it
    epochs = [
        schedule.example(chance, number) if schedule.draws else schedule.epoch(number)
        for number in range(schedule.period)
    ]
    total = sum(epoch.rows.size for epoch in epochs)
    slots: list[Slot] = []
    lanes: list[list[Hashable]] = [[] for _ in range(schedule.batch_size)]
    for number, batch, rows, reset in _batches(epochs):
        if len(slots) + len(rows) > MOST_SLOTS and slots:
            break
        for lane, row in enumerate(rows):
            window = [PADDING] * dataset.timesteps if row == EMPTY else dataset.inputs[row].tolist()
            lanes[lane] = [*(lanes[lane] if stateful else []), *symbols_of([window], dataset)]
            slots.append(
                Slot(
                    number,
                    batch,
                    lane,
                    None if row == EMPTY else row,
                    tuple(lanes[lane][-MOST_INPUTS:]),
                    max(0, len(lanes[lane]) - MOST_INPUTS),
                    None if row == EMPTY else dataset.symbols[dataset.targets[row, -1]],
                    row != EMPTY and bool(dataset.ambiguous[row, -1]),
                    reset,
                )
            )
        if reset:
            lanes = [[] for _ in lanes]
    return tuple(slots), total - len(slots)


def _batches(epochs: Sequence[Epoch]) -> Iterator[tuple[int, int, list[int], bool]]:
    """List the batches of some epochs: epoch, batch, rows, whether a reset follows."""
    for number, epoch in enumerate(epochs):
        for batch, (rows, reset) in enumerate(zip(epoch.rows.tolist(), epoch.reset_after.tolist(), strict=True)):
            yield number, batch, rows, reset


def symbols_of(windows: Sequence[object], dataset: EncodedDataset) -> tuple[Hashable, ...]:
    """Turn windows into the symbols that were fed, oldest first; None for a zero vector."""
    return tuple(
        None if column == PADDING else dataset.symbols[column]
        for window in windows
        for column in window  # type: ignore[attr-defined]
    )
