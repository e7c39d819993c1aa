"""The figure on one-line changes: success of each line, and of the best pairs, at each batch size."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.one_line_changes.configs import BATCH_SIZES, Change
from study.experiments.one_line_changes.findings import choices, together
from study.experiments.one_line_changes.judged import Judged, budgets, ceiling_of, judge_all
from study.report.evidence import Evidence
from study.report.figures.marks import ceiling, ceiling_mark, dots, key
from study.report.figures.settings import colour_of
from study.report.figures.shapes import panels, wrapped
from study.report.words import number

ALT = (
    "Three panels for batch sizes 1, 2 and 4, one line for each change of the program: horizontally the share of seeds "
    "after the earlier and after the later number of epochs, filled marks for both ambiguous rows right and open marks "
    "for every output within 0.25, with 95 per cent intervals. Changes whose ceiling is below 1 have a bar at 0 alone."
)
MARKS = "vo"  # of the budgets, from short to long
STEP = 0.2  # between the marks of one change


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a panel for each batch size; the changes are those of one line and the best of more."""
    results = judge_all(evidence)
    best = [change for size in BATCH_SIZES for change in choices(results, size).values()]
    shown = [change for change in results if len(change.lines) <= 1 or change in best]
    labels = list(dict.fromkeys(change.label for change in shown))
    height = 0.8 if narrow else 0.4  # of a change, in inches
    figure, grid = panels(
        1, len(BATCH_SIZES), 0.9 + height * len(labels), narrow=narrow, beside=3, sharex=True, sharey=True
    )
    for panel, size in zip(grid.flat, BATCH_SIZES, strict=True):
        for change in shown:
            if change.batch_size == size:
                _draw_change(panel, change, results[change], -labels.index(change.label), evidence)
        panel.set(xlim=(-0.06, 1.06), title=f"batch {size}")
        panel.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        panel.grid(visible=False, axis="y")
    grid[0, 1].set_xlabel("share of seeds")
    ticks = [wrapped(label, 18 if narrow else 36) for label in labels]
    grid[0, 0].set(ylim=(0.6 - len(labels), 0.6))
    grid[0, 0].set_yticks([-place for place in range(len(labels))], ticks)
    handles = [
        key(f"{what}, {number(epochs)} epochs", mark, hollow=hollow)
        for epochs, mark in zip(budgets(evidence), MARKS, strict=False)  # a short preset has the first alone
        for what, hollow in (("right", False), ("within 0.25", True))
    ]
    handles.append(ceiling_mark("nothing else possible", sideways=True))
    figure.legend(handles=handles, loc="outside lower center", ncols=1 if narrow else 3)
    return figure


def _draw_change(panel: Axes, change: Change, judged: tuple[Judged, ...], height: float, evidence: Evidence) -> None:
    """Draw one change: right and within 0.25, at each budget; or a bar at 0 where nothing else is possible."""
    if ceiling_of(change, evidence) < 1:
        ceiling(panel, [height], [0], sideways=True)
        return
    colour = colour_of(change.trained(evidence.presets["one_line_changes"]))
    for line, (each, mark) in enumerate(zip(judged, MARKS, strict=False)):
        for place, (halves, what) in enumerate(((each.right, "right"), (each.within, "within 0.25"))):
            name = f"{change.label}, batch size {change.batch_size}, {each.epoch:,} epochs, {what}"
            at = height + STEP * (1.5 - 2 * line - place)
            dots(panel, [at], [together(halves)], colour, [name], mark=mark, hollow=place == 1, sideways=True, size=4)
