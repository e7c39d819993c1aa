"""Readings of the paper: what it leaves open, the ways to decide it, and what each does to a configuration.

No reading is preferred: all are run on the same seeds, so that each open detail shows its own effect.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from study.config import Config

Reading = tuple[tuple[str, str], ...]  # what is open, and how it is decided: both as they are said in tables


@dataclass(frozen=True)
class Way:
    """One way to decide what is open.

    Attributes
    ----------
    wiring : tuple of (str, value)
        As `study.config.Config.wiring` has it.
    fields : tuple of (str, value)
        Other fields of a configuration.
    """

    wiring: tuple[tuple[str, Any], ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()


Open = Mapping[str, Mapping[str, Way]]  # by what is open and how it is decided

SEES, UPDATE, LOSS, RANGE, JOINING, ERRORS = "outputs see", "weights change", "loss", "g", "the cell joins", "errors"
SAME, BEFORE = "the same step", "the step before"
STEP, SEQUENCE = "at every step", "after each sequence"
HALF, WHOLE, ENTROPY = "half the squares", "whole squares", "cross-entropy"
G_RANGES = ((0, 1), (-1, 1))  # of what the cell is fed
ZERO_ONE, MINUS_ONE = (f"{low} to {high}".replace("-", "−") for low, high in G_RANGES)
WINDOW, FALL, JOINED_AFTER = 100, 0.01, 1_000  # of a plateau: sequences, share; and sequences before a fixed joining
START, LATER, PLATEAU = "at the start", f"after {JOINED_AFTER:,}", "on a plateau"
EVERY, END = "every step", "the end alone"

SEEN: Mapping[str, Way] = {SAME: Way(), BEFORE: Way((("outputs_see", "step_before"),))}
UPDATES: Mapping[str, Way] = {STEP: Way(), SEQUENCE: Way((("update", "sequence"),))}
LOSSES: Mapping[str, Way] = {
    HALF: Way(fields=(("loss", "squared_error"),)),
    WHOLE: Way(fields=(("loss", "whole_squared_error"),)),
    ENTROPY: Way(fields=(("loss", "summed_cross_entropy"),)),
}
RANGES: Mapping[str, Way] = {ZERO_ONE: Way(), MINUS_ONE: Way((("g", G_RANGES[1]),))}
JOININGS: Mapping[str, Way] = {
    PLATEAU: Way(fields=(("joins", "plateau"), ("joins_options", (("window", WINDOW), ("fall", FALL))))),
    LATER: Way(fields=(("joins", "after"), ("joins_options", (("window", JOINED_AFTER),)))),
    START: Way(),
}
ERROR_SIGNALS: Mapping[str, Way] = {EVERY: Way(), END: Way((("errors", "last_step"),))}


def first_reading(left_open: Open) -> Reading:
    """Decide each thing the first way."""
    return tuple((name, next(iter(ways))) for name, ways in left_open.items())


def readings_of(left_open: Open) -> list[Reading]:
    """Cross all ways, the first reading first."""
    return [tuple(zip(left_open, ways, strict=True)) for ways in product(*left_open.values())]


def one_by_one(left_open: Open, centre: Reading, keep: Collection[str] = ()) -> list[Reading]:
    """Give a reading, and all that differ from it in one thing; what is named in `keep` stays."""
    other = [
        changed(centre, {name: way})
        for name, decided in centre
        for way in left_open[name]
        if way != decided and name not in keep
    ]
    return [centre, *other]


def changed(reading: Reading, ways: Mapping[str, str]) -> Reading:
    """Decide some things another way; what is named must be open.

    Examples
    --------
    >>> changed((("g", ZERO_ONE), ("loss", HALF)), {"loss": WHOLE})
    (('g', '0 to 1'), ('loss', 'whole squares'))
    """
    assert set(ways) <= {name for name, _ in reading}
    return tuple((name, ways.get(name, way)) for name, way in reading)


def read_as(config: Config, left_open: Open, reading: Reading) -> Config:
    """Decide in a configuration what the paper leaves open.

    Examples
    --------
    >>> read_as(Config(model="memory_cell_1997"), {"g": RANGES}, (("g", MINUS_ONE),)).wiring
    (('g', (-1, 1)),)
    """
    ways = [left_open[name][way] for name, way in reading]
    wiring = tuple(pair for way in ways for pair in way.wiring)
    fields = {name: value for way in ways for name, value in way.fields}
    return replace(config, wiring=(*config.wiring, *wiring), **fields)


def said(reading: Reading, beside: Reading | None = None) -> str:
    """Say how a reading decides, or only where it differs from another.

    Examples
    --------
    >>> said((("g", MINUS_ONE), ("loss", HALF)), (("g", ZERO_ONE), ("loss", HALF)))
    'g −1 to 1'
    """
    told = [f"{name} {way}" for place, (name, way) in enumerate(reading) if beside is None or beside[place][1] != way]
    return ", ".join(told) or "as written"
