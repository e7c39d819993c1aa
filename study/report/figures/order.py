"""Order of presentation: seeds right in the order of training, in random order, and with a fresh state."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.shuffle_epoch import ROUTES
from study.layouts import ORDERS, RESETS
from study.report.evidence import Evidence
from study.report.figures.style import COLOURS
from study.report.orders import Scored, route_cell, scored

ALT = (
    "Three panels, one for each stateful network; horizontally three habits of resetting with three orders each, "
    "vertically the share of seeds with the ambiguous rows right, in the order of training, in random order and with a "
    "fresh state. Where the state is reset after each epoch and the order is fixed, batch sizes 1 and 4 are right in "
    "the order of training alone."
)
MARKS = (("order of training", "o", "trained"), ("random order", "x", "random"), ("fresh state", "^", "fresh"))


def draw(evidence: Evidence) -> Figure:
    """Draw one panel a route, with Wilson's intervals and a bar where the ceiling of random order lies."""
    routes = [name for name, cell in ROUTES.items() if cell.model == "stateful_lstm"]
    figure, panels = plt.subplots(1, len(routes), figsize=(9.6, 3.3), sharey=True, layout="constrained")
    for panel, route in zip(panels, routes, strict=True):
        for block, reset in enumerate(RESETS):
            for place, order in enumerate(ORDERS):
                centre = 4 * block + place
                found = scored(evidence, route_cell(evidence, route, order, reset))
                for shift, (label, mark, name) in zip((-0.27, 0.0, 0.27), MARKS, strict=True):
                    rate = getattr(found, name)
                    panel.errorbar(
                        centre + shift, rate.share, [[rate.share - rate.low], [rate.high - rate.share]], fmt=mark,
                        color=COLOURS[(0, 1, 7)[MARKS.index((label, mark, name))]], markersize=4, elinewidth=0.8,
                        label=label if centre == 0 else None,
                    )  # fmt: skip
                _draw_ceiling(panel, centre, found)
            panel.text(4 * block + 1, 1.1, f"reset: {reset}", ha="center", fontsize=8)
        places = [4 * block + place for block in range(len(RESETS)) for place in range(len(ORDERS))]
        panel.set_xticks(places, [order for _ in RESETS for order in ORDERS], rotation=90)
        panel.set_title(route, fontsize=8.5, pad=14)
        panel.set_ylim(-0.05, 1.08)
        panel.grid(visible=False, axis="x")
    panels[0].set_ylabel("share of seeds, ambiguous rows right")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _draw_ceiling(panel: Axes, centre: int, found: Scored) -> None:
    """Shade what cannot be reached by anyone: all shares where a ceiling is below 1."""
    if found.trained_ceiling < 1:
        panel.axvspan(centre - 0.5, centre + 0.5, color="0.9", linewidth=0, zorder=0)
    elif found.random_ceiling < 1:
        panel.axvspan(centre - 0.12, centre + 0.45, color="0.9", linewidth=0, zorder=0)
