"""Figures that the three tasks share: ours beside the paper's with both intervals, and a map of verdicts by reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from study.replication.readings import Reading
from study.replication.trials import Judged, Trials
from study.replication.verdicts import MARGIN
from study.report.style import COLOURS
from study.report.words import number

MARKS = "s^Dv"
PAPER = "black"


class Line(NamedTuple):
    """A published row of a figure, and the readings that are drawn of it, by the name of their mark."""

    label: str
    judged: Judged
    readings: Mapping[str, Reading]


def draw_beside(lines: Sequence[Line]) -> Figure:
    """Draw shares of successes and sequences until success, the paper's and ours, row by row from the top."""
    names = list(dict.fromkeys(name for line in lines for name in line.readings))
    rows = 1.3 * (1 + len(names))  # marks under each other, and a gap
    figure, (shares, times) = plt.subplots(
        1, 2, figsize=(9.4, 1.5 + 0.11 * rows * len(lines)), sharey=True, layout="constrained"
    )
    for place, line in enumerate(lines):
        _paper(shares, times, place, line.judged)
        for name, reading in line.readings.items():
            mark = names.index(name)
            _ours((shares, times), place + (mark + 1) / rows, line.judged.by_reading[reading], name, mark)
    middle = len(names) / rows / 2
    shares.set_yticks([place + middle for place in range(len(lines))], [line.label for line in lines])
    shares.set(xlabel="share of trials that succeed (95 % interval)", xlim=(-0.03, 1.03))
    shares.invert_yaxis()
    times.set(xlabel="sequences until success", xscale="log")
    handles = {text: handle for handle, text in zip(*shares.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=4, fontsize=7.5)
    return figure


def _paper(shares: Axes, times: Axes, place: float, judged: Judged) -> None:
    """Draw the paper's share with its interval, and its mean with the margin."""
    share, mean = judged.published.succeeded, judged.published.mean
    shares.plot([share.low, share.high], [place] * 2, color=PAPER, linewidth=1)
    label = f"paper (band: factor of {MARGIN:g})"
    shares.plot(share.share, place, "o", color=PAPER, markersize=4, linestyle="none", label=label)
    if isfinite(mean):
        times.plot([mean / MARGIN, mean * MARGIN], [place] * 2, color=PAPER, linewidth=4, alpha=0.25)
        times.plot(mean, place, "o", color=PAPER, markersize=4)
    elif isfinite(judged.published.budget):
        times.plot(judged.published.budget, place, ">", color=PAPER, markersize=5, fillstyle="none")


def _ours(panels: tuple[Axes, Axes], place: float, trials: Trials, name: str, mark: int) -> None:
    """Draw our share and mean with their intervals, and thin from the least to the greatest; the budget if none."""
    shares, times = panels
    look = {"color": COLOURS[mark], "marker": MARKS[mark % len(MARKS)], "markersize": 4, "linestyle": "none"}
    shares.plot([trials.rate.low, trials.rate.high], [place] * 2, color=COLOURS[mark], linewidth=1)
    shares.plot(trials.rate.share, place, label=name, **look)
    if len(trials.ended):
        mean = trials.mean
        times.plot([trials.ended.min(), trials.ended.max()], [place] * 2, color=COLOURS[mark], linewidth=0.5)
        least = max(mean.low, trials.ended.min() / 2)  # of few trials an interval can reach to zero
        times.plot([least, mean.high], [place] * 2, color=COLOURS[mark], linewidth=1.8)
        times.plot(mean.value, place, **look)
    else:
        times.plot(trials.budget, place, ">", color=COLOURS[mark], markersize=5, fillstyle="none")


def draw_map(
    panel: Axes, cells: Sequence[Sequence[Trials | None]], rows: Sequence[str], columns: Sequence[str]
) -> None:
    """Draw a map of readings: colour is the mean as a share of the budget, words are successes and mean; empty: none.

    A row and a column for each, as they are named.
    """
    means = np.array([[each.mean.value if each else np.nan for each in line] for line in cells])
    budget = max(each.budget for line in cells for each in line if each)
    panel.imshow(means, norm=LogNorm(budget / 100, budget), cmap="viridis_r", aspect="auto", alpha=0.55)
    for y, line in enumerate(cells):
        for x, each in enumerate(line):
            if each is not None:
                mean = number(each.mean.value) if len(each.ended) else "none"
                panel.text(x, y, f"{each.rate.k} of {each.rate.n}\n{mean}", ha="center", va="center", fontsize=6.5)
    panel.set_xticks(range(len(columns)), columns, fontsize=7)
    panel.set_yticks(range(len(rows)), rows, fontsize=7)
    panel.grid(visible=False)
    panel.tick_params(length=0)
