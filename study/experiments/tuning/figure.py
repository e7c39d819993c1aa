"""Tuning: maps over units and learning rate of the share right, with and without a margin, and of epochs needed."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.tuning.configs import ROUTES
from study.experiments.tuning.selection import settings, tuned_configs
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH

ALT = (
    "Two rows of three maps over units and learning rate, with a number in every field: one row for whole sequences as "
    "rows, one for rows of 1 timestep with the state carried. Left the share of seeds that are right at the best "
    "checkpoint, in the middle the share with every output within 0.25 of its target, on the right the epochs until "
    f"{100 * ENOUGH:.0f} per cent are right, a dash where that never happens. The table of this section gives the "
    "numbers of the best setting of each size."
)


def draw(evidence: Evidence) -> Figure:
    """Draw a row of maps for each route."""
    figure, grid = plt.subplots(len(ROUTES), 3, figsize=(9.6, 6.4), sharex=True, sharey=True, layout="constrained")
    for panels, route in zip(grid, ROUTES, strict=True):
        configs = tuned_configs(evidence, route)
        units, rates = (sorted({getattr(config, name) for config in configs}) for name in ("units", "learning_rate"))
        shape = (len(units), len(rates))
        tried = [settings(evidence, [config]) for config in configs]
        right = [max(setting.right.share for setting in config) for config in tried]
        within = [max(setting.within.share for setting in config) for config in tried]
        waits = [min((s.epoch for s in config if s.right.share >= ENOUGH), default=0) for config in tried]
        for panel, shares in zip(panels, (right, within), strict=False):
            _draw_map(panel, np.reshape(shares, shape), [f"{100 * share:.0f}" for share in shares], (0.0, 1.0))
        epochs = np.array([float(wait) if wait else np.nan for wait in waits])
        longest = max(setting.epoch for config in tried for setting in config)
        ends = (-np.log(longest), -np.log(5))  # light: soon
        _draw_map(panels[2], -np.log(epochs).reshape(shape), [str(wait or "–") for wait in waits], ends)
        panels[0].set_ylabel(f"{route}\nunits")
        panels[0].set_xticks(range(len(rates)), [f"{rate:g}" for rate in rates])
        panels[0].set_yticks(range(len(units)), [str(size) for size in units])
    titles = (
        "seeds right, %",
        "seeds with every output within 0.25, %",
        f"epochs until {100 * ENOUGH:.0f} % are right",
    )
    for panel, title in zip(grid[0], titles, strict=True):
        panel.set_title(title)
    for panel in grid[-1]:
        panel.set_xlabel("learning rate")
    return figure


def _draw_map(panel: Axes, values: npt.NDArray[np.float64], texts: list[str], ends: tuple[float, float]) -> None:
    """Draw a map, shape (units, learning rates), with its numbers in it, units upwards."""
    panel.imshow(values, cmap="cividis", vmin=ends[0], vmax=ends[1], aspect="auto", origin="lower")
    for place, (value, text) in enumerate(zip(values.flat, texts, strict=True)):
        line, column = divmod(place, values.shape[1])
        colour = "white" if value <= sum(ends) / 2 else "black"  # not a number: black on white
        panel.text(column, line, text, ha="center", va="center", fontsize=7, color=colour)
    panel.grid(visible=False)
