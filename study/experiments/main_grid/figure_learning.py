"""Learning curves: the share of seeds that have every ambiguous row right, by epochs and by weight updates."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from study.config import Config
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.figures.marks import curve, name_lines
from study.report.figures.settings import colour_of
from study.report.figures.shapes import leftmost, panels

ALT = (
    "Two panels of curves of the share of seeds with every ambiguous row right, against epochs and against weight "
    "updates, both on logarithmic axes, with bands of the 95 per cent interval: whole windows at batch sizes 1 and 8, "
    "and the stateful network with interleaved lanes, at batch size 1, and with consecutive rows at batch size 4."
)
SHOWN: tuple[tuple[str, dict[str, Any], str], ...] = (  # label, settings, line style
    ("whole window, batch 1", {"model": "stateless_lstm", "timesteps": 4, "batch_size": 1}, "-"),
    ("whole window, batch 8", {"model": "stateless_lstm", "timesteps": 4, "batch_size": 8}, "--"),
    ("one sequence per lane, batch 2", {"layout": "interleaved", "batch_size": 2}, "-"),
    ("the tutorial, batch 1", {"batch_size": 1}, "-"),
    ("rows in order, batch 4", {"batch_size": 4}, "-"),
)


def shown_configs(evidence: Evidence) -> list[tuple[str, Config, str]]:
    """List the configurations that are drawn, with label and line style."""
    plain: dict[str, Any] = {"model": "stateful_lstm", "timesteps": 1, "layout": "consecutive"}
    return [(label, evidence.find("main_grid", **{**plain, **settings}), style) for label, settings, style in SHOWN]


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw the curves with Wilson bands."""
    figure, grid = panels(1, 2, 2.5, narrow=narrow, sharey=True)
    for label, config, style in shown_configs(evidence):
        table = evidence.table(config)
        by_epoch = table.assign(solved=table["ambiguous_accuracy"] == 1).groupby("epoch")
        rates = [Rate(int(k), int(n)) for k, n in zip(by_epoch["solved"].sum(), by_epoch.size(), strict=True)]
        updates = by_epoch["updates"].first()
        for panel, times, unit in zip(
            grid.flat, (list(updates.index), list(updates)), ("epochs", "updates"), strict=True
        ):
            seen = [place for place, time in enumerate(times) if time > 0]
            after, shares = [times[place] for place in seen], [rates[place] for place in seen]
            curve(panel, after, shares, colour_of(config), f"{label}, {{}} {unit}", label=label, line=style)
    for panel, name in zip(grid.flat, ("epochs", "weight updates"), strict=True):
        panel.set(xscale="log", xlabel=name, ylim=(-0.03, 1.03))
    for panel in leftmost(grid):
        panel.set_ylabel("share of seeds right")
    name_lines(grid[0, -1], narrow=narrow)
    return figure
