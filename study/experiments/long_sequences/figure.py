"""Long sequences: share of seeds right against the lag, last symbol and all rows, and what an untrained cell keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.long_sequences import far
from study.experiments.long_sequences.by_lag import FORGET_BIASES, at_lags, kept
from study.experiments.long_sequences.configs import CHOICE_LAG, RECIPES, WEIGHT
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import dots
from study.report.figures.shapes import legend_below, name_axes, panels, wrapped
from study.report.figures.telling import tell

ALT = (
    "Six panels. Left and middle: share of seeds right against the lag, one line a recipe with 95 per "
    "cent intervals, above the last symbol, below all rows; left recipes in which all steps weigh alike, in the middle "
    f"those in which the last step weighs {WEIGHT} times as much as all together. Right, above: sigmoid of the forget "
    f"bias to the power of the lag, one line each for biases {', '.join(map(str, FORGET_BIASES))}. Right, below: the "
    "same shares of the recipe chosen for long lags, where it is stored."
)
MARKS = "os^Dv<>"
TICKS, FAR_TICKS = (3, 10, 30, 100), (3, 10, 100, 1000)  # lags, where they end at 100 and at 1,000
STYLES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
RIGHT = ("last symbol right", "all rows right")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw all panels; recipes that differ by their learning rate alone are left to the table."""
    figure, grid = panels(2, 3, 2.8 if narrow else 3.5, narrow=narrow, width_ratios=(1.2, 1.2, 1))
    shown = [recipe for recipe in RECIPES if "rate" not in recipe]
    weighted = [recipe for recipe in shown if "weighted" in recipe]
    equal = [recipe for recipe in shown if recipe not in weighted]
    titles = ("all steps weigh alike", f"last step weighted {WEIGHT}-fold")
    for column, recipes in enumerate((equal, weighted)):
        for place, recipe in enumerate(recipes):
            ends = {lag: at.end for lag, at in at_lags(evidence, recipe).items()}
            name, aside = recipe.replace(", last step weighted", ""), place - len(recipes) / 2
            for row, rates in enumerate(_rates(ends)):
                _line(grid[row, column], rates, wrapped(name, 28), place, aside)
        for row, said in enumerate(RIGHT):
            grid[row, column].set_title(f"{said},\n{titles[column]}", weight="normal")
        legend_below(grid[1, column])
    _kept(grid[0, 2])
    _chosen(grid[1, 2], evidence)
    for place, panel in enumerate(grid.flat):
        ticks = FAR_TICKS if place % 3 == 2 else TICKS
        panel.set(xscale="log", xlabel="lag", ylim=(-0.03, 1.03), xlim=(2.5, 1.25 * ticks[-1]))
        panel.set_xticks(ticks, labels=[f"{lag:,}" for lag in ticks])
        panel.minorticks_off()
    name_axes(grid, up="share of seeds, or of a cell")
    return figure


def _rates(ends: Mapping[int, Summary]) -> tuple[dict[int, Rate], dict[int, Rate]]:
    """Give the shares of seeds by lag, in the order of `RIGHT`."""
    return {lag: end.solved for lag, end in ends.items()}, {lag: end.all_right for lag, end in ends.items()}


def _line(panel: Axes, rates: Mapping[int, Rate], name: str, place: int, aside: float = 0) -> None:
    """Draw shares by lag with their intervals, a little aside so that equal ones show apart."""
    lags = [lag * (1 + 0.02 * aside) for lag in rates]
    names = [f"{name}, lag {lag:,}" for lag in rates]
    colour, line = LINES[place % len(LINES)], STYLES[place % len(STYLES)]
    dots(panel, lags, list(rates.values()), colour, names, mark=MARKS[place % len(MARKS)], line=line, label=name,
         size=4)  # fmt: skip


def _kept(panel: Axes) -> None:
    """Draw what an untrained forget gate leaves."""
    steps = [int(step) for step in np.unique(np.geomspace(FAR_TICKS[0], FAR_TICKS[-1], 60).astype(int))]
    for place, bias in enumerate(FORGET_BIASES):
        left = [kept(bias, step) for step in steps]
        look: dict[str, Any] = {"linestyle": STYLES[place % len(STYLES)], "label": f"forget bias {bias}"}
        (line,) = panel.plot(steps, left, color=LINES[place % len(LINES)], **look)
        tell(line, [f"forget bias {bias}, lag {step:,}: {value:.2g}" for step, value in zip(steps, left, strict=True)])
    panel.set_title("share of a cell\nkept untrained", weight="normal")
    legend_below(panel)


def _chosen(panel: Axes, evidence: Evidence) -> None:
    """Draw the recipe chosen for long lags, if it is stored."""
    panel.set_title(f"recipe chosen\nat lag {CHOICE_LAG:,}", weight="normal")
    if not far.stored(evidence):
        panel.text(0.5, 0.5, "not stored", transform=panel.transAxes, ha="center")
        return
    for place, (said, rates) in enumerate(zip(RIGHT, _rates(far.reach_of_chosen(evidence)), strict=True)):
        _line(panel, rates, said, place, place - 0.5)
    panel.legend(loc="lower left", bbox_to_anchor=(0, 0.05))
