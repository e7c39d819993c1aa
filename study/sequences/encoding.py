"""Sequences of symbols become rows: one-hot inputs, the symbol that follows, and where each row comes from.

Every model of the study is fed by this one file, so that a difference between two models is never a difference in data.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from study.errors import StudyError, unknown_name

PADDING = -1  # an input slot before the start of a sequence: encoded as the all-zero vector
NO_TARGET = -1  # an output without a target: it does not count in loss or accuracy
TARGETS = ("last", "every")

Integers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EncodedDataset:
    """Rows ready for any model, each knowing its sequence, its place in it and whether it is ambiguous.

    Attributes
    ----------
    symbols : tuple
        The alphabet; a symbol's place in it is its column in the one-hot vectors.
    inputs : ndarray of int, shape (rows, timesteps)
        Column of each input symbol, oldest first; `PADDING` before the start of a sequence.
    targets : ndarray of int, shape (rows, timesteps)
        Column of the symbol that follows each input; `NO_TARGET` where there is none.
    sequence : ndarray of int, shape (rows,)
        Which sequence the row was cut from.
    position : ndarray of int, shape (rows,)
        Place of the row's last input in its sequence, from 0.
    ambiguous : ndarray of bool, shape (rows, timesteps)
        True where the input symbol alone is followed by different symbols in different places of the data.
    """

    symbols: tuple[Hashable, ...]
    inputs: Integers
    targets: Integers
    sequence: Integers
    position: Integers
    ambiguous: npt.NDArray[np.bool_]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.inputs.shape[0])

    @property
    def timesteps(self) -> int:
        """Inputs in one row."""
        return int(self.inputs.shape[1])

    @property
    def features(self) -> int:
        """Symbols in the alphabet, which is the length of every input and output vector."""
        return len(self.symbols)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Rows of each sequence, in order."""
        return tuple(int(n) for n in np.bincount(self.sequence))

    @property
    def X(self) -> Reals:  # noqa: N802  (the field's name for it)
        """One-hot inputs, shape (rows, timesteps, features)."""
        return one_hot(self.inputs, self.features)

    @property
    def Y(self) -> Reals:  # noqa: N802  (as `X`)
        """One-hot targets: (rows, features) where only the last step has one, else (rows, timesteps, features)."""
        every = one_hot(self.targets, self.features)
        return every[:, -1] if self.last_target_only else every

    @property
    def last_target_only(self) -> bool:
        """Whether each row has its only target at its last step."""
        return bool((self.targets[:, :-1] == NO_TARGET).all())

    def fingerprint(self) -> str:
        """SHA-256 of everything that a model can receive from these rows."""
        digest = hashlib.sha256(repr(self.symbols).encode())
        for array in (self.inputs, self.targets, self.sequence, self.position):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def describe(self, row: int) -> str:
        """Write one row as ``3,0,1 -> 2``, without its padding."""
        window = [str(self.symbols[k]) for k in self.inputs[row] if k != PADDING]
        return f"{','.join(window)} -> {self.symbols[self.targets[row, -1]]}"


def one_hot(columns: npt.ArrayLike, features: int) -> Reals:
    """Turn columns into one-hot vectors, negative columns into zero vectors.

    Parameters
    ----------
    columns : array_like of int, any shape
        Column of the single 1 in each vector; negative for none.
    features : int
        Length of the vectors.

    Returns
    -------
    ndarray of float32, shape (*columns.shape, features)

    Examples
    --------
    >>> one_hot([3, -1], 5)
    array([[0., 0., 0., 1., 0.],
           [0., 0., 0., 0., 0.]], dtype=float32)
    """
    places = np.asarray(columns)
    vectors: Reals = (places[..., None] == np.arange(features)).astype(np.float32)
    return vectors


def alphabet_of(sequences: Sequence[Sequence[Hashable]]) -> tuple[Hashable, ...]:
    """List the symbols that occur, sorted where they can be compared, else by first appearance.

    Examples
    --------
    >>> alphabet_of([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]])
    (0, 1, 2, 3, 4)
    """
    seen = tuple(dict.fromkeys(symbol for sequence in sequences for symbol in sequence))
    try:
        return tuple(sorted(seen))  # type: ignore[type-var]  # symbols that cannot be compared are handled below
    except TypeError:
        return seen


def check_timesteps(timesteps: int) -> None:
    """Raise a StudyError if a row would have no input."""
    if timesteps < 1:
        raise StudyError(f"timesteps is {timesteps}; it must be 1 or more, the number of inputs in one row")


def encode(
    sequences: Sequence[Sequence[Hashable]],
    timesteps: int = 1,
    *,
    targets: str = "last",
    pad: bool = True,
    alphabet: Sequence[Hashable] | None = None,
) -> EncodedDataset:
    """Cut sequences into rows of `timesteps` inputs and the symbols that follow.

    With ``targets="last"`` every pair gives one row: a window that ends with the pair's input, and one target. With
    ``targets="every"`` a sequence is cut into windows that do not overlap, with a target at each step.

    Parameters
    ----------
    sequences : sequence of sequences
        At least two symbols each, of any hashable kind.
    timesteps : int, default 1
        Inputs in one row.
    targets : {'last', 'every'}, default 'last'
        Which steps of a window have a target.
    pad : bool, default True
        Fill windows that reach beyond the start with zero vectors; otherwise leave those rows out.
    alphabet : sequence, optional
        All symbols, in the order of their columns; taken from the data if left out.

    Returns
    -------
    EncodedDataset

    Raises
    ------
    StudyError
        If a sequence is too short, a symbol is not in the alphabet, or the windows do not fit.

    Examples
    --------
    >>> rows = encode([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]])
    >>> [rows.describe(row) for row in range(4)]
    ['3 -> 0', '0 -> 1', '1 -> 2', '2 -> 3']
    >>> rows.ambiguous[:, 0].nonzero()[0]
    array([3, 7])
    >>> [rows.describe(row) for row in range(4) if (rows := encode([[3, 0, 1, 2, 3]], timesteps=2))]
    ['3 -> 0', '3,0 -> 1', '0,1 -> 2', '1,2 -> 3']
    """
    if targets not in TARGETS:
        raise unknown_name("targets", targets, TARGETS)
    check_timesteps(timesteps)
    if not sequences:
        raise StudyError("there are no sequences; give at least one with two symbols")
    for number, sequence in enumerate(sequences):
        if not isinstance(sequence, Sequence):
            raise StudyError(f"sequence {number} is {sequence!r}; a sequence is a tuple or a list of symbols")
        if len(sequence) < 2:
            raise StudyError(
                f"sequence {number} has {len(sequence)} symbol{'s' * (len(sequence) != 1)}; a pair needs two: "
                "an input and the symbol that follows it"
            )
    symbols = tuple(alphabet) if alphabet is not None else alphabet_of(sequences)
    column = {symbol: place for place, symbol in enumerate(symbols)}
    unknown = [symbol for sequence in sequences for symbol in sequence if symbol not in column]
    if unknown:
        raise StudyError(f"symbol {unknown[0]!r} is not in the alphabet of {len(symbols)} symbols; add it there")

    coded = [np.array([column[symbol] for symbol in sequence], dtype=np.int64) for sequence in sequences]
    cut = _every_pair if targets == "last" else _every_step
    inputs, outputs, origin, position = (
        np.concatenate(parts)
        for parts in zip(*(cut(codes, number, timesteps, pad) for number, codes in enumerate(coded)), strict=True)
    )
    return EncodedDataset(symbols, inputs, outputs, origin, position, _ambiguous(coded, inputs, outputs))


def _every_pair(codes: Integers, number: int, timesteps: int, pad: bool) -> tuple[Integers, ...]:
    """Give one row to each pair: the window that ends with its input, and the symbol after it."""
    padded = np.concatenate([np.full(timesteps - 1, PADDING), codes[:-1]])
    inputs = np.lib.stride_tricks.sliding_window_view(padded, timesteps).copy()  # (pair, timestep)
    targets = np.full_like(inputs, NO_TARGET)
    targets[:, -1] = codes[1:]
    position = np.arange(len(inputs))
    kept = position if pad else position[timesteps - 1 :]
    if len(kept) == 0:
        raise StudyError(
            f"sequence {number} has {len(codes)} symbols, too few for a window of {timesteps} inputs and a target; "
            "shorten the window or allow padding"
        )
    return inputs[kept], targets[kept], np.full(len(kept), number), position[kept]


def _every_step(codes: Integers, number: int, timesteps: int, _pad: bool) -> tuple[Integers, ...]:
    """Cut into windows that do not overlap, with a target at each step."""
    pairs = len(codes) - 1
    if pairs % timesteps:
        raise StudyError(
            f"sequence {number} has {pairs} pairs, which windows of {timesteps} do not divide: {pairs % timesteps} "
            "left over; choose a divisor, or targets='last'"
        )
    inputs = codes[:-1].reshape(-1, timesteps)
    last = np.arange(timesteps - 1, pairs, timesteps)
    return inputs, codes[1:].reshape(-1, timesteps), np.full(len(inputs), number), last


def _ambiguous(coded: Sequence[Integers], inputs: Integers, targets: Integers) -> npt.NDArray[np.bool_]:
    """Mark the steps whose input symbol has more than one successor anywhere in the data."""
    successors: dict[int, set[int]] = defaultdict(set)
    for codes in coded:
        for symbol, successor in zip(codes[:-1].tolist(), codes[1:].tolist(), strict=True):
            successors[symbol].add(successor)
    several = [symbol for symbol, following in successors.items() if len(following) > 1]
    return np.asarray(np.isin(inputs, several) & (targets != NO_TARGET))
