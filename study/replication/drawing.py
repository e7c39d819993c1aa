"""Figures that the three tasks share: ours beside the paper's with both intervals, and a map of verdicts by reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.replication.readings import Reading
from study.replication.trials import Judged, Trials
from study.replication.verdicts import MARGIN
from study.report.figures.colours import INK, LINES
from study.report.figures.maps import shade_map
from study.report.figures.marks import dots, key
from study.report.figures.shapes import panels, wrapped
from study.report.figures.telling import tell
from study.report.words import number

MARKS = "s^Dv"
PAPER, NO_BREAK = INK, "\u00a0"


class Line(NamedTuple):
    """A published row of a figure, and the readings that are drawn of it, by the name of their mark."""

    label: str
    judged: Judged
    readings: Mapping[str, Reading]


def draw_beside(lines: Sequence[Line], *, narrow: bool = False) -> Figure:
    """Draw shares of successes and sequences until success, the paper's and ours, row by row from the top."""
    names = list(dict.fromkeys(name for line in lines for name in line.readings))
    rows = 1.3 * (1 + len(names))  # marks under each other, and a gap
    figure, grid = panels(1, 2, 1.2 + 0.11 * rows * len(lines), narrow=narrow, beside=2, sharey=True)
    shares, times = grid.flat
    for place, line in enumerate(lines):
        _paper(shares, times, place, line)
        for name, reading in line.readings.items():
            said = f"{line.label}, {name}"
            mark = names.index(name)
            _ours((shares, times), place + (mark + 1) / rows, line.judged.by_reading[reading], said, mark)
    middle = len(names) / rows / 2
    kept = [line.label.replace(" ", NO_BREAK).replace(f",{NO_BREAK}", ", ") for line in lines]
    labels = [wrapped(label, 12 if narrow else 40) for label in kept]
    shares.set_yticks([place + middle for place in range(len(lines))], labels)
    shares.set(title="succeed" if narrow else "share of trials that succeed", xlim=(-0.06, 1.06))
    shares.invert_yaxis()
    times.set(title="sequences" if narrow else "sequences until success", xscale="log")
    ours = [key(name, MARKS[mark % len(MARKS)], colour=LINES[mark + 1]) for mark, name in enumerate(names)]
    budget = key("no success within the budget", ">", hollow=True)
    handles = [key(f"paper (band: factor of {MARGIN:g})", colour=PAPER), *ours, budget]
    figure.legend(handles=handles, loc="outside lower center", ncols=1 if narrow else 2)
    return figure


def _paper(shares: Axes, times: Axes, place: float, line: Line) -> None:
    """Draw the paper's share with its interval, and its mean with the margin."""
    published = line.judged.published
    name = f"{line.label}, the paper"
    dots(shares, [place], [published.succeeded], PAPER, [name], sideways=True, size=4)
    if isfinite(published.mean):
        times.plot(
            [published.mean / MARGIN, published.mean * MARGIN], [place] * 2, color=PAPER, linewidth=4, alpha=0.25
        )
        (mean,) = times.plot(published.mean, place, "o", color=PAPER, markersize=4)
        tell(mean, [f"{name}: mean {number(published.mean)} sequences"])
    elif isfinite(published.budget):
        (budget,) = times.plot(published.budget, place, ">", color=PAPER, markersize=5, fillstyle="none")
        tell(budget, [f"{name}: no success within {number(published.budget)} sequences"])


def _ours(beside: tuple[Axes, Axes], place: float, trials: Trials, name: str, mark: int) -> None:
    """Draw our share and mean with their intervals, and thin from the least to the greatest; the budget if none."""
    shares, times = beside
    colour, drawn = LINES[mark + 1], MARKS[mark % len(MARKS)]
    dots(shares, [place], [trials.rate], colour, [name], mark=drawn, sideways=True, size=4)
    if len(trials.ended):
        mean = trials.mean
        times.plot([trials.ended.min(), trials.ended.max()], [place] * 2, color=colour, linewidth=0.5)
        least = max(mean.low, trials.ended.min() / 2)  # of few trials an interval can reach to zero
        times.plot([least, mean.high], [place] * 2, color=colour, linewidth=1.8)
        (marked,) = times.plot(mean.value, place, drawn, color=colour, markersize=4)
        tell(marked, [f"{name}: mean {number(mean.value)} sequences ({number(mean.low)}–{number(mean.high)})"])
    else:
        (marked,) = times.plot(trials.budget, place, ">", color=colour, markersize=5, fillstyle="none")
        tell(marked, [f"{name}: no success within {number(trials.budget)} sequences"])


def draw_map(
    panel: Axes, cells: Sequence[Sequence[Trials | None]], rows: Sequence[str], columns: Sequence[str]
) -> None:
    """Draw a map of readings: shade is the mean as a share of the budget, words are successes and mean; empty: none.

    A row and a column for each, as they are named; the first row at the top.
    """
    upwards = list(reversed(cells))
    means = np.array([[each.mean.value if each else np.nan for each in line] for line in upwards])
    budget = max(each.budget for line in cells for each in line if each)
    texts = [_in_field(each) for line in upwards for each in line]
    places = [(row, column) for row in reversed(rows) for column in columns]
    names = [" ".join(f"{row}, {column}".split()) for row, column in places]
    shade_map(panel, -np.log(means), texts, names, (-np.log(budget), -np.log(budget / 100)))
    panel.set_xticks(range(len(columns)), columns)
    panel.set_yticks(range(len(rows)), list(reversed(rows)))


def _in_field(trials: Trials | None) -> str:
    """Write successes and mean of a field of a map."""
    if trials is None:
        return ""
    return f"{trials.rate.k} of {trials.rate.n}\n{number(trials.mean.value) if len(trials.ended) else 'none'}"
