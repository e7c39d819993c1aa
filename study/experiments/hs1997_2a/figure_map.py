"""Task 2a: which settings matter, as maps of successes and means over the readings."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN, NEAR, OPEN
from study.experiments.hs1997_2a.findings import judged
from study.replication.drawing import draw_map
from study.replication.of_1997 import LSTM, RTRL
from study.replication.readings import JOINING, LOSS, RANGE, SEES, STEP, UPDATE, changed, said
from study.report.evidence import Evidence
from study.report.figures.shapes import panels, wrapped

ALT = (
    "Two maps. Above one recurrent unit with p 4: a column for each learning rate, a row for each reading. Below the "
    "memory cell: columns by the range of g and when the cell joins, rows by what the outputs see and the loss. Each "
    "cell has the successes and the mean number of sequences until success, and is the darker the later; empty is none."
)


def draw(evidence: Evidence) -> Figure:
    """Draw both maps."""
    found = judged(evidence)
    figure, grid = panels(2, 1, 3.1)
    unit, cell = grid.flat
    rows = [row for row in found if row.method == RTRL and row.p == NEAR]
    readings = list(found[rows[0]].by_reading)
    cells = [[found[row].by_reading[reading] for row in rows] for reading in readings]
    names = [wrapped(said(reading, AS_WRITTEN[RTRL]), 46) for reading in readings]
    draw_map(unit, cells, names, [row.rate for row in rows])
    unit.set(title=f"one unit, p {rows[0].p}", xlabel="learning rate")
    row = next(row for row in found if row.method == LSTM)
    across = [(g, joins) for g in OPEN[LSTM][RANGE] for joins in OPEN[LSTM][JOINING]]
    down = [(sees, loss) for sees in OPEN[LSTM][SEES] for loss in OPEN[LSTM][LOSS]]
    ways = [
        [{SEES: sees, LOSS: loss, RANGE: g, JOINING: joins, UPDATE: STEP} for g, joins in across] for sees, loss in down
    ]
    trials = [[found[row].by_reading.get(changed(AS_WRITTEN[LSTM], way)) for way in line] for line in ways]
    columns = [wrapped(f"g {g}, {joins}", 11) for g, joins in across]
    draw_map(cell, trials, [wrapped(f"{sees}, {loss}", 36) for sees, loss in down], columns)
    cell.set(title=f"memory cell, p {row.p}", xlabel="range of g, and when the cell joins")
    return figure
