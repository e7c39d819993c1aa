"""Batch learning: share of seeds right against weight updates, epochs and timesteps computed."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, REACHES
from study.experiments.batch_learning.curves import Curve, curve_keys, curve_of
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two rows of three panels, one row for each learning rate: the share of seeds with the ambiguous rows right "
    "against weight updates, epochs and timesteps computed forward and back, with bands of the 95 per cent interval. "
    "One line for each kind of row and time of the update; the table of this section gives their numbers."
)
STYLES = dict(zip(REACHES, (":", "-", "--"), strict=True))


def draw(evidence: Evidence) -> Figure:
    """Draw one row of panels a learning rate."""
    figure, grid = plt.subplots(
        len(LEARNING_RATES), 3, figsize=(9.4, 5.4), sharex="col", sharey=True, layout="constrained"
    )
    colours = dict(zip(AFTER, COLOURS, strict=False))
    for panels, learning_rate in zip(grid, LEARNING_RATES, strict=True):
        for reach, after, rate in curve_keys():
            if rate == learning_rate:
                look = {"color": colours[after], "linestyle": STYLES[reach], "label": f"{reach}; {after}"}
                _draw_curve(panels, curve_of(evidence, reach, after, rate), look)
        panels[0].set_ylabel(f"learning rate {learning_rate:g}\nshare of seeds right")
    for panel, name in zip(grid[-1], ("weight updates", "epochs", "timesteps computed"), strict=True):
        panel.set(xscale="log", xlabel=name, ylim=(-0.03, 1.03))
    figure.legend(
        *grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3, title="row; update after"
    )
    return figure


def _draw_curve(panels: list[Axes], curve: Curve, look: dict[str, Any]) -> None:
    """Draw one curve against all three clocks."""
    for panel, clock in zip(panels, (curve.updates, curve.epochs, curve.timesteps), strict=True):
        panel.plot(clock, [rate.share for rate in curve.right], linewidth=1.2, **look)
        lows, highs = ([getattr(rate, end) for rate in curve.right] for end in ("low", "high"))
        panel.fill_between(clock, lows, highs, color=look["color"], alpha=0.1, linewidth=0)
