"""Task 2a: the share of trials of one recurrent unit that have not succeeded yet, where the budget ends the wait."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN, NEAR, SEEN_BEFORE
from study.experiments.hs1997_2a.findings import judged
from study.replication.of_1997 import RTRL
from study.replication.trials import Trials
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import BAND, name_lines
from study.report.figures.shapes import name_axes, panels
from study.report.figures.telling import tell

ALT = (
    "Two panels, outputs that see the unit of the same step and of the step before: the share of trials of RTRL with "
    "p 4 that have not succeeded yet over the sequences met, on a logarithmic scale, one stepped line with a band of "
    "the 95 per cent interval for each learning rate. A line that stays up at the right end is of trials that the "
    "budget ended."
)
STYLES = ("-", "--", "-.")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a panel for each reading of what the outputs see."""
    rows = {row: each for row, each in judged(evidence).items() if row.method == RTRL and row.p == NEAR}
    figure, grid = panels(1, 2, 2.5, narrow=narrow, sharey=True, sharex=True)
    readings = {"outputs see the same step": AS_WRITTEN[RTRL], "outputs see the step before": SEEN_BEFORE[RTRL]}
    for panel, (title, reading) in zip(grid.flat, readings.items(), strict=True):
        for place, (row, each) in enumerate(rows.items()):
            _curve(panel, each.by_reading[reading], f"rate {row.rate}", place)
        panel.set(title=title, xscale="log", ylim=(-0.02, 1.02))
    name_axes(grid, "sequences", "share of trials without success")
    name_lines(grid[0, 1], narrow=narrow)
    return figure


def _curve(panel: Axes, trials: Trials, name: str, place: int) -> None:
    """Draw Kaplan and Meier's curve up to the budget."""
    curve = trials.curve
    moments = np.concatenate([[trials.every], curve.times, [trials.budget]])

    left, low, high = (
        np.concatenate([[1.0], ends, ends[-1:] if len(ends) else [1.0]])
        for ends in (curve.left, np.nan_to_num(curve.low), np.nan_to_num(curve.high))
    )
    (line,) = panel.step(moments, left, STYLES[place], where="post", color=LINES[place], label=name)
    panel.fill_between(moments, low, high, step="post", color=LINES[place], alpha=BAND, linewidth=0)
    shares = zip(moments, left, low, high, strict=True)
    tell(line, [f"{name}, {at:,.0f} sequences: {share:.2f} left ({a:.2f}–{b:.2f})" for at, share, a, b in shares])
