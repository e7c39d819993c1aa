"""How the windows that a lane is fed follow one another: it goes on, repeats, skips, jumps back or changes series.

This is the first question about carried state, and it needs no data: only where each window stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

GOES_ON = "goes on"
REPEATS = "repeats"
SKIPS = "skips"
BACK = "jumps back"
CHANGES = "changes series"
JUMPS = "jumps"
EMPTY = "empty"
STARTS = "starts"
UNKNOWN = "unknown"
MOST_WAYS = 3  # ways of one lane that are named


class Place(NamedTuple):
    """Where a window stands: the rows `first` to `end` - 1 of a series."""

    series: int
    first: int
    end: int


class Way(NamedTuple):
    """How a window follows the one before it in its lane.

    Attributes
    ----------
    kind : str
        ``goes on``, ``repeats``, ``skips``, ``jumps back``, ``changes series``; ``jumps`` where it does not go on and
        its rows occur in several places; ``empty`` where it is padding alone; ``starts`` where all before it
        was; ``unknown`` where it was not found.
    rows : int
        Rows that are skipped or repeated, or by how many the lane jumps back from where it stopped; else 0.
    """

    kind: str
    rows: int = 0


def way_between(before: Place, after: Place) -> Way:
    """Tell how one window follows another.

    Examples
    --------
    >>> way_between(Place(0, 0, 4), Place(0, 4, 8)), way_between(Place(0, 0, 4), Place(0, 1, 5))
    (Way(kind='goes on', rows=0), Way(kind='repeats', rows=3))
    >>> way_between(Place(0, 0, 1), Place(0, 25, 26)), way_between(Place(0, 8, 9), Place(0, 2, 3))
    (Way(kind='skips', rows=24), Way(kind='jumps back', rows=7))
    """
    if before.series != after.series:
        return Way(CHANGES)
    gap = after.first - before.end
    if gap == 0:
        return Way(GOES_ON)
    if gap > 0:
        return Way(SKIPS, gap)
    if after.first >= before.first:
        return Way(REPEATS, min(before.end, after.end) - after.first)
    return Way(BACK, -gap)


def say(way: Way) -> str:
    """Say what a lane does.

    Examples
    --------
    >>> say(Way(SKIPS, 24)), say(Way(REPEATS, 1)), say(Way(GOES_ON))
    ('skips 24 rows', 'repeats 1 row', 'goes on where it stopped')
    """
    rows = f"{way.rows:,} row{'s' * (way.rows != 1)}"
    return {
        GOES_ON: "goes on where it stopped",
        REPEATS: f"repeats {rows}",
        SKIPS: f"skips {rows}",
        BACK: f"jumps back {rows}",
        CHANGES: "changes to another series",
        JUMPS: "does not go on where it stopped (its rows occur in several places)",
        EMPTY: "is fed zeros alone",
        STARTS: "starts a series after padding",
        UNKNOWN: "is fed rows that are not in the series",
    }[way.kind]


def times(count: int) -> str:
    """Say how often.

    Examples
    --------
    >>> times(1), times(2), times(1000)
    ('once', 'twice', '1,000 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def lanes_named(lanes: Sequence[int]) -> str:
    """Name lanes, runs of neighbours together.

    Examples
    --------
    >>> lanes_named([0]), lanes_named([0, 1, 2, 5, 6])
    ('lane 0', 'lanes 0 to 2, 5 and 6')
    """
    runs: list[list[int]] = []
    for lane in lanes:
        if runs and lane == runs[-1][-1] + 1:
            runs[-1].append(lane)
        else:
            runs.append([lane])
    parts = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(lane) for lane in run]
    return f"lane{'s' * (len(lanes) > 1)} {', '.join(parts[:-1])}{' and ' * (len(parts) > 1)}{parts[-1]}"


def lane_lines(said: Sequence[Iterable[str]]) -> list[str]:
    """Say of each lane what it does from batch to batch, lanes that do the same together.

    Parameters
    ----------
    said : sequence of iterables of str
        For each lane, what it does at each step, as `say` says it.

    Returns
    -------
    list of str
        The most frequent of a lane first; a lane that is fed one batch alone is left out.

    Examples
    --------
    >>> lane_lines([["skips 3 rows"] * 5, ["skips 3 rows"] * 5, ["goes on where it stopped"]])
    ['lanes 0 and 1: skips 3 rows (5 times)', 'lane 2: goes on where it stopped (once)']
    """
    alike: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for lane, steps in enumerate(said):
        counts = tuple(sorted(Counter(steps).items(), key=lambda pair: (-pair[1], pair[0])))
        if counts:
            alike.setdefault(counts, []).append(lane)
    lines = []
    for counts, lanes in alike.items():
        parts = [f"{text} ({times(count)})" for text, count in counts[:MOST_WAYS]]
        rest = counts[MOST_WAYS:]
        if rest:
            parts.append(f"{len(rest):,} other ways ({times(sum(count for _, count in rest))})")
        lines.append(f"{lanes_named(lanes)}: {'; '.join(parts)}")
    return lines
