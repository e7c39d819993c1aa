"""Long sequences: share of seeds right against the lag for each recipe, and what an untrained cell keeps."""

from __future__ import annotations

from math import exp

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from study.cell import Cell
from study.experiments.long_sequences import FAR_RECIPES, RECIPES
from study.report.evidence import Evidence
from study.report.figures.style import COLOURS

ALT = (
    "Left: the share of seeds with the ambiguous rows right against the lag, one line a recipe with bands of the 95 "
    "per cent interval. Right: sigmoid of the forget bias to the power of the lag, for biases 1, 3, 5 and 7; the lower "
    "the bias, the sooner nothing is left."
)
FORGET_BIASES = (1, 3, 5, 7)
MARKS = "os^Dv<>"


def recipe_cells(evidence: Evidence, recipe: str) -> dict[int, Cell]:
    """Find a recipe's stored cells by lag, with the farthest lags where these are stored."""
    made = RECIPES[recipe]
    found = {}
    for experiment in ("long_sequences", *(("far_lags",) if recipe in FAR_RECIPES else ())):
        for lag in sorted({dict(cell.task_options)["lag"] for cell in evidence.cells_of.get(experiment, [])}):
            settings = {name: value for name, value in made(lag).settings().items() if name != "epochs"}
            found[lag] = evidence.find(experiment, **settings)
    return found


def kept(forget_bias: float, lag: int) -> float:
    """Share of a cell's content that an untrained forget gate leaves after `lag` steps: sigmoid(bias) ** lag."""
    return float((1 + exp(-forget_bias)) ** -lag)


def draw(evidence: Evidence) -> Figure:
    """Draw both panels; recipes that differ by their learning rate alone are left to the table."""
    figure, (panel, beside) = plt.subplots(1, 2, figsize=(9.4, 4.4), width_ratios=(1.7, 1), layout="constrained")
    shown = [recipe for recipe in RECIPES if "rate" not in recipe]
    farthest = 1000
    for number, recipe in enumerate(shown):
        cells = recipe_cells(evidence, recipe)
        rates = [evidence.summary(cell).solved for cell in cells.values()]
        look = {"color": COLOURS[number % len(COLOURS)], "linestyle": ("-", "--", ":", "-.")[number % 4]}
        lags = np.array(list(cells)) * (1 + 0.02 * (number - len(shown) / 2))  # so that equal shares show apart
        panel.plot(lags, [r.share for r in rates], marker=MARKS[number % 7], markersize=4, label=recipe, **look)
        low, high = [rate.low for rate in rates], [rate.high for rate in rates]
        panel.fill_between(lags, low, high, color=look["color"], alpha=0.1, linewidth=0)
        farthest = max(farthest, *cells)
    panel.set(xscale="log", xlabel="lag", ylabel="share of seeds, ambiguous rows right", ylim=(-0.03, 1.03))
    steps = np.unique(np.geomspace(3, farthest, 60).astype(int))
    for number, bias in enumerate(FORGET_BIASES):
        left = [kept(bias, int(step)) for step in steps]
        beside.plot(steps, left, ("-", "--", ":", "-.")[number], color=COLOURS[number], label=f"forget bias {bias}")
    beside.set(xscale="log", xlabel="lag", ylabel="kept by an untrained cell", ylim=(-0.03, 1.03))
    beside.legend()
    figure.legend(*panel.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
