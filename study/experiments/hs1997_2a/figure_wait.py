"""Task 2a: the share of trials of one recurrent unit that have not succeeded yet, where the budget ends the wait."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN, NEAR, SEEN_BEFORE
from study.experiments.hs1997_2a.findings import judged
from study.replication.of_1997 import RTRL
from study.replication.trials import Trials
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two panels, outputs that see the unit of the same step and of the step before: the share of trials of RTRL with "
    "p 4 that have not succeeded yet over the sequences met, on a logarithmic scale, one stepped line with a band of "
    "the 95 per cent interval for each learning rate. A line that stays up at the right end is of trials that the "
    "budget ended."
)
LINES = ("-", "--", "-.")


def draw(evidence: Evidence) -> Figure:
    """Draw a panel for each reading of what the outputs see."""
    rows = {row: each for row, each in judged(evidence).items() if row.method == RTRL and row.p == NEAR}
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, sharex=True, layout="constrained")
    readings = {"outputs see the same step": AS_WRITTEN[RTRL], "outputs see the step before": SEEN_BEFORE[RTRL]}
    for panel, (title, reading) in zip(panels, readings.items(), strict=True):
        for place, (row, each) in enumerate(rows.items()):
            _curve(panel, each.by_reading[reading], f"rate {row.rate}", place)
        panel.set(title=title, xscale="log", xlabel="sequences", ylim=(-0.02, 1.02))
    panels[0].set_ylabel("share of trials without success")
    panels[1].legend(fontsize=7.5)
    return figure


def _curve(panel: Axes, trials: Trials, name: str, place: int) -> None:
    """Draw Kaplan and Meier's curve up to the budget."""
    curve = trials.curve
    moments = np.concatenate([[trials.every], curve.times, [trials.budget]])

    left, low, high = (
        np.concatenate([[1.0], ends, ends[-1:] if len(ends) else [1.0]])
        for ends in (curve.left, np.nan_to_num(curve.low), np.nan_to_num(curve.high))
    )
    panel.step(moments, left, LINES[place], where="post", color=COLOURS[place], label=name)
    panel.fill_between(moments, low, high, step="post", color=COLOURS[place], alpha=0.12, linewidth=0)
