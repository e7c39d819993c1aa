"""Running freely: the share of seeds that are still right after so many of their own predictions."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from study.experiments.main_grid.configs import WHOLE
from study.experiments.questions.configs import PASSES, configs_of
from study.measures.probe_columns import MOST_GENERATED
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Share of seeds with both sequences still right against the number of predictions fed back, one curve a network, "
    "with bands of the 95 per cent interval. Vertical lines mark the end of the sequence and the end of the longest "
    "sequences trained on. The table beside it gives the numbers."
)
STYLES = ("-.", ":", "--", "-", "--", "-")


def draw(evidence: Evidence) -> Figure:
    """Draw one curve a network at the end of its budget, with Wilson's band."""
    configs = configs_of(evidence.presets["questions"])["running freely"]
    figure, panel = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    made = np.arange(1, MOST_GENERATED + 1)
    for number, (label, config) in enumerate(configs.items()):
        runs = evidence.table(config).query("epoch == @config.epochs")
        prefix = "windows_" if "windows_from_first_1" in runs else ""  # as it was trained
        right = runs[[f"{prefix}from_first_1", f"{prefix}from_first_2"]].min(axis=1).to_numpy()
        rates = [Rate(int((right >= steps).sum()), len(right)) for steps in made]
        shares, low, high = ([getattr(rate, end) for rate in rates] for end in ("share", "low", "high"))
        panel.step(made, shares, STYLES[number], where="post", color=COLOURS[number], label=label)
        panel.fill_between(made, low, high, step="post", color=COLOURS[number], alpha=0.12, linewidth=0)
    for steps, name in ((WHOLE, "end of the sequence"), (PASSES * WHOLE, f"end of {PASSES} passes")):
        panel.axvline(steps, color="0.5", linewidth=0.8)
        panel.text(steps * 1.04, 1.04, name, fontsize=8, color="0.3")
    panel.set_xscale("log")
    panel.set_xticks([1, 2, 4, 10, 20, 50, 100], ["1", "2", "4", "10", "20", "50", "100"])
    panel.minorticks_off()
    panel.set_ylim(-0.03, 1.12)
    panel.set_xlabel("predictions made, each the next input")
    panel.set_ylabel("share of seeds, both sequences right so far")
    figure.legend(*panel.get_legend_handles_labels(), loc="outside right center")
    return figure
