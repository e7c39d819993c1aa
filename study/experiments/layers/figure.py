"""Layers and widths: share of seeds right and within 0.25 against the units, one panel an optimiser."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.layers.configs import JUDGED, LAYERS, OPTIMISERS, trained
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import curve, dots, name_lines
from study.report.figures.shapes import leftmost, panels

ALT = (
    "Two panels, one for Adam and one for plain gradient descent: share of seeds against the number of units, one "
    "line each for LSTM, GRU and simple RNN. Full lines: all ambiguous rows right, with 95 per cent intervals. Dotted "
    "lines: every output within 0.25 of its target."
)
MARKS = "os^"


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw both panels."""
    preset = evidence.presets["layers"]
    judged = JUDGED if preset.long else TUTORIAL_EPOCHS
    widths = sorted({config.units for config in evidence.configs_of["layers"]})
    figure, grid = panels(1, 2, 2.5, narrow=narrow, sharey=True)
    for panel, optimiser in zip(grid.flat, OPTIMISERS, strict=True):
        for place, layer in enumerate(LAYERS):
            found = [evidence.summary(trained(layer, units, optimiser, preset), judged) for units in widths]
            within, right = [each.within for each in found], [each.solved for each in found]
            aside = [units * (1 + 0.03 * (place - 1)) for units in widths]  # so that equal shares show apart
            name, colour = f"{layer}, {{}} units", LINES[place]
            curve(panel, widths, within, colour, f"{name}, within 0.25", line=":", band=False)
            names = [name.format(units) for units in widths]
            dots(panel, aside, right, colour, names, mark=MARKS[place], line="-", label=layer)
        panel.set(xscale="log", xlabel="units", title=f"{optimiser}, {judged:,} epochs", ylim=(-0.03, 1.03))
        panel.set_xticks(widths, labels=[str(units) for units in widths])
        panel.minorticks_off()
    for panel in leftmost(grid):
        panel.set_ylabel("share of seeds")
    name_lines(grid[0, 1], narrow=narrow)
    return figure
