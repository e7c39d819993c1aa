"""Task 2a: Table 2 of the paper and ours, as written and as it was planned to be shown beside it."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiments.hs1997_2a.configs import AS_WRITTEN
from study.experiments.hs1997_2a.findings import ALSO_SHOWN, judged
from study.replication.drawing import Line, draw_beside
from study.replication.of_1997 import LSTM
from study.report.evidence import Evidence

ALT = (
    "Two panels with a line for each row of Table 2: left the share of trials that succeed with 95 per cent intervals, "
    "right the sequences until success on a logarithmic scale, with the paper's mean in a band of a factor of 2, and "
    "our means with intervals, thin from the least to the greatest. Open triangles that point right are budgets within "
    "which no trial succeeds. The paper's, ours as written, and ours with one thing changed, as the table has them."
)


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw all rows that were run."""
    lines = []
    for row, each in judged(evidence).items():
        changed = "ours, g −1 to 1" if row.method == LSTM else "ours, outputs see the step before"
        readings = {"ours, as written": AS_WRITTEN[row.method], changed: ALSO_SHOWN[row.method]}
        lines.append(Line(f"{row.method}, p {row.p}, rate {row.rate}", each, readings))
    return draw_beside(lines, narrow=narrow)
