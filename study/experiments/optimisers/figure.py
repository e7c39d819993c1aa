"""The figure on optimisers: success in the tutorial's own layout against the learning rate, by optimiser and loss."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.experiments.optimisers.configs import LOSSES, RULES, Setting
from study.experiments.optimisers.findings import BUDGETS, of_tutorial, shown
from study.measures.summaries import Summary
from study.report.evidence import Evidence
from study.report.figures.colours import LINES, MUTED, PAGE
from study.report.figures.marks import dots
from study.report.figures.shapes import leftmost, lowest, panels
from study.report.words import number

ALT = (
    "Two rows of panels, for logistic and for softmax outputs, one column for each budget in epochs. Horizontally the "
    "learning rate over several decades, vertically the share of seeds: one line for each optimiser through filled "
    "marks for seeds that have both ambiguous rows right, with 95 per cent intervals, and a dashed one through open "
    "marks for seeds with every output within 0.25 of its target."
)
MARKS = "osD^"
SHIFT = 0.04  # of a decade, so that marks at one rate stand side by side


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a panel for each loss and budget that all settings of the tutorial's layout reach."""
    runs = shown(evidence)
    settings = [each for loss in LOSSES for rule in RULES for each in of_tutorial(runs, rule, loss)]
    budgets = [epochs for epochs in BUDGETS if all(epochs in runs[each] for each in settings)]
    figure, grid = panels(len(LOSSES), len(budgets), 2.1, narrow=narrow, sharex=True, sharey=True)
    for line, loss in zip(grid, LOSSES, strict=True):
        for panel, epochs in zip(line, budgets, strict=True):
            for place, rule in enumerate(RULES):
                of_rule = of_tutorial(runs, rule, loss)
                _draw_rule(panel, of_rule, [runs[each][epochs] for each in of_rule], place, epochs)
            panel.set(xscale="log", ylim=(-0.03, 1.03), title=f"{loss}, {number(epochs)} epochs")
            panel.title.set_weight("normal")
    for panel in leftmost(grid):
        panel.set_ylabel("share of seeds")
    for panel in lowest(grid):
        panel.set_xlabel("learning rate")
    handles = [
        Line2D([], [], marker=mark, color=LINES[place], label=rule.label)
        for place, (rule, mark) in enumerate(zip(RULES, MARKS, strict=True))
    ]
    handles.append(Line2D([], [], marker="o", color=MUTED, label="right"))
    handles.append(Line2D([], [], marker="o", color=MUTED, linestyle="--", markerfacecolor=PAGE, label="within 0.25"))
    figure.legend(handles=handles, loc="outside lower center", ncols=2 if narrow else len(handles))
    return figure


def _draw_rule(panel: Axes, settings: Sequence[Setting], found: Sequence[Summary], place: int, epochs: int) -> None:
    """Draw one optimiser's shares over its rates."""
    rates = [each.rate * 10 ** (SHIFT * (place - 1.5)) for each in settings]
    mark, colour = MARKS[place], LINES[place]
    names = [f"{RULES[place].label}, rate {each.rate:g}, {number(epochs)} epochs" for each in settings]
    within = [f"{name}, within 0.25" for name in names]
    dots(panel, rates, [one.within for one in found], colour, within, mark=mark, line="--", hollow=True,
         bars=False, size=4)  # fmt: skip
    dots(panel, rates, [one.solved for one in found], colour, names, mark=mark, line="-", size=4)
