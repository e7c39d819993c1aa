"""How measurements of speed are kept and laid out; `study bench` makes them, and docs/speed.md shows them.

The file is read here without the engine, since what is written of results is made from stored ones alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from study.errors import StudyError

KEPT = "bench.json"  # where a results folder keeps the last table
TUTORIAL_UPDATES = 2000
HEADINGS = (
    "what",
    "steps",
    "batch",
    "seeds",
    "median, us",
    "95 % interval",
    "ms a run",
    "plain / this",
    "this / floor",
)
FLOOR = "Adam alone"  # names of measurements that start so are floors, those with PLAIN a loop as most people write it
PLAIN = "plain"


@dataclass(frozen=True)
class Timing:
    """One line of the table.

    Attributes
    ----------
    what : str
    timesteps, batch_size, seeds : int
    updates : int
        Weight updates of each seed in one measurement.
    milliseconds : float
        Median time of one update of one seed.
    fastest : float
        The fastest measurement's.
    rounds : tuple of float
        All measurements, in the order of the rounds; measurements of one round were taken side by side.
    """

    what: str
    timesteps: int
    batch_size: int
    seeds: int
    updates: int
    milliseconds: float
    fastest: float
    rounds: tuple[float, ...] = ()


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Give the 95 % interval of a median, by drawing the measurements 2,000 times with replacement (Efron, 1979)."""
    draws = np.random.default_rng(0).choice(np.asarray(values), (2000, len(values)))
    low, high = np.percentile(np.median(draws, axis=1), (2.5, 97.5))
    return float(low), float(high)


@dataclass(frozen=True)
class Check:
    """Something timed as a whole: `value` in `unit`, and what it should reach, in words."""

    what: str
    value: float
    unit: str
    aim: str


def load(path: Path) -> dict[str, Any] | None:
    """Read the measurements that `study bench --output` wrote; none if there are none.

    Raises
    ------
    StudyError
        If the file is not what `study bench` writes.
    """
    if not path.exists():
        return None
    try:
        measurements: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows(measurements), checks(measurements), said_of(measurements["machine"])
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise StudyError(
            f"{path} is not what 'study bench' writes ({error!r}); make it anew with 'study bench --output {path}', "
            "or delete it"
        ) from error
    return measurements


def rows(measurements: dict[str, Any]) -> list[tuple[str, ...]]:
    """Lay the measurements out under `HEADINGS`.

    Parameters
    ----------
    measurements : dict
        As `study bench --json` prints it.

    Returns
    -------
    list of tuple of str
        Microseconds of one update of one seed, the median and its interval; from the median follow the milliseconds of
        a tutorial's run, and how many times it is faster than the plain loop of the same shape, and slower than the
        lowest floor.
    """
    timings = [Timing(**timing) for timing in measurements["timings"]]
    plain = {(t.timesteps, t.batch_size): t.milliseconds for t in timings if t.what.startswith(PLAIN)}
    floor = min(t.milliseconds for t in timings if t.what.startswith(FLOOR))
    return [
        (
            t.what,
            *(f"{number:,}" for number in (t.timesteps, t.batch_size, t.seeds)),
            f"{t.milliseconds * 1e3:,.2f}",
            "–".join(f"{end * 1e3:,.2f}" for end in interval(t.rounds)) if t.rounds else "",
            f"{t.milliseconds * TUTORIAL_UPDATES:,.2f}" if t.timesteps == t.batch_size == 1 else "",
            f"{plain[t.timesteps, t.batch_size] / t.milliseconds:,.1f}",
            f"{t.milliseconds / floor:,.1f}" if t.timesteps == t.batch_size == 1 else "",
        )
        for t in timings
    ]


def checks(measurements: dict[str, Any]) -> list[tuple[str, ...]]:
    """Lay out what was timed as a whole: what, how long, and what it should reach."""
    return [
        (c.what, f"{c.value:,.{0 if c.value > 1_000 or c.value.is_integer() else 2}f} {c.unit}", c.aim)
        for c in (Check(**{**check, "value": float(check["value"])}) for check in measurements["whole"])
    ]


def said_of(machine: dict[str, str]) -> str:
    """Say what was measured on."""
    return f"one thread of {machine['processor']}, torch {machine['torch']}"


def as_markdown(measurements: dict[str, Any]) -> str:
    """Write what was measured on, what was timed as a whole, and the table, as Markdown.

    Parameters
    ----------
    measurements : dict
        As `load` gives it.

    Returns
    -------
    str
    """
    machine = measurements["machine"]
    head = f"Measured in turn and repeatedly on {said_of(machine)}, with version {machine.get('version', '1')}."
    whole = _table(("what", "measured", "aim"), checks(measurements))
    return "\n\n".join((head, whole, _table(HEADINGS, rows(measurements))))


def _table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Write a table: the first column is text, and stands left."""
    ruler = [":---", *["---:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (headings, ruler, *lines))
