"""The causal figure: which change lets batch sizes 2, 4 and 8 solve the task, and what the layout allows at most."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.causal.configs import BATCH_SIZES, CHANGES, Variation, variations
from study.report.evidence import Evidence
from study.report.figures.marks import ceiling, ceiling_mark, dots, key
from study.report.figures.settings import colour_of
from study.report.figures.shapes import lowest, panels, wrapped

ALT = (
    "Four panels for batch sizes 1, 2, 4 and 8, one line for each change to the baseline; horizontally the share of "
    "seeds that solve the task, as a dot in the layout of training and as a triangle row by row, with their 95 per "
    "cent intervals. A bar marks the largest share that any weights can reach: 0 where the ceiling is below 1, else 1."
)


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a dot with Wilson's interval for each change and batch size."""
    shown = variations(evidence.presets["causal"])
    lines = [change for change in CHANGES if any(variation.change == change for variation in shown)]
    height = 0.3 if narrow else 0.25  # of a line, in inches
    figure, grid = panels(
        1, len(BATCH_SIZES), 0.9 + height * len(lines), narrow=narrow, beside=2, sharex=True, sharey=True
    )
    for panel, batch_size in zip(grid.flat, BATCH_SIZES, strict=True):
        for variation in shown:
            if variation.batch_size == batch_size:
                _draw_variation(panel, evidence, variation, -lines.index(variation.change))
        panel.set(title=f"batch size {batch_size}", xlim=(-0.06, 1.06))
        panel.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        panel.grid(visible=False, axis="y")
    for panel in lowest(grid):
        panel.set_xlabel("share of seeds", loc="right")
    labels = [wrapped(change.label, 24 if narrow else 60) for change in lines]
    grid[0, 0].set(ylim=(0.6 - len(lines), 0.6))
    grid[0, 0].set_yticks([-place for place in range(len(lines))], labels)
    handles = [
        key("solved, in the layout of training"),
        key("solved, row by row", "^", hollow=True),
        ceiling_mark("most that any weights can reach", sideways=True),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=1 if narrow else 3)
    return figure


def _draw_variation(panel: Axes, evidence: Evidence, variation: Variation, height: float) -> None:
    """Draw one change at one batch size: both rates, and the largest share that its ceiling allows."""
    summary = evidence.summary(variation.config, variation.epochs)
    colour = colour_of(variation.config)
    ceiling(panel, [height], [0 if summary.possible.ruled_out else 1], half=0.38, sideways=True)
    name = f"{variation.change.label}, batch size {variation.batch_size}"
    rates = ((summary.solved, 0.14, "o", "in the layout of training"), (summary.fresh_solved, -0.17, "^", "row by row"))
    for rate, aside, mark, way in rates:
        dots(panel, [height + aside], [rate], colour, [f"{name}, {way}"], mark=mark, hollow=mark == "^", sideways=True,
             size=4)  # fmt: skip
