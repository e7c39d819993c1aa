"""Long sequences: share of seeds right against the lag, last symbol and all rows, and what an untrained cell keeps."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.long_sequences import far
from study.experiments.long_sequences.by_lag import FORGET_BIASES, at_lags, kept
from study.experiments.long_sequences.configs import CHOICE_LAG, LAGS, RECIPES, WEIGHT
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Six panels. Left and middle: share of seeds right against the lag, one line a recipe with bands of the 95 per "
    "cent interval, above the last symbol, below all rows; left recipes in which all steps weigh alike, in the middle "
    f"those in which the last step weighs {WEIGHT} times as much as all together. Right, above: sigmoid of the forget "
    f"bias to the power of the lag, one line each for biases {', '.join(map(str, FORGET_BIASES))}. Right, below: the "
    "same shares of the recipe chosen for long lags, where it is stored."
)
MARKS = "os^Dv<>"
TICKS = (3, 10, 30, 100, 300, 1000)  # lags
LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
RIGHT = ("last symbol right", "all rows right")


def draw(evidence: Evidence) -> Figure:
    """Draw all panels; recipes that differ by their learning rate alone are left to the table."""
    figure, panels = plt.subplots(2, 3, figsize=(10.4, 7.2), width_ratios=(1.2, 1.2, 1), layout="constrained")
    shown = [recipe for recipe in RECIPES if "rate" not in recipe]
    weighted = [recipe for recipe in shown if "weighted" in recipe]
    equal = [recipe for recipe in shown if recipe not in weighted]
    titles = ("all steps weigh alike", f"last step weighted {WEIGHT}-fold")
    for column, recipes in enumerate((equal, weighted)):
        for place, recipe in enumerate(recipes):
            ends = {lag: at.end for lag, at in at_lags(evidence, recipe).items()}
            name, aside = recipe.replace(", last step weighted", ""), place - len(recipes) / 2
            for row, rates in enumerate(_rates(ends)):
                _line(panels[row, column], rates, name, place, aside)
        panels[0, column].set_title(titles[column])
        panels[1, column].legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=7.5)
    _kept(panels[0, 2])
    _chosen(panels[1, 2], evidence)
    for row, said in enumerate(RIGHT):
        panels[row, 0].set_ylabel(f"share of seeds, {said}")
    for place, panel in enumerate(panels.flat):
        farthest = TICKS[-1] if place % 3 == 2 else LAGS[-1]
        ticks = [lag for lag in TICKS if lag <= farthest]
        panel.set(xscale="log", xlabel="lag", ylim=(-0.03, 1.03), xlim=(2.5, 1.25 * farthest))
        panel.set_xticks(ticks, labels=[f"{lag:,}" for lag in ticks])
        panel.minorticks_off()
    return figure


def _rates(ends: Mapping[int, Summary]) -> tuple[dict[int, Rate], dict[int, Rate]]:
    """Give the shares of seeds by lag, in the order of `RIGHT`."""
    return {lag: end.solved for lag, end in ends.items()}, {lag: end.all_right for lag, end in ends.items()}


def _line(panel: Axes, rates: Mapping[int, Rate], name: str, place: int, aside: float = 0) -> None:
    """Draw shares by lag with their intervals, a little aside so that equal ones show apart."""
    lags, colour = np.array(list(rates)) * (1 + 0.02 * aside), COLOURS[place % len(COLOURS)]
    panel.plot(
        lags,
        [rate.share for rate in rates.values()],
        linestyle=LINES[place % len(LINES)],
        color=colour,
        marker=MARKS[place % len(MARKS)],
        markersize=4,
        label=name,
    )
    low, high = [rate.low for rate in rates.values()], [rate.high for rate in rates.values()]
    panel.fill_between(lags, low, high, color=colour, alpha=0.1, linewidth=0)


def _kept(panel: Axes) -> None:
    """Draw what an untrained forget gate leaves."""
    steps = np.unique(np.geomspace(TICKS[0], TICKS[-1], 60).astype(int))
    for place, bias in enumerate(FORGET_BIASES):
        left = [kept(bias, int(step)) for step in steps]
        panel.plot(steps, left, linestyle=LINES[place % len(LINES)], color=COLOURS[place], label=f"forget bias {bias}")
    panel.set(title="kept untrained", ylabel="share of a memory cell's content")
    panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=7.5)


def _chosen(panel: Axes, evidence: Evidence) -> None:
    """Draw the recipe chosen for long lags, if it is stored."""
    panel.set(title=f"chosen at lag {CHOICE_LAG:,}", ylabel="share of seeds")
    if not far.stored(evidence):
        panel.text(0.5, 0.5, "not stored", transform=panel.transAxes, ha="center")
        return
    for place, (said, rates) in enumerate(zip(RIGHT, _rates(far.reach_of_chosen(evidence)), strict=True)):
        _line(panel, rates, said, place, place - 0.5)
    panel.legend(loc="lower left", fontsize=7.5)
