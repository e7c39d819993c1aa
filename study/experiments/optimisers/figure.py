"""The figure on optimisers: success in the tutorial's own layout against the learning rate, by optimiser and loss."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.experiments.optimisers.configs import LOSSES, RULES, Setting
from study.experiments.optimisers.findings import BUDGETS, of_tutorial, shown
from study.measures.summaries import Summary
from study.report.evidence import Evidence
from study.report.style import COLOURS
from study.report.words import number

ALT = (
    "Two rows of panels, for logistic and for softmax outputs, one column for each budget in epochs. Horizontally the "
    "learning rate over several decades, vertically the share of seeds: one line for each optimiser through filled "
    "marks for seeds that have both ambiguous rows right, with 95 per cent intervals, and a dashed one through open "
    "marks for seeds with every output within 0.25 of its target."
)
MARKS = "osD^"
SHIFT = 0.04  # of a decade, so that marks at one rate stand side by side


def draw(evidence: Evidence) -> Figure:
    """Draw a panel for each loss and budget that all settings of the tutorial's layout reach."""
    runs = shown(evidence)
    settings = [each for loss in LOSSES for rule in RULES for each in of_tutorial(runs, rule, loss)]
    budgets = [epochs for epochs in BUDGETS if all(epochs in runs[each] for each in settings)]
    figure, panels = plt.subplots(
        len(LOSSES), len(budgets), figsize=(9.4, 4.9), sharex=True, sharey=True, layout="constrained", squeeze=False
    )
    for line, loss in zip(panels, LOSSES, strict=True):
        for panel, epochs in zip(line, budgets, strict=True):
            for place, rule in enumerate(RULES):
                of_rule = of_tutorial(runs, rule, loss)
                _draw_rule(panel, of_rule, [runs[each][epochs] for each in of_rule], place)
            panel.set_xscale("log")
            panel.set_ylim(-0.03, 1.03)
            panel.set_title(f"{loss} outputs, {number(epochs)} epochs", fontsize=8.5)
        line[0].set_ylabel("share of seeds")
    for panel in panels[-1]:
        panel.set_xlabel("learning rate")
    handles = [
        Line2D([], [], marker=mark, color=COLOURS[place], label=rule.label)
        for place, (rule, mark) in enumerate(zip(RULES, MARKS, strict=True))
    ]
    handles.append(Line2D([], [], marker="o", color="0.3", label="right"))
    handles.append(Line2D([], [], marker="o", color="0.3", linestyle="--", fillstyle="none", label="within 0.25"))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _draw_rule(panel: Axes, settings: Sequence[Setting], found: Sequence[Summary], place: int) -> None:
    """Draw one optimiser's shares over its rates."""
    rates = [each.rate * 10 ** (SHIFT * (place - 1.5)) for each in settings]
    right = [summary.solved for summary in found]
    colour, mark = COLOURS[place], MARKS[place]
    panel.plot(rates, [one.share for one in right], f"{mark}-", color=colour, markersize=4, linewidth=1.2)
    panel.vlines(rates, [one.low for one in right], [one.high for one in right], color=colour, linewidth=0.8)
    within = [summary.within.share for summary in found]
    panel.plot(rates, within, f"{mark}--", color=colour, fillstyle="none", markersize=4, linewidth=0.8)
