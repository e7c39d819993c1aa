"""Batch learning: share of seeds right against weight updates, epochs and timesteps computed."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, REACHES
from study.experiments.batch_learning.curves import Curve, curve_keys, curve_of
from study.report.evidence import Evidence
from study.report.figures.colours import LINES, TUTORIAL, WINDOWS
from study.report.figures.marks import curve
from study.report.figures.shapes import name_axes, panels

ALT = (
    "Two rows of three panels, one row for each learning rate: the share of seeds with the ambiguous rows right "
    "against weight updates, epochs and timesteps computed forward and back, with bands of the 95 per cent interval. "
    "One line for each kind of row and time of the update; the table of this section gives their numbers."
)
COLOURS = dict(zip(REACHES, (TUTORIAL, WINDOWS, LINES[0]), strict=True))


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw one row of panels a learning rate."""
    figure, grid = panels(len(LEARNING_RATES), 3, 2.3, narrow=narrow, sharex="col", sharey=True)
    styles = dict(zip(AFTER, ("-", "--", ":"), strict=True))
    for line, learning_rate in zip(grid, LEARNING_RATES, strict=True):
        for reach, after, rate in curve_keys():
            if rate == learning_rate:
                look = {"line": styles[after], "label": f"{reach}; {after}"}
                _draw_curve(list(line), curve_of(evidence, reach, after, rate), COLOURS[reach], look)
        for panel, name in zip(line, ("updates", "epochs", "timesteps"), strict=True):
            panel.set(xscale="log", ylim=(-0.03, 1.03), title=f"rate {learning_rate:g}, by {name}")
            panel.tick_params(labelbottom=True)
    name_axes(grid, up="share of seeds right")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    columns = 1 if narrow else 2
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, title="row; update after")
    return figure


def _draw_curve(line: list[Axes], found: Curve, colour: str, look: dict[str, Any]) -> None:
    """Draw one curve against all three clocks."""
    clocks = ((found.updates, "updates"), (found.epochs, "epochs"), (found.timesteps, "timesteps"))
    for panel, (clock, unit) in zip(line, clocks, strict=True):
        curve(panel, list(clock), found.right, colour, f"{look['label']}, {{}} {unit}", **look)
