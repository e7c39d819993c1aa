"""Tuning: maps over units and learning rate, of the share solved and of the epochs it takes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.tuning import LEARNING_RATES, ROUTES, UNITS
from study.report.evidence import Evidence
from study.report.halves import ENOUGH, Setting, settings, tuned_cells

ALT = (
    "Three maps over units and learning rate. With back-propagation through the whole sequence, the share of seeds "
    "that are right rises with the units, and the epochs needed for 95 per cent fall with units and learning rate. "
    "With 1 timestep the best share over the whole training stays low wherever one looks."
)


def draw(evidence: Evidence) -> Figure:
    """Draw the share at the best checkpoint for both routes, and the epochs to 95 % for the first."""
    figure, panels = plt.subplots(1, 3, figsize=(9.6, 3.7), sharey=True, layout="constrained")
    shares: dict[str, list[list[Setting]]] = {}
    for panel, route in zip(panels[[0, 2]], ROUTES, strict=True):
        shares[route] = [settings(evidence, [cell]) for cell in tuned_cells(evidence, route)]
        best = [max(map(_share, cell)) for cell in shares[route]]
        values = np.array(best).reshape(len(UNITS), -1)
        _draw_map(panel, values, [[f"{100 * value:.0f}" for value in line] for line in values], vmin=0.0, vmax=1.0)
        panel.set_title(f"{route}:\nseeds right at the best checkpoint, %", fontsize=8.5)
    route = next(iter(ROUTES))
    waits = [min((s.epoch for s in cell if _share(s) >= ENOUGH), default=0) for cell in shares[route]]
    epochs = np.array(waits, dtype=float).reshape(len(UNITS), -1)
    shown = -np.log(np.where(epochs > 0, epochs, np.nan))
    _draw_map(panels[1], shown, [[f"{value:.0f}" if value else "–" for value in line] for line in epochs])
    panels[1].set_title(f"{route}:\nepochs until {100 * ENOUGH:.0f} % are right", fontsize=8.5)
    panels[0].set_ylabel("units")
    return figure


def _share(setting: Setting) -> float:
    """Share of both halves together."""
    return (setting.chosen.k + setting.confirmed.k) / (setting.chosen.n + setting.confirmed.n)


def _draw_map(
    panel: Axes, values: npt.NDArray[np.float64], texts: list[list[str]], vmin: float | None = None,
    vmax: float | None = None,
) -> None:  # fmt: skip
    """Draw a map with its numbers in it."""
    middle = (np.nanmin(values) + np.nanmax(values)) / 2 if vmin is None or vmax is None else (vmin + vmax) / 2
    panel.imshow(values, cmap="cividis", vmin=vmin, vmax=vmax, aspect="auto", origin="lower")
    for line, row in enumerate(texts):
        for column, text in enumerate(row):
            colour = "white" if values[line, column] <= middle else "black"  # not a number: black on white
            panel.text(column, line, text, ha="center", va="center", fontsize=7, color=colour)
    panel.set_xticks(range(len(LEARNING_RATES)), [f"{rate:g}" for rate in LEARNING_RATES])
    panel.set_yticks(range(len(UNITS)), [str(units) for units in UNITS])
    panel.set_xlabel("learning rate")
    panel.grid(visible=False)
