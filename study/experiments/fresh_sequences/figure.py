"""Fresh sequences: the share of seeds that have not learnt yet, over the sequences that they have met."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from study.experiments.fresh_sequences.configs import MANY, TWO
from study.experiments.fresh_sequences.findings import learnt
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.shapes import name_axes, panels
from study.report.figures.telling import tell

ALT = (
    "Two panels, the tutorial's two sequences and random sequences: the share of seeds that have not learnt yet over "
    "the sequences met, on a logarithmic scale. Each network's line falls in steps as its seeds succeed; a line that "
    "stays up at the right end is of seeds that had not learnt when the budget ended. The table gives the medians."
)
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a panel for each kind of sequences."""
    figure, grid = panels(1, 2, 3.6, narrow=narrow, sharey=True)
    for panel, networks, title in zip(grid.flat, (TWO, MANY), ("the tutorial's two", "random sequences"), strict=True):
        for place, network in enumerate(networks):
            each = learnt(evidence, network)
            ended = np.sort(each.times[np.isfinite(each.times)])
            times = np.concatenate([[each.config.judged_every], ended, [each.config.sequences]])
            count = len(each.times)
            left = count - np.concatenate([[0], np.arange(1, len(ended) + 1), [len(ended)]])
            look: dict[str, Any] = {"color": LINES[place], "linestyle": STYLES[place], "label": network}
            (line,) = panel.step(times, left / count, where="post", **look)
            moments = zip(times, left, strict=True)
            tell(line, [f"{network}, {time:,.0f} sequences: {k:.0f} of {count} not yet" for time, k in moments])
        panel.set(xscale="log", xlabel="sequences", title=title, ylim=(-0.02, 1.02))
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2))
    name_axes(grid, up="share of seeds that have not learnt yet")
    return figure
