"""Task 2a: what becomes of the memory cell, in a trial that fails and in one that succeeds."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN
from study.experiments.hs1997_2a.findings import mechanism
from study.replication.of_1997 import LSTM
from study.replication.readings import said
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import bound
from study.report.figures.shapes import name_axes, panels, wrapped
from study.report.figures.telling import tell

ALT = (
    "Three panels over the sequences met, side by side for the trial as written that takes longest or never succeeds, "
    "and for the earliest success of the closest reading: the state at the end and at the beginning of both sequences, "
    "the input gate at the first symbol and at those after it, and the last step's outputs for the right and the wrong "
    "symbol, with the criterion of 0.25."
)
STATES = {
    "state_1_end_x": "end, x",
    "state_1_end_y": "end, y",
    "state_1_begin_x": "begin, x",
    "state_1_begin_y": "begin, y",
}
GATES = {"in_gate_1_class": "first symbol", "in_gate_1_other": "those after it, mean"}
OUTPUTS = {"last_right": "of the right symbol", "last_wrong": "of the wrong symbol"}
STYLES = ("-", "--", "-.", ":")
CRITERION = (0.25, 0.75)


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw state, gate and outputs of both trials."""
    trials = mechanism(evidence)
    figure, grid = panels(3, len(trials), 2.2, narrow=narrow)
    measures = (("state of the cell", STATES), ("input gate", GATES), ("outputs at the end", OUTPUTS))
    for column, (reading, table) in enumerate(trials.items()):
        for panel, (name, columns) in zip(grid[:, column], measures, strict=True):
            _lines(panel, table, columns)
            panel.set(xscale="log")
            panel.set_title(wrapped(f"{name}: {said(reading, AS_WRITTEN[LSTM])}", 44), weight="normal")
        for level in CRITERION:
            bound(grid[2, column], level, "")
    for panel in grid.flat:
        panel.legend(loc="center left")
    name_axes(grid, "sequences")
    return figure


def _lines(panel: Axes, table: pd.DataFrame, columns: dict[str, str]) -> None:
    """Draw some measures of a trial over time, beginning with the first sequence."""
    later = table[table["sequences"] > 0]
    for place, (column, name) in enumerate(columns.items()):
        (line,) = panel.plot(
            later["sequences"], later[column], STYLES[place], color=LINES[place], linewidth=1.2, label=name
        )
        moments = zip(later["sequences"], later[column], strict=True)
        tell(line, [f"{name}, {at:,} sequences: {value:.3g}" for at, value in moments])
