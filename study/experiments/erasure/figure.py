"""The race between erasing the first symbol's trace and learning to read it, under Adam and under gradient descent."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.erasure.configs import OPTIMISERS, TRACE, UNITS, USUAL, probed
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import curve, name_lines
from study.report.figures.shapes import lowest, panels
from study.report.figures.telling import tell

ALT = (
    "Four panels, the left two for Adam and the right two for plain gradient descent. Above: medians over seeds of "
    "trace, readout, margin and twice the offset against the epochs, on logarithmic scales; seeds are right where the "
    "margin is above twice the offset. Below: share of seeds right for each width, against the epochs."
)
STYLES = ("-", "--", ":", "-.")
LEAST = 1e-7  # that is drawn on a logarithmic scale; less, and what is negative, is drawn there
MEASURES = {TRACE: ("trace", 1, "-"), "readout": ("readout", 1, "--"), "margin": ("margin", 1, "-."),
            "offset": ("twice the offset", 2, ":")}  # fmt: skip


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw the four panels."""
    preset = evidence.presets["erasure"]
    figure, grid = panels(2, 2, 2.2, narrow=narrow, sharex=True, sharey="row", height_ratios=(1.5, 1))
    for (above, below), optimiser in zip(grid.T, OPTIMISERS, strict=True):
        _draw_race(above, evidence, optimiser)
        for place, units in enumerate(UNITS):
            table = evidence.table(probed(optimiser, units, preset))
            table = table[table["epoch"] > 0]
            hits = CRITERIA["right"](table).groupby(table["epoch"])
            rates = [Rate(int(k), int(n)) for k, n in zip(hits.sum(), hits.size(), strict=True)]
            name = f"{units} units"
            curve(below, list(hits.sum().index), rates, LINES[place], f"{optimiser}, {name}, {{}} epochs", label=name,
                  line=STYLES[place], band=False)  # fmt: skip
        above.set(title=f"{optimiser}, {USUAL} units, medians")
        below.set(title=f"{optimiser}, share right", ylim=(-0.03, 1.03))
    for panel in lowest(grid):
        panel.set_xlabel("epochs")
    if narrow:
        grid[0, 0].legend(loc="lower left", ncols=2)
        grid[1, 1].legend(loc="center left")
    else:
        name_lines(grid[0, 1])
        name_lines(grid[1, 1])
    return figure


def _draw_race(panel: Axes, evidence: Evidence, optimiser: str) -> None:
    """Draw what is left, how it is read, and what the margin has to pass, at the usual width."""
    table = evidence.table(probed(optimiser, USUAL, evidence.presets["erasure"]))
    by_epoch = table[table["epoch"] > 0].groupby("epoch")
    for place, (name, (label, times, style)) in enumerate(MEASURES.items()):
        median = times * by_epoch[name].median()
        (line,) = panel.plot(median.index, median.clip(lower=LEAST), style, color=LINES[place], label=label)
        tell(line, [f"{optimiser}, {label}, {epoch:,} epochs: {value:.2g}" for epoch, value in median.items()])
    panel.set(xscale="log", yscale="log")
