"""Figures at their true size: as wide as the paper's text, or as a phone, with the same panels in another order.

Drawn at the size at which they are printed, so that a font of 8 points has 8 points on paper.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import matplotlib.pyplot as plt
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import offset_copy

Grid = npt.NDArray[Any]  # of Axes, shape (rows, columns)
WIDE = 164 / 25.4  # inches, the text of the paper: A4 less two margins of 23 mm
NARROW = 340 / 96  # inches, the text of the page on a phone: 340 of a browser's pixels


def panels(
    rows: int, columns: int, height: float, *, narrow: bool = False, beside: int = 1, **options: Any
) -> tuple[Figure, Grid]:
    """Make a figure with a grid of panels; on a phone they stand under each other, row by row.

    Parameters
    ----------
    rows, columns : int
    height : float
        Of a row of panels, in inches; on a phone of each panel.
    narrow : bool
    beside : int
        How many stand beside each other on a phone.
    **options
        For `matplotlib.pyplot.subplots`. Ratios of widths and heights hold on paper alone.

    Returns
    -------
    figure : Figure
    grid : array of Axes, shape (rows, columns)
        The panel of a row and a column, wherever it stands.
    """
    if not narrow:
        figure, grid = plt.subplots(
            rows, columns, figsize=(WIDE, height * rows), squeeze=False, layout="constrained", **options
        )
        return _with_room(figure), grid
    kept = {name: value for name, value in options.items() if not name.endswith("_ratios")}
    for shared in ("sharex", "sharey"):
        kept[shared] = kept.get(shared) in (True, "all")
    count = rows * columns // beside
    size = (NARROW, height * count)
    figure, grid = plt.subplots(count, beside, figsize=size, squeeze=False, layout="constrained", **kept)
    return _with_room(figure), grid.reshape(rows, columns)


def _with_room(figure: Figure) -> Figure:
    """Leave a hundredth of the height free: legends below a panel are placed after the layout is measured."""
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0, 0.005, 1, 0.99))
    return figure


def lowest(grid: Grid) -> list[Axes]:
    """Give the panels with none below them, which name a shared horizontal axis; on a phone others than on paper."""
    return [panel for panel in grid.flat if panel.get_subplotspec().is_last_row()]


def leftmost(grid: Grid) -> list[Axes]:
    """Give the panels with none to their left, which name a shared vertical axis; on a phone others than on paper."""
    return [panel for panel in grid.flat if panel.get_subplotspec().is_first_col()]


def legend_below(panel: Axes) -> None:
    """Name the lines of a panel below it, as far as the name of its horizontal axis needs, whatever its height."""
    figure = panel.get_figure(root=True)
    below = offset_copy(panel.transAxes, fig=figure, y=-28, units="points")
    panel.legend(loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=below, borderaxespad=0)


def name_axes(grid: Grid, across: str = "", up: str = "") -> None:
    """Name the axes that all panels share: below the lowest ones, and once at the left."""
    for panel in lowest(grid) if across else []:
        panel.set_xlabel(across)
    if up:
        grid[0, 0].get_figure(root=True).supylabel(up, size=plt.rcParams["axes.labelsize"])


def wrapped(text: str, width: int) -> str:
    """Break a text into lines of at most so many characters, where it has spaces."""
    return "\n".join(wrap(text, width, break_long_words=False, break_on_hyphens=False))
