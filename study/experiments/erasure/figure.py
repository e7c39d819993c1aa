"""The race between erasing the first symbol's trace and learning to read it, under Adam and under gradient descent."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.erasure.configs import OPTIMISERS, TRACE, UNITS, USUAL, probed
from study.measures.summaries import CRITERIA
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Four panels, the left two for Adam and the right two for plain gradient descent. Above: medians over seeds of "
    "trace, readout, margin and twice the offset against the epochs, on logarithmic scales; seeds are right where the "
    "margin is above twice the offset. Below: share of seeds right for each width, against the epochs."
)
LEAST = 1e-7  # that is drawn on a logarithmic scale; less, and what is negative, is drawn there
MEASURES = {TRACE: ("trace", 1, "-"), "readout": ("readout", 1, "--"), "margin": ("margin", 1, "-."),
            "offset": ("twice the offset", 2, ":")}  # fmt: skip


def draw(evidence: Evidence) -> Figure:
    """Draw the four panels."""
    preset = evidence.presets["erasure"]
    figure, panels = plt.subplots(
        2, 2, figsize=(8.8, 5.4), sharex=True, sharey="row", height_ratios=(1.6, 1), layout="constrained"
    )
    for column, optimiser in enumerate(OPTIMISERS):
        above, below = panels[:, column]
        _draw_race(above, evidence, optimiser)
        for place, units in enumerate(UNITS):
            table = evidence.table(probed(optimiser, units, preset))
            table = table[table["epoch"] > 0]
            right = CRITERIA["right"](table).groupby(table["epoch"]).mean()
            below.plot(right.index, right, color=COLOURS[place + 4], label=f"{units} units")
        above.set(title=f"{optimiser}, {USUAL} units")
        below.set(xlabel="epochs", ylim=(-0.03, 1.03))
    panels[0, 0].set_ylabel("median over seeds")
    panels[1, 0].set_ylabel("share of seeds right")
    panels[0, 1].legend(fontsize=7.5)
    panels[1, 0].legend(fontsize=7.5)
    return figure


def _draw_race(panel: Axes, evidence: Evidence, optimiser: str) -> None:
    """Draw what is left, how it is read, and what the margin has to pass, at the usual width."""
    table = evidence.table(probed(optimiser, USUAL, evidence.presets["erasure"]))
    by_epoch = table[table["epoch"] > 0].groupby("epoch")
    for place, (name, (label, times, line)) in enumerate(MEASURES.items()):
        median = times * by_epoch[name].median()
        panel.plot(median.index, median.clip(lower=LEAST), line, color=COLOURS[place], label=label)
    panel.set(xscale="log", yscale="log")
