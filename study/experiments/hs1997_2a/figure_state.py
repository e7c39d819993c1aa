"""Task 2a: what becomes of the memory cell, in a trial that fails and in one that succeeds."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN
from study.experiments.hs1997_2a.findings import mechanism
from study.replication.of_1997 import LSTM
from study.replication.readings import said
from study.report.evidence import Evidence
from study.report.style import COLOURS

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
LINES = ("-", "--", "-.", ":")
CRITERION = (0.25, 0.75)


def draw(evidence: Evidence) -> Figure:
    """Draw state, gate and outputs of both trials."""
    trials = mechanism(evidence)
    figure, panels = plt.subplots(3, len(trials), figsize=(8.8, 6), sharex="col", squeeze=False, layout="constrained")
    for column, (reading, table) in enumerate(trials.items()):
        _lines(panels[0, column], table, STATES)
        _lines(panels[1, column], table, GATES)
        _lines(panels[2, column], table, OUTPUTS)
        for level in CRITERION:
            panels[2, column].axhline(level, color="grey", linewidth=0.6, linestyle=":")
        panels[0, column].set_title(said(reading, AS_WRITTEN[LSTM]), fontsize=8)
        panels[2, column].set(xlabel="sequences", xscale="log")
    for panel, name in zip(panels[:, 0], ("state of the cell", "input gate", "outputs at the end"), strict=True):
        panel.set_ylabel(name)
    for panel in panels.flat:
        panel.legend(fontsize=6.5)
    return figure


def _lines(panel: Axes, table: pd.DataFrame, columns: dict[str, str]) -> None:
    """Draw some measures of a trial over time, beginning with the first sequence."""
    later = table[table["sequences"] > 0]
    for place, (column, name) in enumerate(columns.items()):
        panel.plot(later["sequences"], later[column], LINES[place], color=COLOURS[place], linewidth=1.2, label=name)
