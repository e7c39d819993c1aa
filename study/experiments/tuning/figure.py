"""Tuning: maps over units and learning rate of the share right, with and without a margin, and of epochs needed."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from study.experiments.tuning.configs import ROUTES
from study.experiments.tuning.selection import settings, tuned_configs
from study.report.evidence import Evidence
from study.report.figures.maps import shade_map
from study.report.figures.shapes import name_axes, panels, wrapped
from study.report.reliability import ENOUGH

ALT = (
    "Two rows of three maps over units and learning rate, with a number in every field: one row for whole sequences as "
    "rows, one for rows of 1 timestep with the state carried. Left the share of seeds that are right at the best "
    "checkpoint, in the middle the share with every output within 0.25 of its target, on the right the epochs until "
    f"{100 * ENOUGH:.0f} per cent are right, a dash where that never happens. The table of this section gives the "
    "numbers of the best setting of each size."
)


TITLES = ("right, %", "within 0.25, %", f"epochs until {100 * ENOUGH:.0f} % right")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a row of maps for each route."""
    figure, grid = panels(len(ROUTES), 3, 2.6, narrow=narrow, sharex=not narrow, sharey=True)
    for line, route in zip(grid, ROUTES, strict=True):
        configs = tuned_configs(evidence, route)
        units, rates = (sorted({getattr(config, name) for config in configs}) for name in ("units", "learning_rate"))
        shape = (len(units), len(rates))
        tried = [settings(evidence, [config]) for config in configs]
        right = [max(setting.right.share for setting in config) for config in tried]
        within = [max(setting.within.share for setting in config) for config in tried]
        waits = [min((s.epoch for s in config if s.right.share >= ENOUGH), default=0) for config in tried]
        names = [f"{config.units} units, rate {config.learning_rate:g}" for config in configs]
        for panel, shares in zip(line, (right, within), strict=False):
            shade_map(panel, np.reshape(shares, shape), [f"{100 * share:.0f}" for share in shares], names, (0.0, 1.0))
        epochs = np.array([float(wait) if wait else np.nan for wait in waits])
        longest = max(setting.epoch for config in tried for setting in config)
        ends = (-np.log(longest), -np.log(5))  # light: soon
        shade_map(line[2], -np.log(epochs).reshape(shape), [str(wait or "–") for wait in waits], names, ends)
        for panel, title in zip(line, TITLES, strict=True):
            panel.set_xticks(range(len(rates)), [f"{rate:g}" for rate in rates])
            panel.set_yticks(range(len(units)), [str(size) for size in units])
            panel.set_title(f"{wrapped(route, 24)}:\n{title}", weight="normal")
    name_axes(grid, "learning rate", "units")
    return figure
