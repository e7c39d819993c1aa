"""The figure on one-line changes: success of each line, and of the best pairs, at each batch size."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.experiments.one_line_changes.configs import BATCH_SIZES, Change
from study.experiments.one_line_changes.findings import choices, together
from study.experiments.one_line_changes.judged import Judged, budgets, ceiling_of, judge_all
from study.report.evidence import Evidence
from study.report.style import COLOURS
from study.report.words import number

ALT = (
    "Three panels for batch sizes 1, 2 and 4, one line for each change of the program: horizontally the share of seeds "
    "after the earlier and after the later number of epochs, filled marks for both ambiguous rows right and open marks "
    "for every output within 0.25, with 95 per cent intervals. Changes whose ceiling is below 1 have a grey line at 0."
)
STEP = 0.17  # between the marks of one change


def draw(evidence: Evidence) -> Figure:
    """Draw a panel for each batch size; the changes are those of one line and the best of more."""
    results = judge_all(evidence)
    best = [change for size in BATCH_SIZES for change in choices(results, size).values()]
    shown = [change for change in results if len(change.lines) <= 1 or change in best]
    labels = list(dict.fromkeys(change.label for change in shown))
    figure, panels = plt.subplots(
        1, len(BATCH_SIZES), figsize=(9.4, 0.9 + 0.32 * len(labels)), sharex=True, sharey=True, layout="constrained"
    )
    for panel, size in zip(panels, BATCH_SIZES, strict=True):
        for change in shown:
            if change.batch_size == size:
                _draw_change(panel, change, results[change], -labels.index(change.label), evidence)
        panel.set(xlim=(-0.04, 1.04), xlabel="share of seeds", title=f"batch size {size}")
    ticks = [label.replace("; ", ";\n") for label in labels]
    panels[0].set_yticks([-place for place in range(len(labels))], ticks, fontsize=7)
    handles = [
        Line2D([], [], linestyle="", label=f"{what}, {number(epochs)} epochs", **_style(colour, confident=place == 1))
        for colour, epochs in enumerate(budgets(evidence))
        for place, what in enumerate(("right", "within 0.25"))
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _draw_change(panel: Axes, change: Change, judged: tuple[Judged, ...], height: float, evidence: Evidence) -> None:
    """Draw one change: right and within 0.25, at each budget; or a bar at 0 where nothing else is possible."""
    if ceiling_of(change, evidence) < 1:
        panel.plot([0, 0], [height - 0.35, height + 0.35], color="0.6", linewidth=3)
        return
    for colour, each in enumerate(judged):
        for place, halves in enumerate((each.right, each.within)):
            shown, at = together(halves), height + STEP * (1.5 - 2 * colour - place)
            panel.plot([shown.low, shown.high], [at, at], color=COLOURS[colour], linewidth=1)
            panel.plot(shown.share, at, **_style(colour, confident=place == 1))


def _style(colour: int, *, confident: bool) -> dict[str, Any]:
    """Give the mark of a budget: filled for right, open for within 0.25."""
    return {
        "marker": "s" if confident else "o",
        "color": COLOURS[colour],
        "fillstyle": "none" if confident else "full",
        "markersize": 3.5,
    }
