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
MOST_LINES = 3  # kinds of lanes that are named in one line


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


def say(way: Way, unit: str = "row") -> str:
    """Say what a lane does; `unit` is what series are made of.

    Examples
    --------
    >>> say(Way(SKIPS, 24)), say(Way(REPEATS, 1)), say(Way(GOES_ON))
    ('skips 24 rows', 'repeats 1 row', 'goes on where it stopped')
    """
    rows = f"{way.rows:,} {unit}{'s' * (way.rows != 1)}"
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


def continuity(
    places: Sequence[Sequence[Place | None]],
    reset_after: Sequence[bool],
    *,
    unit: str = "row",
    width: int | None = None,
) -> str:
    """Say in one line what each lane does from batch to batch, and where it does so after a reset.

    Parameters
    ----------
    places : sequence of sequences of Place or None
        For each batch where the window of each lane stands; None where the lane is fed padding alone.
    reset_after : sequence of bool
        For each batch, whether the state is set to zero after it.
    unit : str, default 'row'
        What series are made of.
    width : int, optional
        Columns; where they do not do, the steps of all lanes are counted together.

    Returns
    -------
    str

    Examples
    --------
    >>> rows = [Place(0, row, row + 1) for row in range(8)]
    >>> continuity([rows[:4], rows[4:]], [False, True])
    'lanes 0 to 3: skips 3 rows (once)'
    >>> continuity([[rows[0]], [rows[1]], [rows[7]], [rows[2]]], [False, False, True, True], width=60)
    'of 3 steps 1 goes on, 1 skips, 1 jumps back; 1 after a reset'
    """
    said: list[list[str]] = [[] for _ in range(max(map(len, places), default=0))]
    kinds: Counter[str] = Counter()
    last: dict[int, Place] = {}
    fresh: set[int] = set()  # lanes that were reset since their last window
    after_resets = 0
    for batch, reset in zip(places, reset_after, strict=True):
        for lane, place in enumerate(batch):
            if place is None:
                continue
            if lane in last:
                way = way_between(last[lane], place)
                said[lane].append(say(way, unit) + " after a reset" * (lane in fresh))
                kinds[way.kind] += 1
                after_resets += lane in fresh
            last[lane] = place
            fresh.discard(lane)
        if reset:
            fresh |= set(last)
    lines = lane_lines(said)
    if not lines:
        return "each lane is fed one batch alone"
    rest = len(lines) - MOST_LINES
    line = " · ".join([*lines[:MOST_LINES], *([f"{rest:,} more, each otherwise"] if rest > 0 else [])])
    return line if width is None or len(line) <= width else _together(kinds, after_resets)


def _together(kinds: Counter[str], after_resets: int) -> str:
    """Count the steps of all lanes by kind."""
    verbs = {
        GOES_ON: ("goes on", "go on"),
        REPEATS: ("repeats", "repeat"),
        SKIPS: ("skips", "skip"),
        BACK: ("jumps back", "jump back"),
        CHANGES: ("changes series", "change series"),
    }
    steps = sum(kinds.values())
    counted = [f"{kinds[kind]:,} {verb[kinds[kind] > 1]}" for kind, verb in verbs.items() if kinds[kind]]
    resets = f"; {after_resets:,} after a reset" if after_resets else ""
    return f"of {steps:,} step{'s' * (steps != 1)} {', '.join(counted)}{resets}"
