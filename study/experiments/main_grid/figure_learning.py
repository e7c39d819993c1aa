"""Learning curves: the share of seeds that have every ambiguous row right, by epochs and by weight updates."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from study.config import Config
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Two panels of curves of the share of seeds with every ambiguous row right, against epochs and against weight "
    "updates, both on logarithmic axes, with bands of the 95 per cent interval: whole windows at batch sizes 1 and 8, "
    "and the stateful network with interleaved lanes, at batch size 1, and with consecutive rows at batch size 4."
)
SHOWN: tuple[tuple[str, dict[str, Any], str], ...] = (  # label, settings, line style
    ("whole window, batch 1", {"model": "stateless_lstm", "timesteps": 4, "batch_size": 1}, "-"),
    ("whole window, batch 8", {"model": "stateless_lstm", "timesteps": 4, "batch_size": 8}, "--"),
    ("stateful, interleaved, batch 2", {"layout": "interleaved", "batch_size": 2}, "-"),
    ("stateful, batch 1 (the tutorial)", {"batch_size": 1}, "-."),
    ("stateful, consecutive, batch 4", {"batch_size": 4}, ":"),
)


def shown_configs(evidence: Evidence) -> list[tuple[str, Config, str]]:
    """List the configurations that are drawn, with label and line style."""
    plain: dict[str, Any] = {"model": "stateful_lstm", "timesteps": 1, "layout": "consecutive"}
    return [(label, evidence.find("main_grid", **{**plain, **settings}), style) for label, settings, style in SHOWN]


def draw(evidence: Evidence) -> Figure:
    """Draw the curves with Wilson bands."""
    figure, panels = plt.subplots(1, 2, figsize=(9.2, 3.6), sharey=True, layout="constrained")
    for number, (label, config, style) in enumerate(shown_configs(evidence)):
        table = evidence.table(config)
        by_epoch = table.assign(solved=table["ambiguous_accuracy"] == 1).groupby("epoch")
        rates = [Rate(int(k), int(n)) for k, n in zip(by_epoch["solved"].sum(), by_epoch.size(), strict=True)]
        updates = by_epoch["updates"].first().to_numpy()
        for panel, times in zip(panels, (by_epoch["updates"].first().index.to_numpy(), updates), strict=True):
            seen = times > 0
            shares, low, high = ([getattr(rate, end) for rate in rates] for end in ("share", "low", "high"))
            line = [value for value, show in zip(shares, seen, strict=True) if show]
            panel.plot(times[seen], line, style, color=COLOURS[number], label=label)
            panel.fill_between(times, low, high, where=seen, color=COLOURS[number], alpha=0.15, linewidth=0)
    for panel, name in zip(panels, ("epochs", "weight updates"), strict=True):
        panel.set_xscale("log")
        panel.set_xlabel(name)
        panel.set_ylim(-0.03, 1.03)
    panels[0].set_ylabel("share of seeds, ambiguous rows right")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
