"""Fresh sequences: the share of seeds that have not learnt yet, over the sequences that they have met."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from study.experiments.fresh_sequences.configs import MANY, TWO
from study.experiments.fresh_sequences.findings import learnt
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two panels, the tutorial's two sequences and random sequences: the share of seeds that have not learnt yet over "
    "the sequences met, on a logarithmic scale. Each network's line falls in steps as its seeds succeed; a line that "
    "stays up at the right end is of seeds that had not learnt when the budget ended. The table gives the medians."
)
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def draw(evidence: Evidence) -> Figure:
    """Draw a panel for each kind of sequences."""
    figure, panels = plt.subplots(1, 2, figsize=(9.2, 4.2), sharey=True, layout="constrained")
    for panel, networks, title in zip(panels, (TWO, MANY), ("the tutorial's two", "random"), strict=True):
        for place, network in enumerate(networks):
            each = learnt(evidence, network)
            ended = np.sort(each.times[np.isfinite(each.times)])
            times = np.concatenate([[each.config.judged_every], ended, [each.config.sequences]])
            left = 1 - np.concatenate([[0], np.arange(1, len(ended) + 1), [len(ended)]]) / len(each.times)
            line = {"color": COLOURS[place], "linestyle": LINES[place]}
            panel.step(times, left, where="post", label=network, **line)
        panel.set(xscale="log", xlabel="sequences", title=title, ylim=(-0.02, 1.02))
        panel.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2)
    panels[0].set_ylabel("share of seeds that have not learnt yet")
    return figure
