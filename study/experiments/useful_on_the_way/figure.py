"""Use on the way: the trace of the first symbol at the last row over training, with and without use before it."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from study.experiments.useful_on_the_way.configs import FILLERS, NETWORKS, USEFUL, USELESS, lag_of, trained
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "One panel for each lag: the median over seeds of the distance between the mean hidden states of the two groups "
    "of sequences at the last row against the epochs, on logarithmic scales. One colour a network; full lines where "
    "the first symbol is useful on the way, dashed lines where it is needed at the end alone."
)
LEAST = 1e-7  # that is drawn on a logarithmic scale; less is drawn there


def draw(evidence: Evidence) -> Figure:
    """Draw a panel for each lag."""
    preset = evidence.presets["useful_on_the_way"]
    figure, panels = plt.subplots(1, len(FILLERS), figsize=(8.8, 3.8), sharey=True, layout="constrained")
    for panel, fillers in zip(panels, FILLERS, strict=True):
        for place, network in enumerate(NETWORKS):
            for kind, line in ((USEFUL, "-"), (USELESS, "--")):
                table = evidence.table(trained(network, kind, fillers, preset))
                median = table[table["epoch"] > 0].groupby("epoch")[f"trace_{fillers + 2}"].median().clip(lower=LEAST)
                label = network if kind == USEFUL else None
                panel.plot(median.index, median, line, color=COLOURS[place], marker=".", label=label)
        panel.set(xscale="log", yscale="log", xlabel="epochs", title=f"lag {lag_of(fillers)}")
        panel.xaxis.set_minor_formatter(NullFormatter())
    panels[0].set_ylabel("trace at the last row")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(NETWORKS), fontsize=7.5)
    return figure
