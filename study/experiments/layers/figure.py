"""Layers and widths: share of seeds right and within 0.25 against the units, one panel an optimiser."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.layers.configs import JUDGED, LAYERS, OPTIMISERS, trained
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two panels, one for Adam and one for plain gradient descent: share of seeds against the number of units, one "
    "line each for LSTM, GRU and simple RNN. Full lines: all ambiguous rows right, with bands of the 95 per cent "
    "interval. Dotted lines: every output within 0.25 of its target."
)
MARKS = "os^"


def draw(evidence: Evidence) -> Figure:
    """Draw both panels."""
    preset = evidence.presets["layers"]
    judged = JUDGED if preset.long else TUTORIAL_EPOCHS
    widths = sorted({config.units for config in evidence.configs_of["layers"]})
    figure, panels = plt.subplots(1, 2, figsize=(8.6, 3.5), sharey=True, layout="constrained")
    for panel, optimiser in zip(panels, OPTIMISERS, strict=True):
        for place, layer in enumerate(LAYERS):
            found = [evidence.summary(trained(layer, units, optimiser, preset), judged) for units in widths]
            right, colour = [each.solved for each in found], COLOURS[place]
            panel.plot(widths, [r.share for r in right], MARKS[place], ls="-", color=colour, ms=4.5, label=layer)
            panel.fill_between(widths, [r.low for r in right], [r.high for r in right], color=colour, alpha=0.12, lw=0)
            panel.plot(widths, [each.within.share for each in found], ls=":", color=colour)
        panel.set(xscale="log", xlabel="units", title=f"{optimiser}, {judged:,} epochs", ylim=(-0.03, 1.03))
        panel.set_xticks(widths, labels=[str(units) for units in widths])
        panel.minorticks_off()
    panels[0].set_ylabel("share of seeds")
    panels[0].legend(fontsize=8)
    return figure
