"""How far a gradient of one row reaches: share of seeds right against the lag, Adam on the left, SGD on the right."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiments.one_step_lags.configs import ADAM, RECIPES, lags_of, trained
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import dots
from study.report.figures.shapes import leftmost, legend_below, panels

ALT = (
    "Two panels of the share of seeds with both ambiguous rows right against the lag, one line a recipe, with "
    "the 95 per cent interval. Left: recipes trained by Adam. Right: recipes trained by gradient descent, with and "
    "without momentum. The gradient stops at the row in all of them."
)
MARKS, STYLES = "os^Dv<>P", ("-", "--", ":", "-.")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw both panels."""
    preset = evidence.presets["one_step_lags"]
    ticks = lags_of(ADAM, preset)
    figure, grid = panels(1, 2, 3.6, narrow=narrow, sharey=True)
    for panel, title in zip(grid.flat, ("Adam", "gradient descent"), strict=True):
        shown = [recipe for recipe, config in RECIPES.items() if (config.optimiser == "adam") == (title == "Adam")]
        for place, recipe in enumerate(shown):
            lags = lags_of(recipe, preset)
            rates = [evidence.summary(trained(recipe, lag, preset)).solved for lag in lags]
            across = [lag * (1 + 0.015 * (place - len(shown) / 2)) for lag in lags]  # so that equal shares show apart
            names = [f"{recipe}, lag {lag}" for lag in lags]
            line = STYLES[place % len(STYLES)]
            dots(panel, across, rates, LINES[place % len(LINES)], names, mark=MARKS[place], line=line, label=recipe)
        panel.set(xscale="log", xlabel="lag", title=title, ylim=(-0.03, 1.03))
        panel.set_xticks(ticks, labels=[str(lag) for lag in ticks])
        panel.minorticks_off()
        legend_below(panel)
    for panel in leftmost(grid):
        panel.set_ylabel("share of seeds right")
    return figure
