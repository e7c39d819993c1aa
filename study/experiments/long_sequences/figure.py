"""Long sequences: share of seeds right against the lag for each recipe, and what an untrained memory cell keeps."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.long_sequences.by_lag import FORGET_BIASES, at_lags, kept
from study.experiments.long_sequences.configs import RECIPES, WEIGHT
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two panels of the share of seeds with the ambiguous rows right against the lag, one line a recipe with bands of "
    "the 95 per cent interval: on the left recipes in which all steps weigh alike, in the middle those in which the "
    f"last step weighs {WEIGHT} times as much as all together. Right: sigmoid of the forget bias to the power of the "
    f"lag, one line each for biases {', '.join(map(str, FORGET_BIASES))}."
)
MARKS = "os^Dv<>"
TICKS = (3, 10, 30, 100, 300, 1000)  # lags
LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))


def draw(evidence: Evidence) -> Figure:
    """Draw all panels; recipes that differ by their learning rate alone are left to the table."""
    figure, panels = plt.subplots(1, 3, figsize=(10.4, 4.6), width_ratios=(1.2, 1.2, 1), layout="constrained")
    shown = [recipe for recipe in RECIPES if "rate" not in recipe]
    weighted = [recipe for recipe in shown if "weighted" in recipe]
    equal = [recipe for recipe in shown if recipe not in weighted]
    farthest = max(
        _recipes(evidence, panels[0], equal, "all steps weigh alike"),
        _recipes(evidence, panels[1], weighted, f"last step weighted {WEIGHT}-fold"),
        1000,
    )
    panels[0].set_ylabel("share of seeds, ambiguous rows right")
    steps = np.unique(np.geomspace(3, farthest, 60).astype(int))
    for number, bias in enumerate(FORGET_BIASES):
        left = [kept(bias, int(step)) for step in steps]
        panels[2].plot(
            steps, left, linestyle=LINES[number % len(LINES)], color=COLOURS[number], label=f"forget bias {bias}"
        )
    panels[2].set(title="kept by an untrained memory cell", ylabel="share of its content")
    for panel in panels:
        panel.set(xscale="log", xlabel="lag", ylim=(-0.03, 1.03), xlim=(2.5, 1.25 * farthest))
        panel.set_xticks(TICKS, labels=[f"{lag:,}" for lag in TICKS])
        panel.minorticks_off()
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), fontsize=7.5)
    return figure


def _recipes(evidence: Evidence, panel: Axes, recipes: list[str], title: str) -> int:
    """Draw a line for each recipe; give the longest lag."""
    farthest = 0
    for number, recipe in enumerate(recipes):
        by_lag = at_lags(evidence, recipe)
        rates = [each.end.solved for each in by_lag.values()]
        colour = COLOURS[number % len(COLOURS)]
        lags = np.array(list(by_lag)) * (1 + 0.02 * (number - len(recipes) / 2))  # so that equal shares show apart
        name = recipe.replace(", last step weighted", "")
        panel.plot(
            lags,
            [rate.share for rate in rates],
            linestyle=LINES[number % len(LINES)],
            color=colour,
            marker=MARKS[number % 7],
            markersize=4,
            label=name,
        )
        low, high = [rate.low for rate in rates], [rate.high for rate in rates]
        panel.fill_between(lags, low, high, color=colour, alpha=0.1, linewidth=0)
        farthest = max(farthest, *by_lag)
    panel.set_title(title)
    return farthest
