"""Task 2c: Table 3 of the paper and ours, by what the hidden units see."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiments.hs1997_2c.configs import BY_FEEDBACK, NONE
from study.experiments.hs1997_2c.findings import judged
from study.replication.drawing import Line, draw_beside
from study.report.evidence import Evidence

ALT = (
    "Two panels with a line for each row of Table 3: left the share of trials that succeed with 95 per cent intervals, "
    "right the sequences until success on a logarithmic scale, with the paper's mean in a band of a factor of 2, and "
    "our means with intervals, thin from the least to the greatest, one mark for each way in which the hidden units "
    "see each other. Open triangles that point right are budgets within which no trial succeeds. The table has all."
)


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw all rows that were run."""
    return draw_beside(
        [
            Line(
                f"q {row.q:,}, p {row.p:,}",
                each,
                {
                    f"see {way}": BY_FEEDBACK[way]
                    for way in (NONE, *BY_FEEDBACK)  # the one that every row has first
                    if BY_FEEDBACK[way] in each.by_reading
                },
            )
            for row, each in judged(evidence).items()
        ],
        narrow=narrow,
    )
