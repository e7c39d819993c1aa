"""Where the windows that a lane was fed stand in the reader's series: told by content, or by given row numbers.

Where contents repeat, a window may stand in several places. Then the lane is given the benefit of the doubt: if one of
them goes on where the lane stopped, it goes on, since the network cannot see a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from study.errors import StudyError
from study.sequences.encoding import Integers
from study.sequences.following import EMPTY, GOES_ON, JUMPS, STARTS, UNKNOWN, Place, Way, way_between
from study.watching.calls import Array


@dataclass(frozen=True, eq=False)
class Window:
    """What one lane was fed in one call.

    Attributes
    ----------
    codes : ndarray of int, shape (rows,)
        Number of each row's content among those of the series; -1 where no row of the series is like it. Without
        rows, it is padding alone.
    row : int or None
        Number of its first row among all rows of all series, where the reader gave it.
    """

    codes: Integers
    row: int | None = None


class Index:
    """The rows of all series, so that windows can be looked up.

    Parameters
    ----------
    series : sequence of ndarray, each of shape (rows, features)
    kind : dtype
        Type of the windows; the series are rounded to it, as a loader does.

    Raises
    ------
    StudyError
        If the series have different numbers of features.
    """

    def __init__(self, series: Sequence[Array], kind: np.dtype[Any]) -> None:
        features = {part.shape[1] for part in series}
        if len(features) > 1:
            raise StudyError(f"the series have {sorted(features)} features; all must have as many")
        self.kind = kind
        self.features = features.pop()
        lengths = [len(part) for part in series]
        self.starts = np.cumsum([0, *lengths])
        self.owner = np.repeat(np.arange(len(series)), lengths)
        numbers: dict[bytes, int] = {}
        rows = np.concatenate([part.astype(kind) for part in series])
        self.codes = np.array([numbers.setdefault(row, len(numbers)) for row in _contents(rows)], dtype=np.int64)
        self.numbers = numbers
        self.at = np.split(np.argsort(self.codes, kind="stable"), np.cumsum(np.bincount(self.codes))[:-1])

    def window(self, rows: Array, row: int | None = None) -> Window:
        """Read a window of shape (timesteps, features); zeros at its ends are padding, unless the series has them."""
        codes = np.array([self.numbers.get(content, -1) for content in _contents(rows.astype(self.kind))])
        filled = np.flatnonzero(rows.any(axis=1))
        if row is None and len(filled) < len(rows) and not len(self.find(Window(codes))):
            codes = codes[filled[0] : filled[-1] + 1] if len(filled) else codes[:0]
        return Window(codes, row)

    def find(self, window: Window) -> Integers:
        """Find the first rows of all places where a window can stand."""
        if window.row is not None:
            return np.array([window.row])
        if not len(window.codes) or window.codes.min() < 0:
            return np.array([], dtype=np.int64)
        return self.fitting(window, self.at[window.codes[0]])

    def fitting(self, window: Window, rows: Integers) -> Integers:
        """Keep those rows at which a window can start."""
        length = len(window.codes)
        rows = rows[rows + length <= len(self.codes)]
        rows = rows[self.owner[rows] == self.owner[rows + length - 1]]
        if window.row is not None:
            return np.intersect1d(rows, [window.row])
        for step, code in enumerate(window.codes):
            if not len(rows):
                break
            rows = rows[self.codes[rows + step] == code]
        return rows

    def going_on(self, before: Window, rows: Integers, after: Window) -> Integers:
        """Find where a window starts if it goes on from one of the places at which the one before it starts."""
        ends = rows + len(before.codes)
        inside = ends[ends < len(self.codes)]
        return self.fitting(after, inside[self.owner[inside] == self.owner[inside - 1]])

    def place(self, row: int, window: Window) -> Place:
        """Name a place by its series and the rows in it."""
        series = int(self.owner[row])
        first = row - int(self.starts[series])
        return Place(series, first, first + len(window.codes))


def _contents(rows: Array) -> list[bytes]:
    """Turn rows into bytes; minus zero is zero."""
    plain = np.ascontiguousarray(rows + rows.dtype.type(0) if rows.dtype.kind == "f" else rows)
    return [row.tobytes() for row in plain]


def follow(index: Index, windows: Sequence[Window]) -> tuple[list[Way], list[Place | None], list[int | None]]:
    """Tell how the windows of one lane follow one another.

    Parameters
    ----------
    index : Index
    windows : sequence of Window
        Of one lane, in the order in which it was fed them. Windows of padding alone are passed over.

    Returns
    -------
    ways : list of Way
        How each window but the first follows the last one before it that is not padding alone.
    places : list of Place or None
        Where each window stands, given what came before and after; None where several places are left, or none.
    fits : list of int or None
        How many places are left for each window; None where it is padding alone.

    Examples
    --------
    >>> index = Index([np.array([[1], [2], [1], [3]])], np.dtype(int))
    >>> ways, places, _ = follow(index, [index.window(np.array([[1]])), index.window(np.array([[3]]))])
    >>> ways, places[0]
    ([Way(kind='goes on', rows=0)], Place(series=0, first=2, end=3))
    """
    rows: list[Integers] = []
    before: list[int | None] = []
    goes_on: list[bool] = []
    last: int | None = None
    for number, window in enumerate(windows):
        kept = np.array([], dtype=np.int64)
        if last is not None and len(window.codes):
            kept = index.going_on(windows[last], rows[last], window)
        before.append(last)
        goes_on.append(bool(len(kept)))
        rows.append(kept if len(kept) else index.find(window))
        last = number if len(window.codes) else last
    for number in range(len(windows) - 1, -1, -1):  # what comes later tells earlier places apart
        prior = before[number]
        if prior is not None and goes_on[number]:
            ends = rows[prior] + len(windows[prior].codes)
            rows[prior] = rows[prior][np.isin(ends, rows[number])]
    places = [
        index.place(int(at[0]), window) if len(at) == 1 else None for at, window in zip(rows, windows, strict=True)
    ]
    ways = []
    for number in range(1, len(windows)):
        prior = before[number]
        if not len(windows[number].codes):
            ways.append(Way(EMPTY))
        elif prior is None:
            ways.append(Way(STARTS))
        elif not len(rows[prior]) or not len(rows[number]):
            ways.append(Way(UNKNOWN))
        elif goes_on[number]:
            ways.append(Way(GOES_ON))
        else:
            earlier, here = places[prior], places[number]
            ways.append(way_between(earlier, here) if earlier and here else Way(JUMPS))
    fits = [len(at) if len(window.codes) else None for at, window in zip(rows, windows, strict=True)]
    return ways, places, fits
