"""What the watched calls show, in sentences, the gravest first: each is a count of steps that anyone can recount."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from study.sequences.following import BACK, CHANGES, GOES_ON, SKIPS, UNKNOWN, lane_lines, say, times
from study.watching.sources import EARLIER, ELSE, NOT_KNOWN, OTHER_LANE, OUTSIDE, OWN, ZERO, Source
from study.watching.steps import Step, Watched

ONE_CALL = "one call"
NOT_CARRIED = "no state is carried"
MISLED = "the lanes do not go on"
NEW_EPOCH = "no reset at the start of an epoch"
NEW_SERIES = "no reset where a series ends"
MOVED = "training starts from what validation left"
MIXED = "lanes are mixed"
STALE = "an old state is used"
CUT = "the state is lost on the way"
UNPLACED = "rows are not in the series"
FITS = "every lane goes on where it stopped"
STATE_ALONE = "state is carried"
MILD = (ONE_CALL, NOT_CARRIED, FITS, STATE_ALONE)


@dataclass(frozen=True)
class Finding:
    """One thing that was seen.

    Attributes
    ----------
    kind : str
        One of the constants of this file.
    count, of : int
        Steps that show it, of all steps that could.
    sentence : str
    """

    kind: str
    count: int
    of: int
    sentence: str


def findings_of(watched: Watched) -> tuple[Finding, ...]:
    """List what was seen, the gravest first; at least one.

    Parameters
    ----------
    watched : Watched

    Returns
    -------
    tuple of Finding
    """
    later = watched.later
    if not later:
        return (Finding(ONE_CALL, 0, 0, "one call for each lane was seen: watch two batches or more to compare them"),)
    found = [finding for finding in _faults(watched, later) if finding.count]
    carried = sum(step.carries for step in later)
    if all(step.source.kind == ZERO for step in later):
        found = [Finding(NOT_CARRIED, len(later), len(later), _not_carried(watched, later))]
    elif not found and carried and all(step.way is None for step in later):
        text = f"state is carried in {_of(carried, later)}; give the series to learn whether the rows go on as well"
        found = [Finding(STATE_ALONE, carried, len(later), text)]
    elif not found:
        text = f"every lane goes on where it stopped: so it is in {_of(_going_on(later), later)}{_rest(later)}"
        found = [Finding(FITS, _going_on(later), len(later), text)]
    return tuple(found)


def _of(count: int, later: tuple[Step, ...]) -> str:
    return f"{count:,} of {len(later):,} steps"


def _going_on(later: tuple[Step, ...]) -> int:
    """Count the steps whose rows follow: those of the lane, or those that left the state."""
    return sum(_goes_on(step) for step in later)


def _goes_on(step: Step) -> bool:
    return bool(step.follows) or (step.way is not None and step.way.kind == GOES_ON)


def _rest(later: tuple[Step, ...]) -> str:
    """Say what the steps do that do not go on, and are right all the same."""
    fresh = sum(step.source.kind == ZERO and not _goes_on(step) for step in later)
    return f"; {fresh:,} more start elsewhere from a state of zero" if fresh else ""


def _not_carried(watched: Watched, later: tuple[Step, ...]) -> str:
    rows = " to ".join(f"{each:,}" for each in sorted({watched.timesteps[0], watched.timesteps[-1]}))
    alone = f"the {rows} rows of its own window" if rows != "1" else "the 1 row of its own window"
    text = f"no state is carried: every call starts from zero, so a lane sees {alone} and nothing before"
    if _going_on(later) == len(later):
        return f"{text}; the rows do go on, so carrying the state would be right"
    return text


def splits_of(later: tuple[Step, ...], first: dict[int, int]) -> dict[str, list[Step]]:
    """Sort the steps that hand a state to rows that do not follow: a new epoch, a new series, or out of order.

    Parameters
    ----------
    later : tuple of Step
    first : dict of int to int
        For each lane the first row that it was ever fed.
    """
    split: dict[str, list[Step]] = {MISLED: [], NEW_EPOCH: [], NEW_SERIES: []}
    for step in later:
        if not step.misled or step.way is None:
            continue
        begins = step.place is not None and step.place.first == first.get(step.lane)
        if step.way.kind == BACK and begins:
            split[NEW_EPOCH].append(step)
        elif step.way.kind == CHANGES and step.place is not None and step.place.first == 0:
            split[NEW_SERIES].append(step)
        else:
            split[MISLED].append(step)
    return split


def first_rows(watched: Watched) -> dict[int, int]:
    """Find for each lane the first row that it was fed."""
    first: dict[int, int] = {}
    for step in watched.steps:
        if step.place is not None:
            first.setdefault(step.lane, step.place.first)
    return first


def _faults(watched: Watched, later: tuple[Step, ...]) -> list[Finding]:
    """List all that may be wrong; a count of 0 where it is not."""
    split = splits_of(later, first_rows(watched))
    counts = {
        MISLED: len(split[MISLED]),
        MIXED: sum(step.source.kind == OTHER_LANE and not step.follows for step in later),
        MOVED: sum(step.source.kind == OUTSIDE and not step.follows for step in later),
        NEW_SERIES: len(split[NEW_SERIES]),
        NEW_EPOCH: len(split[NEW_EPOCH]),
        STALE: sum(step.source.kind == EARLIER and not step.follows for step in later),
        CUT: sum(step.cut for step in later),
        UNPLACED: sum(step.way is not None and step.way.kind == UNKNOWN for step in later),
    }
    said = {
        MISLED: "the lanes do not go on: in {} a state is handed to rows that do not follow those that left it",
        MIXED: "lanes are mixed: in {} a lane starts from the state of another lane",
        MOVED: "validation or prediction moves the state: in {} training starts from what such a call left",
        NEW_SERIES: "no reset where a series ends: in {} the state of one series is handed to the start of another",
        NEW_EPOCH: "no reset at the start of an epoch: in {} a lane is back at its first rows with its last state",
        STALE: "an old state is used: in {} a lane starts from what an earlier call left, not the one before",
        CUT: "the state is lost on the way: in {} the rows go on and the state starts from zero",
        UNPLACED: "rows are not in the series: in {} a window was not found, so nothing is known of what it follows",
    }
    return [Finding(kind, count, len(later), said[kind].format(_of(count, later))) for kind, count in counts.items()]


def lanes_told(watched: Watched) -> list[str]:
    """Say of each lane how its windows follow one another; empty without a series."""
    said: list[list[str]] = [[] for _ in range(watched.lanes)]
    for step in watched.later:
        if step.way is not None:
            said[step.lane].append(say(step.way))
    return lane_lines(said)


def advance_told(watched: Watched) -> str:
    """Say by how much lanes advance, if all do by the same, without going on: the shape of the mistake."""
    later = [step for step in watched.later if step.way is not None]
    ways = {step.way for step in later if step.way is not None}
    if len(ways) != 1 or len(watched.timesteps) != 1:
        return ""
    (way,) = ways
    window = watched.timesteps[0]
    if way.kind != SKIPS:
        return ""
    rows = f"{window:,} row{'s' * (window != 1)}"
    return f"each lane advances by {window + way.rows:,} rows from call to call, and its window is {rows}"


def state_told(watched: Watched) -> str:
    """Say where the states at the start of calls came from, the most frequent first."""
    said = {
        ZERO: "zero",
        OWN: "what the lane's own last call left",
        OTHER_LANE: "what another lane's call left",
        OUTSIDE: "what validation or prediction left",
        EARLIER: "what an earlier call left",
        ELSE: "something else (learned, random, or changed on its way)",
        NOT_KNOWN: "not known",
    }
    counts = Counter(step.source.kind for step in watched.later)
    return "; ".join(f"{said[kind]} ({times(count)})" for kind, count in counts.most_common())


def gradient_told(watched: Watched) -> str:
    """Say whether a gradient crosses calls."""
    carried = {step.call: step.graph for step in watched.later if step.carries}
    if not carried:
        return ""
    crossed = sum(carried.values())
    if not crossed:
        return "no gradient crosses calls: it ends at a window's first row, and what is older is not trained"
    return f"a gradient crosses into {crossed:,} of {len(carried):,} calls that start from a carried state"


def origin(source: Source) -> str:
    """Write a source in a few words, for a cell of a table."""
    if source.kind in (OWN, ZERO, ELSE, NOT_KNOWN) or source.call is None:
        return source.kind
    return f"{source.kind} (call {source.call}, lane {source.lane})"
