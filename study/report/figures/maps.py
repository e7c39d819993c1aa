"""Maps: fields in shades from dark to light, each with its number in it and its words where it is pointed at.

Their colours are those of cividis, whose lightness grows evenly for all readers, and stay the same in the dark.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from study.report.figures.colours import FAINT, INK
from study.report.figures.style import SMALLEST
from study.report.figures.telling import tell_at

ON_DARK, ON_LIGHT = "#fefefe", "#0a0a0a"  # numbers on fields, which do not follow the page into the dark


def shade_map(
    panel: Axes,
    values: npt.NDArray[np.float64],
    texts: Sequence[str],
    names: Sequence[str],
    ends: tuple[float, float],
) -> None:
    """Draw a map with its numbers in it, its first row at the bottom.

    Parameters
    ----------
    panel : Axes
    values : array, shape (rows, columns)
        What is not a number has a field without a shade.
    texts : sequence of str
        In the fields, row by row.
    names : sequence of str
        What each field is.
    ends : tuple of float
        The value of the darkest shade and of the lightest.
    """
    shades = mpl.colormaps["cividis"]
    rows, columns = values.shape
    for place, (value, text) in enumerate(zip(values.flat, texts, strict=True)):
        row, column = divmod(place, columns)
        share = (value - ends[0]) / (ends[1] - ends[0])
        known = bool(np.isfinite(value))
        fill = mpl.colors.to_hex(shades(float(np.clip(share, 0, 1)))) if known else "none"
        panel.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=fill, edgecolor=FAINT, linewidth=0.5))
        colour = (ON_DARK if share <= 0.5 else ON_LIGHT) if known else INK
        panel.text(column, row, text, ha="center", va="center", fontsize=SMALLEST, color=colour)
    across, up = (list(each) for each in zip(*((p % columns, p // columns) for p in range(len(texts))), strict=True))
    tell_at(panel, across, up, [f"{name}: {text}" for name, text in zip(names, texts, strict=True)])
    panel.set(xlim=(-0.5, columns - 0.5), ylim=(-0.5, rows - 0.5))
    panel.grid(visible=False)
    panel.tick_params(length=0)
