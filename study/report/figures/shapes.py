"""Figures at their true size: as wide as the paper's text, or as a phone, with the same panels in another order.

Drawn at the size at which they are printed, so that a font of 8 points has 8 points on paper.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

WIDE = 164 / 25.4  # inches, the text of the paper: A4 less two margins of 23 mm
NARROW = 340 / 96  # inches, the text of the page on a phone: 340 of a browser's pixels


def panels(
    rows: int, columns: int, height: float, *, narrow: bool = False, **options: Any
) -> tuple[Figure, npt.NDArray[np.object_]]:
    """Make a figure with a grid of panels; on a phone they stand under each other, row by row.

    Parameters
    ----------
    rows, columns : int
    height : float
        Of a row of panels, in inches; on a phone of each panel.
    narrow : bool
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
        return figure, grid
    kept = {name: value for name, value in options.items() if not name.endswith("_ratios")}
    for shared in ("sharex", "sharey"):
        kept[shared] = kept.get(shared) in (True, "all")
    count = rows * columns
    figure, grid = plt.subplots(count, 1, figsize=(NARROW, height * count), squeeze=False, layout="constrained", **kept)
    return figure, grid.reshape(rows, columns)


def lowest(grid: npt.NDArray[np.object_], *, narrow: bool) -> list[Any]:
    """Give the panels under which the name of a shared horizontal axis stands."""
    return [grid[-1, -1]] if narrow else list(grid[-1])


def leftmost(grid: npt.NDArray[np.object_], *, narrow: bool) -> list[Any]:
    """Give the panels beside which the name of a shared vertical axis stands."""
    return list(grid.flat) if narrow else list(grid[:, 0])
