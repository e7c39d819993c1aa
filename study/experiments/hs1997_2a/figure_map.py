"""Task 2a: which settings matter, as maps of successes and means over the readings."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN, NEAR, OPEN
from study.experiments.hs1997_2a.findings import judged
from study.replication.drawing import draw_map
from study.replication.of_1997 import LSTM, RTRL
from study.replication.readings import JOINING, LOSS, RANGE, SEES, STEP, UPDATE, changed, said
from study.report.evidence import Evidence

ALT = (
    "Two maps. Left one recurrent unit with p 4: a column for each learning rate, a row for each reading. Right the "
    "memory cell: columns by the range of g and when the cell joins, rows by what the outputs see and the loss. Each "
    "cell has the successes and the mean number of sequences until success, and is the darker the later; white is none."
)


def draw(evidence: Evidence) -> Figure:
    """Draw both maps."""
    found = judged(evidence)
    figure, (unit, cell) = plt.subplots(1, 2, figsize=(10.4, 4.6), width_ratios=(1, 2.2), layout="constrained")
    rows = [row for row in found if row.method == RTRL and row.p == NEAR]
    readings = list(found[rows[0]].by_reading)
    cells = [[found[row].by_reading[reading] for row in rows] for reading in readings]
    names = [said(reading, AS_WRITTEN[RTRL]).replace(", ", ",\n") for reading in readings]
    draw_map(unit, cells, names, [row.rate for row in rows])
    unit.set(title=f"one unit, p {rows[0].p}", xlabel="learning rate")
    row = next(row for row in found if row.method == LSTM)
    across = [(g, joins) for g in OPEN[LSTM][RANGE] for joins in OPEN[LSTM][JOINING]]
    down = [(sees, loss) for sees in OPEN[LSTM][SEES] for loss in OPEN[LSTM][LOSS]]
    ways = [
        [{SEES: sees, LOSS: loss, RANGE: g, JOINING: joins, UPDATE: STEP} for g, joins in across] for sees, loss in down
    ]
    trials = [[found[row].by_reading.get(changed(AS_WRITTEN[LSTM], way)) for way in line] for line in ways]
    columns = [f"g {g},\n{joins}" for g, joins in across]
    draw_map(cell, trials, [f"{sees},\n{loss}" for sees, loss in down], columns)
    cell.set(title=f"memory cell, p {row.p}", xlabel="range of g, and when the cell joins")
    return figure
