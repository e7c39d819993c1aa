"""Use on the way: the trace of the first symbol at the last row over training, with and without use before it."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiments.useful_on_the_way.configs import FILLERS, NETWORKS, USEFUL, USELESS, lag_of, trained
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.shapes import leftmost, panels
from study.report.figures.telling import tell

ALT = (
    "One panel for each lag: the median over seeds of the distance between the mean hidden states of the two groups "
    "of sequences at the last row against the epochs, on logarithmic scales. One colour and mark a network; full lines "
    "where the first symbol is useful on the way, dashed lines where it is needed at the end alone."
)
MARKS = "os^Dv"
LEAST = 1e-7  # that is drawn on a logarithmic scale; less is drawn there


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a panel for each lag."""
    preset = evidence.presets["useful_on_the_way"]
    figure, grid = panels(1, len(FILLERS), 2.6, narrow=narrow, sharey=True)
    for panel, fillers in zip(grid.flat, FILLERS, strict=True):
        for place, network in enumerate(NETWORKS):
            for kind, style in ((USEFUL, "-"), (USELESS, "--")):
                table = evidence.table(trained(network, kind, fillers, preset))
                median = table[table["epoch"] > 0].groupby("epoch")[f"trace_{fillers + 2}"].median().clip(lower=LEAST)
                label = network if kind == USEFUL else "_same"
                (line,) = panel.plot(median.index, median, style, color=LINES[place], marker=MARKS[place], label=label,
                                     markersize=3)  # fmt: skip
                said = f"{network}, {kind}, lag {lag_of(fillers)}"
                tell(line, [f"{said}, {epoch:,} epochs: {value:.2g}" for epoch, value in median.items()])
        panel.set(xscale="log", yscale="log", xlabel="epochs", title=f"lag {lag_of(fillers)}")
    for panel in leftmost(grid):
        panel.set_ylabel("trace at the last row")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=1 if narrow else 2)
    return figure
