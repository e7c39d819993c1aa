"""How far back the input lies that decides the target: a property of the sequences alone, whatever the layout.

The answer is the shortest window that does as well as the whole past of the row's sequence. Where no
gradient reaches as far, whether a network keeps what it needs depends on optimiser, width and lag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from study.sequences.encoding import PADDING, EncodedDataset, Integers


@dataclass(frozen=True)
class Reach:
    """What the sequences themselves allow.

    Attributes
    ----------
    best : Fraction
        Highest accuracy on the ambiguous rows for a function of all inputs of the row's own sequence up to the row.
    steps : int or None
        Steps back from the row's input to the farthest input that is needed to get there; None if the best is below
        1 and no earlier input helps at all.
    example : tuple of int
        Two rows that agree in all inputs nearer than `steps` and have different targets; empty if no input is needed.
    once : int, default 0
        Ambiguous rows whose window of `steps` inputs before their own occurs in no other row: they can be told apart,
        but counting cannot show whether by a rule or by heart.
    """

    best: Fraction
    steps: int | None
    example: tuple[int, int] | tuple[()]
    once: int = 0


def find_reach(dataset: EncodedDataset) -> Reach:
    """Find how far back the deciding input lies.

    Parameters
    ----------
    dataset : EncodedDataset
        One target a row, at its last step.

    Returns
    -------
    Reach

    Examples
    --------
    >>> from study.sequences.encoding import encode
    >>> find_reach(encode([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]))
    Reach(best=Fraction(1, 1), steps=3, example=(3, 7), once=2)
    >>> find_reach(encode([[3, 0, 1], [3, 0, 2]])).steps is None
    True
    """
    windows = _Windows(dataset)
    most = int(dataset.position.max())
    best = windows.right(most)
    near, far = 0, most  # windows only gain by growing, so the shortest that is good enough is found by halving
    while near < far:
        middle = (near + far) // 2
        near, far = (near, middle) if windows.right(middle) == best else (middle + 1, far)
    ambiguous = int(dataset.ambiguous[:, -1].sum())
    wrong = dataset.rows - best
    share = Fraction(ambiguous - wrong, ambiguous) if ambiguous else Fraction(1)
    if near == 0:
        return Reach(share, 0 if wrong == 0 else None, ())
    return Reach(share, near, windows.example(near), windows.once(near, dataset.ambiguous[:, -1]))


class _Windows:
    """Gives each row's window, of any length, a number: equal windows get equal numbers."""

    def __init__(self, dataset: EncodedDataset) -> None:
        self.position = dataset.position
        self.targets = dataset.targets[:, -1]
        self.doubled = [_renumber(dataset.inputs[:, -1])]  # windows of 1, 2, 4, ... inputs

    def windows(self, back: int) -> Integers:
        """Give the number of each row's window: the row's input and `back` inputs before it; shape (rows,)."""
        numbers, covered = np.zeros_like(self.position), 0
        for power in self._powers(back + 1):
            numbers = self._joined(numbers, self._of_power(power), covered)
            covered += 2**power
        return numbers

    def right(self, back: int) -> int:
        """Count the rows that the best function of such windows gets right."""
        _, pair, count = self._counted(self.windows(back))
        most = np.zeros(int(pair.max()) + 1, dtype=np.int64)
        np.maximum.at(most, pair, count)
        return int(most.sum())

    def once(self, back: int, which: npt.NDArray[np.bool_]) -> int:
        """Count those of some rows whose window occurs in no other row."""
        windows = self.windows(back)
        return int((np.bincount(windows)[windows[which]] == 1).sum())

    def example(self, back: int) -> tuple[int, int] | tuple[()]:
        """Find two rows that agree but for the input `back` steps back, and have different targets."""
        short, long = self.windows(back - 1), self.windows(back)
        order = np.lexsort((np.arange(len(short)), short))
        first = np.flatnonzero(np.diff(short[order], prepend=-1))
        mixed = np.ones(len(first), dtype=bool)  # groups in which both targets and longer windows differ
        for values in (self.targets[order], long[order]):
            mixed &= np.minimum.reduceat(values, first) < np.maximum.reduceat(values, first)
        last = np.append(first[1:], len(order))
        for start, end in zip(first[mixed].tolist(), last[mixed].tolist(), strict=True):
            group = order[start:end]
            targets = self.targets[group]
            # If no row is apart from the group's first, one with another target is apart from some other row.
            for anchor in (group[0], group[(targets != targets[0]).argmax()]):
                apart = (long[group] != long[anchor]) & (targets != self.targets[anchor])
                if apart.any():
                    return int(anchor), int(group[apart.argmax()])
        return ()

    def _powers(self, length: int) -> Iterator[int]:
        """Split a length into powers of two."""
        return (power for power in range(length.bit_length()) if length >> power & 1)

    def _of_power(self, power: int) -> Integers:
        while len(self.doubled) <= power:
            half = self.doubled[-1]
            self.doubled.append(self._joined(half, half, 2 ** (len(self.doubled) - 1)))
        return self.doubled[power]

    def _joined(self, near: Integers, far: Integers, covered: int) -> Integers:
        """Join near windows with far ones that end `covered` rows before, and number the results."""
        earlier = np.full_like(far, PADDING)
        inside = self.position >= covered
        earlier[inside] = far[np.flatnonzero(inside) - covered]
        return _renumber(near * (int(far.max()) + 2) + earlier + 1)

    def _counted(self, numbers: Integers) -> tuple[Integers, Integers, Integers]:
        """Count how often each target follows each window; returns targets, windows and counts."""
        width = int(self.targets.max()) + 1
        pairs, count = np.unique(numbers * width + self.targets, return_counts=True)
        return pairs % width, pairs // width, count.astype(np.int64)


def _renumber(values: Integers) -> Integers:
    """Replace values by their ranks, so that products of two of them stay small."""
    return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)
