"""Measured odds for `study why`: what the nearest configurations of the study came to, where no theorem decides.

They stand in a small file beside this one, so that no results and no Parquet are read. `study.commands.readme` writes
it from the results and a test holds the two together; the report's explorer takes the same from the results themselves.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from math import log
from pathlib import Path
from typing import NamedTuple

from study.theory.explanation import CONFLICT, NO_GRADIENT_ACROSS_ROWS, RULED_OUT, SOLVABLE, Explanation

FILE = Path(__file__).with_name("odds.json")
SEQUENCES = AMBIGUOUS_ROWS = 2  # of all that was measured, at every lag
USUAL = "Adam 0.001"  # as the tutorial trains


@dataclass(frozen=True)
class Odds:
    """How many seeds of a stored configuration succeeded by a number of epochs.

    Attributes
    ----------
    stateful : bool
    timesteps, batch_size : int
    layout, reset, order : str
    lag : int
        Steps back to the input that decides.
    training : str
        Optimiser and learning rate, then what else differs from the tutorial's network.
    epochs : int
    n, right, within : int
        Seeds; those with every ambiguous row right, and with every output within 0.25 of its target. Where training
        and use differ, as the trained network is used.
    low, high : int
        Wilson's 95 % interval of `right`, in percent.
    within_low : float
        Lower end of that of `within`, a share.
    """

    stateful: bool
    timesteps: int
    batch_size: int
    layout: str
    reset: str
    order: str
    lag: int
    training: str
    epochs: int
    n: int
    right: int
    within: int
    low: int
    high: int
    within_low: float

    @property
    def place(self) -> tuple[object, ...]:
        """What a reader's settings are compared with; configurations with the same differ in how they are trained."""
        return (self.stateful, self.timesteps, self.batch_size, self.layout, self.reset, self.order, self.lag)

    @property
    def symbols(self) -> int:
        """Symbols of its sequences: the two that decide, and as many as the lag in between."""
        return self.lag + 2

    @property
    def words(self) -> str:
        """The odds with their interval, and after how long."""
        return (
            f"{self.right} of {self.n} seeds ({self.low}–{self.high} %) right, {self.within} within 0.25, after "
            f"{self.epochs:,} epochs"
        )


@dataclass(frozen=True)
class FirstChange:
    """What the experiment on one-line changes would change first, judged on seeds that had no part in the choice.

    Attributes
    ----------
    place : tuple
        As of `Odds`: where the lines are to be changed.
    lines : str
        The lines of the tutorial's program that are changed, in words.
    keeps_rows : bool
        Whether the network is still given one symbol at a time.
    epochs, n, within, low, high : int
        Epochs, seeds, those with every output within 0.25 of its target, and Wilson's 95 % interval in percent.
    tried : int
        Changes that it was chosen among.
    """

    place: tuple[object, ...]
    lines: str
    keeps_rows: bool
    epochs: int
    n: int
    within: int
    low: int
    high: int
    tried: int

    @property
    def words(self) -> str:
        """The lines with their odds."""
        return (
            f"{'with one symbol at a time, ' if self.keeps_rows else ''}{self.lines}: {self.within} of {self.n} seeds "
            f"({self.low}–{self.high} %) within 0.25 after {self.epochs:,} epochs"
        )


class Known(NamedTuple):
    """All that is known from measurements: odds of configurations, and what to change first."""

    odds: tuple[Odds, ...] = ()
    changes: tuple[FirstChange, ...] = ()


@cache
def stored() -> Known:
    """Read all that is stored; nothing where the file is not there."""
    if not FILE.is_file():
        return Known()
    found = json.loads(FILE.read_text(encoding="utf-8"))
    changes = ({**each, "place": tuple(each["place"])} for each in found["changes"])
    return Known(tuple(Odds(**each) for each in found["odds"]), tuple(FirstChange(**each) for each in changes))


def write(known: Known) -> None:
    """Store what is known, one configuration and budget a line."""
    parts = {name: ",\n".join(json.dumps(asdict(each)) for each in listed) for name, listed in known._asdict().items()}
    text = ",\n".join(f'"{name}": [\n{lines}\n]' for name, lines in parts.items())
    FILE.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


@dataclass(frozen=True)
class Measured:
    """What was measured nearest to a reader's settings.

    Attributes
    ----------
    usual : tuple of Odds
        Trained as the tutorial does it: at the shortest budget, and at the longest if there is another.
    best : Odds or None
        Of the other ways of training that were tried there, the one most often within 0.25; none if none is better.
    tried : int
        Ways of training that were tried there.
    differs : str
        How the configuration differs from the reader's, in words; empty if it does not.
    changes : tuple of FirstChange
        What to change first there; none where that was not asked, or the reader's configuration differs.
    """

    usual: tuple[Odds, ...]
    best: Odds | None
    tried: int
    differs: str
    changes: tuple[FirstChange, ...] = ()

    @property
    def words(self) -> str:
        """What was measured, and how it differs from what was asked."""
        said = "; ".join(odds.words for odds in self.usual)
        return f"{USUAL}: {said}{f' ({self.differs})' if self.differs else ''}"

    @property
    def brief(self) -> str:
        """What was measured in one line, without intervals."""
        first, *rest = self.usual
        later = "".join(f", {odds.right} after {odds.epochs:,}" for odds in rest)
        said = f"{USUAL}: {first.right} of {first.n} seeds right after {first.epochs:,} epochs{later}"
        return f"{said} ({self.usual[-1].within} within 0.25){f' ({self.differs})' if self.differs else ''}"

    @property
    def change(self) -> str:
        """What to change first, with its odds; empty if nothing that was tried is better.

        Where changes were chosen on some seeds and judged on others, it is those. Elsewhere it is the best of all
        that were tried, on the seeds on which it is the best.
        """
        if self.changes:
            said = "; ".join(change.words for change in self.changes)
            return f"{said} (chosen among {self.changes[0].tried} changes, on other seeds)"
        if self.best is None:
            return ""
        return f"{self.best.training}: {self.best.words} (the best of {self.tried} ways of training tried there)"


def measured_near(e: Explanation, known: Known | None = None) -> Measured | None:
    """Find the odds of the nearest configurations of the study.

    Parameters
    ----------
    e : Explanation
    known : Known, optional
        To choose from; what is stored if left out.

    Returns
    -------
    Measured or None
        None where a theorem decides, no memory is needed, or nothing like it is stored.
    """
    if not e.needed_reach or not (e.verdict in (NO_GRADIENT_ACROSS_ROWS, SOLVABLE) or e.differs_in_use):
        return None
    listed, changes = stored() if known is None else known
    alike = [
        odds
        for odds in listed
        if (odds.timesteps > odds.lag) == e.gradient_reaches
        and (odds.stateful == e.settings.stateful or e.gradient_reaches)
        and (odds.layout == "shuffled") == (e.settings.layout == "shuffled")
    ]
    usual = [odds for odds in alike if odds.training == USUAL]
    if not usual:
        return None
    nearest = min(usual, key=lambda odds: _distance(odds, e))
    beside = [odds for odds in alike if odds.place == nearest.place]
    budgets = sorted((odds for odds in beside if odds.training == USUAL), key=lambda odds: (odds.epochs, odds.n))
    shown = (budgets[0], budgets[-1]) if budgets[0].epochs < budgets[-1].epochs else (budgets[-1],)
    others = [odds for odds in beside if odds.training != USUAL and _sure(odds) > max(map(_sure, budgets))]
    best = max(others, key=lambda odds: (_sure(odds), -odds.epochs), default=None)
    tried = len({odds.training for odds in beside})
    differs = _differences(nearest, e)
    first = tuple(change for change in changes if change.place == nearest.place and not differs)
    return Measured(shown, best, tried, differs, first)


def without_odds(e: Explanation) -> str:
    """Say why there are no odds, where there are none; empty where the verdict itself says it."""
    if e.verdict == RULED_OUT and not e.differs_in_use:
        return ""
    if e.verdict == CONFLICT:
        return "none, as the data contradict themselves: no training gets every ambiguous row right"
    if not e.needed_reach:
        return "none, as no memory is needed: what was measured needs it"
    return "none, as nothing like these settings was measured"


def _sure(odds: Odds) -> tuple[float, int]:
    """Order by what is right with a margin, then by what is right."""
    return odds.within_low, odds.right


def _lanes(e: Explanation) -> tuple[str, int]:
    """Name layout and batch size as the study does: one lane is rows in order, and lanes are not counted twice."""
    s = e.settings
    if s.layout != "interleaved":
        return s.layout, s.batch_size
    size = min(s.batch_size, len(e.given))
    return ("consecutive", 1) if size == 1 else (s.layout, size)


def _distance(odds: Odds, e: Explanation) -> float:
    """Say how far a configuration is from what was asked: another way of feeding counts more than other sizes."""
    layout, size = _lanes(e)
    s = e.settings
    kinds = 8 * (odds.layout != layout) + 4 * (odds.reset != s.reset) + 2 * (odds.order != s.order)
    sizes = ((odds.batch_size, size), (odds.lag, e.needed_reach or 1), (odds.timesteps, s.timesteps))
    return round(kinds + sum(abs(log(stored / asked)) for stored, asked in sizes), 9)  # as in the page, digit by digit


def _differences(odds: Odds, e: Explanation) -> str:
    """Say how a configuration of the study differs from what was asked."""
    layout, size = _lanes(e)
    s = e.settings
    asked = {
        "lag": (odds.lag, e.needed_reach),
        "timesteps": (odds.timesteps, s.timesteps),
        "batch size": (odds.batch_size, size),
        "layout": (odds.layout, layout),
        "reset": (odds.reset, s.reset),
        "order": (odds.order, s.order),
        "sequences": (SEQUENCES, len(e.given)),
        "symbols": (odds.symbols, e.dataset.features),
        "ambiguous rows": (AMBIGUOUS_ROWS, int(e.dataset.ambiguous[:, -1].sum())),
    }
    other = [f"{name} {theirs}, not {yours}" for name, (theirs, yours) in asked.items() if theirs != yours]
    return f"measured at {'; '.join(other)}" if other else ""
