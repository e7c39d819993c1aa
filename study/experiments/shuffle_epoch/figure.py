"""Order of presentation: seeds right in the order of training, in random order, and with a fresh state."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.shuffle_epoch.configs import HABITS, ROUTES
from study.experiments.shuffle_epoch.three_orders import Scored, routes, scored
from study.presentation import RESETS
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import dots, key, unreachable
from study.report.figures.shapes import name_axes, panels, wrapped

ALT = (
    "One panel for each stateful network; horizontally the habits of resetting with the orders of each, vertically the "
    "share of seeds with the ambiguous rows right, three marks side by side: in the order of training, in random order "
    "(all epochs drawn) and with a fresh state. Grey where a ceiling below 1 rules it out. The table of this section "
    "gives the numbers."
)
MARKS = (  # a criterion: its mark, and its name among the scores
    ("order of training", "o", "trained"), ("random order", "X", "random"), ("fresh state", "^", "fresh"),
)  # fmt: skip


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw one panel a stateful route and learning rate, as wide as it has habits."""
    shown = [(route, rate) for route, rate in routes(evidence) if ROUTES[route].model == "stateful_lstm"]
    widths = [len(HABITS[route]) + 1 for route, _ in shown]
    figure, grid = panels(1, len(shown), 2.9 if narrow else 3.4, narrow=narrow, sharey=True, width_ratios=widths)
    for panel, (route, rate) in zip(grid.flat, shown, strict=True):
        _draw_route(panel, evidence, route, rate)
    name_axes(grid, up="share of seeds, ambiguous rows right")
    handles = [key(label, mark, colour=colour) for (label, mark, _), colour in zip(MARKS, LINES, strict=False)]
    figure.legend(handles=handles, loc="outside lower center", ncols=2 if narrow else 3)
    return figure


def _draw_route(panel: Axes, evidence: Evidence, route: str, rate: float) -> None:
    """Draw all habits of a route, those of one reset together."""
    places: list[float] = []
    place = -1.0
    for number, reset in enumerate(RESETS):
        block = [habit for habit in HABITS[route] if habit[0] == reset]
        place += 0.5 if places and block else 0.0
        for habit in block:
            place += 1
            places.append(place)
            score = scored(evidence, route, habit, rate)
            _draw_marks(panel, place, score, f"{route}, reset after each {reset}, {habit[1]} order")
            _draw_ceiling(panel, place, score)
        if block:
            panel.text(place - (len(block) - 1) / 2, 1.06 + 0.09 * (number % 2), reset, ha="center", fontsize=8)
    panel.set_xticks(places, [order for _, order in HABITS[route]], rotation=90)
    name = wrapped(route.replace(", batch ", ", batch\u00a0"), 15)
    if sum(each == route for each, _ in routes(evidence)) > 1:
        name += f"\nrate {rate:g}"
    panel.set_title(f"{name}\nreset after:", pad=24, weight="normal")
    panel.set_ylim(-0.05, 1.05)
    panel.grid(visible=False, axis="x")


def _draw_marks(panel: Axes, place: float, score: Scored, said: str) -> None:
    """Draw the three rates with Wilson's intervals."""
    for shift, colour, (label, mark, name) in zip((-0.27, 0.0, 0.27), LINES, MARKS, strict=False):
        dots(panel, [place + shift], [getattr(score, name)], colour, [f"{said}, {label}"], mark=mark, size=4)


def _draw_ceiling(panel: Axes, place: float, score: Scored) -> None:
    """Shade what no network can reach: all shares where a ceiling is below 1."""
    if score.trained_ceiling < 1:
        unreachable(panel, place - 0.45, place + 0.13)
    elif score.random_ceiling < 1:
        unreachable(panel, place - 0.13, place + 0.13)
