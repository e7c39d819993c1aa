"""What a reader is told of a mark or a line that is pointed at: kept with the figure, shown by the page.

The words travel in an artist's ``gid``, and leave it when the figure is written, with the places of its points.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

MARKED = "tell:"


def tell(artist: Line2D | PathCollection, words: Sequence[str]) -> None:
    """Say what each point of a line, or each mark of a scatter, stands for.

    Parameters
    ----------
    artist : Line2D or PathCollection
    words : sequence of str
        For each point, such as ``Adam, 0.1: 40 of 100 (31–50 %)``.
    """
    points = len(_places(artist))
    if points != len(words):
        raise ValueError(f"{len(words)} texts for {points} points; give one for each")
    artist.set_gid(MARKED + json.dumps(list(words), ensure_ascii=False))


def tell_at(panel: Axes, across: Sequence[float], up: Sequence[float], words: Sequence[str]) -> None:
    """Say what stands at some places of a panel, such as the fields of a map."""
    (nothing,) = panel.plot(across, up, linestyle="none", marker="none", label="_told")
    tell(nothing, words)


def told(figure: Figure) -> list[tuple[float, float, str]]:
    """Take all points and their words from a figure that is laid out: from the left and from the top, in points."""
    found = []
    height = figure.bbox.height
    for artist in figure.findobj(_is_told):
        assert isinstance(artist, (Line2D, PathCollection))
        words = json.loads(str(artist.get_gid()).removeprefix(MARKED))
        artist.set_gid(None)
        way = artist.get_offset_transform() if isinstance(artist, PathCollection) else artist.get_transform()
        places = way.transform(_places(artist))
        box = artist.axes.bbox.padded(4) if artist.axes else figure.bbox
        for (x, y), text in zip(places, words, strict=True):
            if np.isfinite((x, y)).all() and box.contains(x, y):
                found.append((round(float(x), 1), round(float(height - y), 1), text))
    return found


def _places(artist: Line2D | PathCollection) -> npt.NDArray[np.float64]:
    """Give the points of an artist in the numbers of its axes, shape (points, 2)."""
    given = artist.get_offsets() if isinstance(artist, PathCollection) else artist.get_xydata()
    return np.asarray(given, dtype=np.float64)


def _is_told(artist: Artist) -> bool:
    """Whether an artist carries words."""
    return str(artist.get_gid() or "").startswith(MARKED)
