"""How rows are put into batches: which lane each row runs through, and when the carried state is reset.

A stateful network hands the state of lane *i* to lane *i* of the next batch and to no other, so the layout alone
decides what a row can know of its past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from study.errors import StudyError
from study.presentation import Presentation
from study.sequences.encoding import Integers

EMPTY = -1  # a slot without a row: the lane is fed a zero vector, and its output does not count


class Epoch(NamedTuple):
    """The batches of one epoch.

    Attributes
    ----------
    rows : ndarray of int, shape (steps, lanes)
        Row in each lane of each batch; `EMPTY` where a shorter sequence has ended.
    reset_after : ndarray of bool, shape (steps,)
        Whether the state of all lanes is set to zero after the batch.
    """

    rows: Integers
    reset_after: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Schedule(Presentation):
    """The way from rows to batches: a presentation of sequences whose lengths are known.

    ``consecutive`` puts row *r* into lane *r mod B* of batch *r // B*, as a framework does with rows in order.
    ``interleaved`` gives each lane a sequence of its own: ``s + k*B`` where sequences are equally long; with fewer
    sequences than lanes they are repeated, with more they follow in groups. ``shuffled`` draws rows at random:
    within each sequence where the state is reset after each sequence (a ``fit`` per sequence that forgot
    ``shuffle=False``), otherwise within the epoch.

    Resets happen between batches, never inside one: after ``sequence`` means after every batch in which a sequence
    (or a group of interleaved ones) ends.

    Parameters
    ----------
    lengths : tuple of int
        Rows of each sequence; rows are numbered from 0 across all sequences.
    batch_size, layout, reset, order
        As in `study.presentation.Presentation`; the batch size is the number of lanes, *B*.

    Raises
    ------
    StudyError
        If a name is unknown or the batch size does not divide what it has to divide.

    Examples
    --------
    >>> Schedule((4, 4), batch_size=2, layout="interleaved").epoch().rows.tolist()
    [[0, 4], [1, 5], [2, 6], [3, 7]]
    >>> Schedule((4, 4), batch_size=4).epoch().rows.tolist()
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    """

    lengths: tuple[int, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_batch_size(self.batch_size, self.lengths, self.layout)

    @property
    def sequences(self) -> int:
        """Number of sequences."""
        return len(self.lengths)

    @property
    def draws(self) -> bool:
        """Whether epochs differ by chance."""
        return self.layout == "shuffled" or (self.order == "random" and self.sequences > 1)

    @property
    def period(self) -> int:
        """Epochs after which a schedule without chance repeats itself."""
        return 2 if self.order == "alternating" and self.sequences > 1 else 1

    @property
    def starts(self) -> Integers:
        """First row of each sequence."""
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)

    def epoch(self, number: int = 0) -> Epoch:
        """Lay out one epoch of a schedule without chance (with chance: as if nothing were drawn).

        Parameters
        ----------
        number : int, default 0
            Which epoch, from 0; matters for the alternating order.

        Returns
        -------
        Epoch
        """
        order = list(range(self.sequences))
        return self.in_order(order[::-1] if self.order == "alternating" and number % 2 else order)

    def draw(self, generator: np.random.Generator, epochs: int) -> Integers:
        """Draw the rows of several epochs of a schedule with chance.

        Parameters
        ----------
        generator : numpy Generator
        epochs : int
            How many.

        Returns
        -------
        ndarray of int, shape (epochs, steps, lanes)
            The resets are those of `epoch`.

        Raises
        ------
        StudyError
            If sequences of unequal lengths change places, which would move the resets.
        """
        if self.order != "fixed" and len(set(self.lengths)) > 1:
            raise StudyError(
                f"sequences of {min(self.lengths)} to {max(self.lengths)} rows cannot be drawn in {self.order} order, "
                "which would move the resets; use order fixed, or sequences of one length"
            )
        order = np.tile(np.arange(self.sequences), (epochs, 1))
        if self.order == "random":
            order = generator.permuted(order, axis=1)
        elif self.order == "alternating":
            order[1::2] = order[1::2, ::-1]
        if self.layout != "shuffled":
            plain = self.epoch().rows
            origin = np.repeat(np.arange(self.sequences), self.lengths)[plain]
            return self.starts[order[:, origin]] + (plain - self.starts[origin])
        if self.reset != "sequence":
            rows = np.tile(np.arange(sum(self.lengths)), (epochs, 1))
            return generator.permuted(rows, axis=1).reshape(epochs, -1, self.batch_size)
        epoch_rows = np.empty((epochs, sum(self.lengths)), dtype=np.int64)
        for place, (first, length) in enumerate(zip(self.starts, self.lengths, strict=True)):
            inside = generator.permuted(np.tile(np.arange(length), (epochs, 1)), axis=1)
            epoch_rows[:, first : first + length] = self.starts[order[:, place]][:, None] + inside
        return epoch_rows.reshape(epochs, -1, self.batch_size)

    def example(self, generator: np.random.Generator, number: int = 0) -> Epoch:
        """Draw one epoch of any schedule with chance; where resets do not move, `draw` gives many at once."""
        order = generator.permutation(self.sequences) if self.order == "random" else np.arange(self.sequences)
        if self.order == "alternating" and number % 2:
            order = order[::-1]
        if self.layout != "shuffled":
            return self.in_order(order.tolist())
        parts = [np.arange(self.starts[s], self.starts[s] + self.lengths[s]) for s in order.tolist()]
        if self.reset != "sequence":
            parts = [np.concatenate(parts)]
        return self.arrange([generator.permutation(part) for part in parts])

    def arrange(self, parts: Sequence[npt.NDArray[np.int64]]) -> Epoch:
        """Put parts, each the rows between two possible resets, into batches.

        Parameters
        ----------
        parts : sequence of ndarray of int
            Rows of each sequence in order of presentation (one part of all rows where they are shuffled).

        Returns
        -------
        Epoch
        """
        if self.layout == "interleaved":
            rows, ends = self._lanes(parts)
        else:
            rows = np.concatenate(parts).reshape(-1, self.batch_size)
            ends = (np.cumsum([len(part) for part in parts]) - 1) // self.batch_size
        reset_after = np.zeros(len(rows), dtype=bool)
        if self.reset == "sequence":
            reset_after[ends] = True
        elif self.reset == "epoch":
            reset_after[-1] = True
        return Epoch(rows, reset_after)

    def _lanes(self, parts: Sequence[npt.NDArray[np.int64]]) -> tuple[Integers, Integers]:
        """Give each sequence a lane, group after group; returns the rows and each group's last step."""
        lanes = [parts[k % len(parts)] for k in range(max(self.batch_size, len(parts)))]
        groups = [lanes[k : k + self.batch_size] for k in range(0, len(lanes), self.batch_size)]
        blocks = []
        for group in groups:
            block = np.full((max(len(part) for part in group), self.batch_size), EMPTY, dtype=np.int64)
            for lane, part in enumerate(group):
                block[: len(part), lane] = part
            blocks.append(block)
        ends = np.cumsum([len(block) for block in blocks]) - 1
        return np.concatenate(blocks), ends

    def sequence_orders(self, limit: int = 5_040) -> list[tuple[int, ...]]:
        """List the orders in which the sequences can be presented, each as likely as the next.

        Parameters
        ----------
        limit : int, default 5040
            Most orders to list.

        Returns
        -------
        list of tuple of int
            One order if fixed, two if alternating, all permutations if random.

        Raises
        ------
        StudyError
            If there are more than `limit`.
        """
        natural = tuple(range(self.sequences))
        if self.order == "fixed":
            return [natural]
        if self.order == "alternating":
            return [natural, natural[::-1]]
        if factorial(self.sequences) > limit:
            raise StudyError(
                f"{self.sequences} sequences in random order have {factorial(self.sequences)} orders, more than the "
                f"{limit} that can be listed one by one; use order fixed or alternating, or fewer sequences"
            )
        return list(permutations(natural))

    def in_order(self, order: Sequence[int]) -> Epoch:
        """Lay out one epoch with the sequences in the order given and no row shuffled."""
        starts = self.starts
        return self.arrange([np.arange(starts[s], starts[s] + self.lengths[s]) for s in order])


def _check_batch_size(batch_size: int, lengths: Sequence[int], layout: str) -> None:
    """Refuse a batch size that leaves rows, or sequences, over."""
    rows, sequences = sum(lengths), len(lengths)
    if layout == "interleaved":
        if sequences % batch_size and batch_size % sequences:
            fitting = [n for n in range(1, max(sequences, 8) + 1) if sequences % n == 0 or n % sequences == 0]
            over = sequences % batch_size if sequences > batch_size else batch_size % sequences
            noun = "sequence" if sequences > batch_size else "lane"
            raise StudyError(
                f"batch size {batch_size} does not fit {sequences} sequences, one a lane: {over} {noun}"
                f"{'s' * (over != 1)} left over; use {listed(fitting)}, or add or drop sequences"
            )
    elif rows % batch_size:
        over = rows % batch_size
        which = f"row {rows - 1}" if over == 1 else f"rows {rows - over} to {rows - 1}"
        fitting = [n for n in range(1, rows + 1) if rows % n == 0]
        raise StudyError(
            f"batch size {batch_size} does not divide the {rows} rows: {which} left over; "
            f"use {listed(fitting)}, or drop or add rows"
        )


def listed(numbers: Sequence[int], most: int = 8) -> str:
    """Write choices as ``1, 2, 4 or 8``."""
    shown = [str(n) for n in numbers]
    if len(shown) > most:
        shown = [*shown[: most - 1], shown[-1]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
