"""The causal figure: which change lets batch sizes 2, 4 and 8 solve the task, and what the layout allows at most."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.experiments.causal.configs import BATCH_SIZES, CHANGES, Variation, variations
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Four panels for batch sizes 1, 2, 4 and 8, one line for each change to the baseline; horizontally the share of "
    "seeds that solve the task, as a dot in the layout of training and as a triangle row by row, with their 95 per "
    "cent intervals. A bar marks the largest share that any weights can reach: 0 where the ceiling is below 1, else 1."
)


def draw(evidence: Evidence) -> Figure:
    """Draw a dot with Wilson's interval for each change and batch size."""
    shown = variations(evidence.presets["causal"])
    lines = [change for change in CHANGES if any(variation.change == change for variation in shown)]
    figure, panels = plt.subplots(
        1, len(BATCH_SIZES), figsize=(9.4, 0.9 + 0.26 * len(lines)), sharex=True, sharey=True, layout="constrained"
    )
    for panel, batch_size in zip(panels, BATCH_SIZES, strict=True):
        for variation in shown:
            if variation.batch_size == batch_size:
                _draw_variation(panel, evidence, variation, -lines.index(variation.change))
        panel.set_title(f"batch size {batch_size}", fontsize=8.5)
        panel.set(xlim=(-0.06, 1.06), xlabel="share of seeds")
    panels[0].set_yticks([-place for place in range(len(lines))], [change.label for change in lines], fontsize=7.5)
    handles = [
        Line2D([], [], marker="o", color=COLOURS[0], linestyle="-", label="solved, in the layout of training"),
        Line2D([], [], marker="^", color=COLOURS[1], markerfacecolor="white", label="solved, row by row"),
        Line2D([], [], marker="|", color="black", linestyle="", markersize=9, markeredgewidth=2.5,
               label="most that any weights can reach"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _draw_variation(panel: Axes, evidence: Evidence, variation: Variation, height: float) -> None:
    """Draw one change at one batch size: both rates, and the largest share that its ceiling allows."""
    summary = evidence.summary(variation.config, variation.epochs)
    most = 0 if summary.possible.ruled_out else 1
    panel.plot([most, most], [height - 0.38, height + 0.38], color="black", linewidth=2.5, solid_capstyle="butt")
    _draw_rate(panel, summary.solved, height + 0.14, "o", 0)
    _draw_rate(panel, summary.fresh_solved, height - 0.17, "^", 1)


def _draw_rate(panel: Axes, solved: Rate, height: float, mark: str, colour: int) -> None:
    """Draw a share with its interval."""
    panel.plot([solved.low, solved.high], [height, height], color=COLOURS[colour], linewidth=1.1)
    fill = COLOURS[colour] if mark == "o" else "white"
    panel.plot(solved.share, height, mark, color=COLOURS[colour], markerfacecolor=fill, markersize=4)
