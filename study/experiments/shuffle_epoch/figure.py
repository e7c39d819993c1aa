"""Order of presentation: seeds right in the order of training, in random order, and with a fresh state."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.shuffle_epoch.configs import HABITS, ROUTES
from study.experiments.shuffle_epoch.three_orders import Scored, routes, scored
from study.presentation import RESETS
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "One panel for each stateful network; horizontally the habits of resetting with the orders of each, vertically the "
    "share of seeds with the ambiguous rows right, three marks side by side: in the order of training, in random order "
    "(all epochs drawn) and with a fresh state. Grey where a ceiling below 1 rules it out. The table of this section "
    "gives the numbers."
)
MARKS = (("order of training", "o", "trained"), ("random order", "x", "random"), ("fresh state", "^", "fresh"))


def draw(evidence: Evidence) -> Figure:
    """Draw one panel a stateful route and learning rate, as wide as it has habits."""
    shown = [(route, rate) for route, rate in routes(evidence) if ROUTES[route].model == "stateful_lstm"]
    figure, panels = plt.subplots(
        1, len(shown), figsize=(9.6, 3.6), sharey=True, layout="constrained",
        width_ratios=[len(HABITS[route]) + 1 for route, _ in shown],
    )  # fmt: skip
    for panel, (route, rate) in zip(panels, shown, strict=True):
        _draw_route(panel, evidence, route, rate)
    panels[0].set_ylabel("share of seeds, ambiguous rows right")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _draw_route(panel: Axes, evidence: Evidence, route: str, rate: float) -> None:
    """Draw all habits of a route, those of one reset together."""
    places: list[float] = []
    place = -1.0
    for reset in RESETS:
        block = [habit for habit in HABITS[route] if habit[0] == reset]
        place += 0.5 if places and block else 0.0
        for habit in block:
            place += 1
            places.append(place)
            score = scored(evidence, route, habit, rate)
            _draw_marks(panel, place, score)
            _draw_ceiling(panel, place, score)
        if block:
            panel.text(place - (len(block) - 1) / 2, 1.07, reset, ha="center", fontsize=7)
    panel.set_xticks(places, [order for _, order in HABITS[route]], rotation=90)
    name = route.replace(", batch", ",\nbatch")
    if sum(each == route for each, _ in routes(evidence)) > 1:
        name += f", learning rate {rate:g}"
    panel.set_title(f"{name}\nreset after:", fontsize=8, pad=12)
    panel.set_ylim(-0.05, 1.05)
    panel.grid(visible=False, axis="x")


def _draw_marks(panel: Axes, place: float, score: Scored) -> None:
    """Draw the three rates with Wilson's intervals."""
    for shift, colour, (label, mark, name) in zip((-0.27, 0.0, 0.27), (0, 1, 7), MARKS, strict=True):
        rate = getattr(score, name)
        panel.errorbar(
            place + shift, rate.share, [[rate.share - rate.low], [rate.high - rate.share]], fmt=mark, markersize=4,
            color=COLOURS[colour], elinewidth=0.8, label=label if place == 0 else None,
        )  # fmt: skip


def _draw_ceiling(panel: Axes, place: float, score: Scored) -> None:
    """Shade what no network can reach: all shares where a ceiling is below 1."""
    if score.trained_ceiling < 1:
        panel.axvspan(place - 0.45, place + 0.13, color="0.9", linewidth=0, zorder=0)
    elif score.random_ceiling < 1:
        panel.axvspan(place - 0.13, place + 0.13, color="0.9", linewidth=0, zorder=0)
