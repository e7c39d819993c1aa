"""Running freely: the share of seeds that are still right after so many of their own predictions."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from study.experiments.main_grid.configs import WHOLE
from study.experiments.questions.configs import PASSES, configs_of
from study.measures.probe_columns import MOST_GENERATED
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.figures.marks import curve, moment, name_lines
from study.report.figures.settings import colour_of
from study.report.figures.shapes import panels

ALT = (
    "Share of seeds with both sequences still right against the number of predictions fed back, one curve a network, "
    "with bands of the 95 per cent interval. Vertical lines mark the end of the sequence and the end of the longest "
    "sequences trained on. The table beside it gives the numbers."
)
STYLES = ("-", ":", "-", "-", "--", "-.")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw one curve a network at the end of its budget, with Wilson's band."""
    configs = configs_of(evidence.presets["questions"])["running freely"]
    figure, grid = panels(1, 1, 3.4 if narrow else 3, narrow=narrow)
    panel = grid[0, 0]
    made = np.arange(1, MOST_GENERATED + 1)
    for number, (label, config) in enumerate(configs.items()):
        runs = evidence.table(config).query("epoch == @config.epochs")
        prefix = "windows_" if "windows_from_first_1" in runs else ""  # as it was trained
        right = runs[[f"{prefix}from_first_1", f"{prefix}from_first_2"]].min(axis=1).to_numpy()
        rates = [Rate(int((right >= steps).sum()), len(right)) for steps in made]
        changes = [
            place for place in range(len(made)) if place in {0, len(made) - 1} or rates[place] != rates[place - 1]
        ]
        curve(
            panel, [int(made[place]) for place in changes], [rates[place] for place in changes], colour_of(config),
            f"{label}, {{}} predictions", label=label, line=STYLES[number], steps=True,
        )  # fmt: skip
    for steps, name in ((WHOLE, "end of the sequence"), (PASSES * WHOLE, f"of {PASSES} passes")):
        moment(panel, steps, name)
    panel.set(xscale="log", ylim=(-0.03, 1.03), xlabel="predictions made, each the next input")
    panel.set_xticks([1, 2, 4, 10, 20, 50, 100], ["1", "2", "4", "10", "20", "50", "100"])
    panel.minorticks_off()
    panel.set_ylabel("share of seeds right so far")
    name_lines(panel, narrow=narrow)
    return figure
