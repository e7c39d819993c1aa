"""A figure with everything that figures of the study draw."""

from __future__ import annotations

from study.measures.statistics import Rate
from study.report.figures.colours import IN_ORDER, ONE_PER_LANE, TUTORIAL
from study.report.figures.marks import ceiling, chance, curve, dots, name_lines
from study.report.figures.shapes import panels


def drawn(narrow=False):
    """A figure with two panels, three curves that end at one place, marks, a ceiling and chance."""
    figure, grid = panels(1, 2, 2, narrow=narrow, sharey=True)
    rates = [Rate(3, 100), Rate(40, 100), Rate(90, 100)]
    for colour, name in ((TUTORIAL, "the tutorial"), (IN_ORDER, "rows in order"), (ONE_PER_LANE, "lanes")):
        curve(grid[0, 0], [1, 10, 100], rates, colour, f"{name}, {{}} epochs", label=name)
    dots(grid[0, 1], [1, 2, 4], rates, TUTORIAL, "batch size {}")
    ceiling(grid[0, 1], [1, 2, 4], [1, 0.5, 0.5])
    chance(grid[0, 1], 0.5)
    grid[0, 0].set(xscale="log", ylabel="share < 1 & more")
    name_lines(grid[0, 0])
    return figure
