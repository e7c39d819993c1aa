"""What happened in each lane from call to call: which rows followed, and which state came with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from study.errors import StudyError
from study.sequences.following import CHANGES, GOES_ON, JUMPS, Place, Way, way_between
from study.watching.calls import Array, Call, as_series
from study.watching.placing import Index, follow
from study.watching.sources import NOT_KNOWN, OWN, ZERO, Source, sources_of

ELSEWHERE = ("repeats", "skips", "jumps back", CHANGES, JUMPS)  # ways that do not go on


@dataclass(frozen=True)
class Step:
    """How one lane came to one call of training.

    Attributes
    ----------
    call, lane : int
    way : Way or None
        How its rows follow those of the training call before; None at the first, and without a series.
    source : Source
        Where its state came from.
    place : Place or None
        Where its rows stand in the series; None where that is not known.
    graph : bool
        Whether a gradient passes through the state that it starts from.
    follows : bool or None
        Whether its rows follow those that left the state, whichever lane and call that was; None if not known.
    """

    call: int
    lane: int
    way: Way | None
    source: Source
    place: Place | None = None
    graph: bool = False
    follows: bool | None = None

    @property
    def carries(self) -> bool:
        """Whether the lane starts from a state that something left."""
        return self.source.kind not in (ZERO, NOT_KNOWN)

    @property
    def misled(self) -> bool:
        """Whether the lane's own last state is handed to rows that do not follow those that left it."""
        return self.source.kind == OWN and self.way is not None and self.way.kind in ELSEWHERE

    @property
    def cut(self) -> bool:
        """Whether rows go on while their state starts from zero."""
        return self.source.kind == ZERO and self.way is not None and self.way.kind == GOES_ON


@dataclass(frozen=True)
class Watched:
    """All that is known of the calls of one layer.

    Attributes
    ----------
    steps : tuple of Step
        Call after call, lane after lane; validation and prediction left out, unless there is nothing else.
    lanes, calls, other_calls : int
        Lanes of the largest call; calls that are told; calls outside training.
    timesteps : tuple of int
        Rows in a window, all that occur.
    names : tuple of str
        Of the series; empty without them.
    unknown, repeated : int
        Windows that are not in the series, and windows that fit several places.
    """

    steps: tuple[Step, ...]
    lanes: int
    calls: int
    other_calls: int
    timesteps: tuple[int, ...]
    names: tuple[str, ...] = ()
    unknown: int = 0
    repeated: int = 0

    @property
    def later(self) -> tuple[Step, ...]:
        """Steps that have one before them in their lane."""
        seen: set[int] = set()
        later = []
        for step in self.steps:
            if step.lane in seen:
                later.append(step)
            seen.add(step.lane)
        return tuple(later)


def watched(calls: Sequence[Call], series: Any = None, rows: Sequence[Any] | None = None) -> Watched:
    """Tell what happened in each lane.

    Parameters
    ----------
    calls : sequence of Call
        All calls of one layer, in the order in which they happened.
    series : array, list or dict of arrays, optional
        The rows that windows were cut from, as the network gets them: (rows, features) or (rows,).
    rows : sequence of arrays of int, optional
        For each call the number of each lane's first row, counted through all series: for rows whose contents repeat.

    Returns
    -------
    Watched

    Raises
    ------
    StudyError
        If nothing was recorded, or series and rows do not fit what was.
    """
    if not calls:
        raise StudyError("no call was recorded; run the loop, or fit, while it is watched, for two batches at least")
    told = [number for number, call in enumerate(calls) if call.training] or list(range(len(calls)))
    sources = sources_of(calls)
    lanes = max(len(calls[number].inputs) for number in told)
    ways: dict[tuple[int, int], Way] = {}
    places: dict[tuple[int, int], Place | None] = {}
    names: tuple[str, ...] = ()
    unknown = repeated = 0
    if series is None and rows is not None:
        raise StudyError("row numbers were given without the series that they count; give series too")
    if series is not None:
        arrays, listed = as_series(series)
        names = tuple(listed)
        inputs = _inputs(calls, arrays[0].shape[1])
        index = Index(arrays, inputs[0].dtype)
        numbers = _row_numbers(rows, inputs, len(index.codes))
        for lane in range(lanes):
            there = [number for number in told if lane < len(inputs[number])]
            windows = [
                index.window(_fed(inputs[number][lane], calls[number].lengths, lane), numbers[number][lane])
                for number in there
            ]
            followed, stand, fits = follow(index, windows)
            ways.update({(number, lane): way for number, way in zip(there[1:], followed, strict=True)})
            unknown += sum(fit == 0 for fit in fits)
            repeated += sum(fit is not None and fit > 1 for fit in fits)
            places.update({(number, lane): place for number, place in zip(there, stand, strict=True)})
        for number in set(range(len(calls))) - set(told):
            for lane, fed in enumerate(inputs[number]):
                window = index.window(_fed(fed, calls[number].lengths, lane), numbers[number][lane])
                places[number, lane] = follow(index, [window])[1][0]
    steps = [
        Step(
            number,
            lane,
            ways.get((number, lane)),
            sources[number][lane],
            places.get((number, lane)),
            calls[number].graph,
            _follows(sources[number][lane], ways.get((number, lane)), places, (number, lane)),
        )
        for number in told
        for lane in range(len(calls[number].inputs))
    ]
    return Watched(
        steps=tuple(steps),
        lanes=lanes,
        calls=len(told),
        other_calls=len(calls) - len(told),
        timesteps=tuple(sorted({calls[number].inputs.shape[1] for number in told})),
        names=names,
        unknown=unknown,
        repeated=repeated,
    )


def _follows(
    source: Source, way: Way | None, places: dict[tuple[int, int], Place | None], here: tuple[int, int]
) -> bool | None:
    """Tell whether rows follow those that left the state."""
    if source.kind == OWN and way is not None and way.kind in (GOES_ON, *ELSEWHERE):
        return way.kind == GOES_ON
    if source.call is None or source.lane is None:
        return None
    left, place = places.get((source.call, source.lane)), places.get(here)
    return None if left is None or place is None else way_between(left, place).kind == GOES_ON


def _inputs(calls: Sequence[Call], features: int) -> list[Array]:
    """Choose what the series is compared with: what the layer was fed, or the model, by the number of features."""
    if all(call.inputs.shape[2] == features for call in calls):
        return [call.inputs for call in calls]
    whole = [call.whole for call in calls if call.whole is not None and call.whole.shape[2] == features]
    if len(whole) == len(calls):
        return whole
    seen = sorted({call.inputs.shape[2] for call in calls} | {c.whole.shape[2] for c in calls if c.whole is not None})
    raise StudyError(
        f"the series has {features} features and the network was fed {' and '.join(map(str, seen))}; give the rows as "
        "the network gets them"
    )


def _row_numbers(rows: Sequence[Any] | None, inputs: Sequence[Array], count: int) -> list[list[int | None]]:
    """Read the reader's row numbers: for each call one a lane."""
    if rows is None:
        return [[None] * len(each) for each in inputs]
    if len(rows) != len(inputs):
        raise StudyError(
            f"there are row numbers for {len(rows):,} calls and {len(inputs):,} calls; give one array a call"
        )
    numbers: list[list[int | None]] = []
    for number, (given, each) in enumerate(zip(rows, inputs, strict=True)):
        array = np.asarray(given)
        first = array[:, 0] if array.ndim == 2 else array
        if first.shape != (len(each),) or first.dtype.kind not in "iu" or first.min() < 0 or first.max() >= count:
            raise StudyError(
                f"row numbers of call {number} have the shape {array.shape} and the type {array.dtype}; give whole "
                f"numbers from 0 to {count - 1:,}, one for each of the {len(each)} lanes"
            )
        numbers.append([int(row) for row in first])
    return numbers


def _fed(window: Array, lengths: Array | None, lane: int) -> Array:
    """Take of a lane's window what counts."""
    return window if lengths is None else window[: int(lengths[lane])]
