"""How far a gradient of one row reaches: share of seeds right against the lag, Adam on the left, SGD on the right."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from study.experiments.one_step_lags.configs import ADAM, RECIPES, lags_of, trained
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two panels of the share of seeds with both ambiguous rows right against the lag, one line a recipe, with bands "
    "of the 95 per cent interval. Left: recipes trained by Adam. Right: recipes trained by gradient descent, with and "
    "without momentum. The gradient stops at the row in all of them."
)
MARKS, LINES = "os^Dv<>P", ("-", "--", ":", "-.")


def draw(evidence: Evidence) -> Figure:
    """Draw both panels."""
    preset = evidence.presets["one_step_lags"]
    ticks = lags_of(ADAM, preset)
    figure, panels = plt.subplots(1, 2, figsize=(9.4, 4.4), sharey=True, layout="constrained")
    for panel, title in zip(panels, ("Adam", "gradient descent"), strict=True):
        shown = [recipe for recipe, config in RECIPES.items() if (config.optimiser == "adam") == (title == "Adam")]
        for place, recipe in enumerate(shown):
            lags = lags_of(recipe, preset)
            rates = [evidence.summary(trained(recipe, lag, preset)).solved for lag in lags]
            across = np.array(lags) * (1 + 0.012 * (place - len(shown) / 2))  # so that equal shares show apart
            colour, line = COLOURS[place], LINES[place % len(LINES)]
            shares = [each.share for each in rates]
            panel.plot(across, shares, MARKS[place], ls=line, color=colour, ms=4, label=recipe)
            panel.fill_between(across, [r.low for r in rates], [r.high for r in rates], color=colour, alpha=0.1, lw=0)
        panel.set(xscale="log", xlabel="lag", title=title, ylim=(-0.03, 1.03))
        panel.set_xticks(ticks, labels=[str(lag) for lag in ticks])
        panel.minorticks_off()
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=7.5)
    panels[0].set_ylabel("share of seeds right")
    return figure
