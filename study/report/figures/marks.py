"""What is always drawn one way: shares with their intervals, curves, ceilings, chance, and the names of lines.

Whatever is drawn here also says its numbers where it is pointed at; see `study.report.figures.telling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from study.measures.statistics import Mean, Rate
from study.report.figures.colours import INK, MARK_OF, MUTED, PAGE, UNREACHABLE
from study.report.figures.style import SMALLEST, plain_number
from study.report.figures.telling import tell, tell_at
from study.report.words import mean, rate

LINE_END = "line-end"  # marks names at the ends of lines, which are spread apart when the figure is laid out
BAND = 0.15  # how opaque the band of an interval is


def value_of(estimate: Rate | Mean) -> float:
    """Give the share or the mean."""
    return estimate.share if isinstance(estimate, Rate) else estimate.value


def said(estimate: Rate | Mean) -> str:
    """Write an estimate with its interval, as tables do."""
    return rate(estimate) if isinstance(estimate, Rate) else mean(estimate)


def dots(
    panel: Axes,
    places: Sequence[float],
    estimates: Sequence[Rate | Mean],
    colour: str,
    words: Sequence[str] | str,
    *,
    label: str | None = None,
    mark: str | None = None,
    line: Any = "",
    hollow: bool = False,
    sideways: bool = False,
    bars: bool = True,
    size: float = 5,
) -> Line2D:
    """Draw estimates as marks, each with a thin line from end to end of its 95 % interval.

    Parameters
    ----------
    panel : Axes
    places : sequence of float
        Where each stands: horizontally, or vertically if `sideways`.
    estimates : sequence of Rate or Mean
    colour : str
        Of a setting, it brings its mark.
    words : sequence of str, or str
        What each is, for those who point at it; one text with ``{}`` is filled with the place.
    label : str, optional
        For `name_lines` or a legend.
    mark, line : str, optional
        As matplotlib has them; marks are joined by no line unless one is given.
    hollow : bool
        For the stricter of two criteria.
    sideways : bool
        Whether the estimates run from left to right.
    bars : bool
        Whether intervals are drawn; they are told in any case.
    size : float
        Of the mark, in points.
    """
    values, low, high = _ends(estimates)
    if bars:
        lines = panel.hlines if sideways else panel.vlines
        lines(places, low, high, color=colour, linewidth=1, zorder=2.4)
    across, up = (values, places) if sideways else (places, values)
    (drawn,) = panel.plot(
        across, up, marker=mark or MARK_OF.get(colour, "o"), linestyle=line or "none", color=colour, markersize=size,
        markerfacecolor=PAGE if hollow else colour, markeredgewidth=1, label=label, zorder=2.5,
    )  # fmt: skip
    tell(drawn, _texts(words, places, estimates))
    return drawn


def curve(
    panel: Axes,
    places: Sequence[float],
    estimates: Sequence[Rate | Mean],
    colour: str,
    words: Sequence[str] | str,
    *,
    label: str | None = None,
    line: str = "-",
    steps: bool = False,
    band: bool = True,
    **look: Any,
) -> Line2D:
    """Draw estimates over time or another scale as a line, with the band of its 95 % interval.

    Parameters
    ----------
    panel, places, estimates, colour, words, label
        As for `dots`.
    line : str
        Solid, dashed or dotted.
    steps : bool
        Whether a value holds until the next one.
    band : bool
        Whether the interval is drawn; it is told in any case.
    **look
        For `Axes.plot`, such as ``marker``.
    """
    values, low, high = _ends(estimates)
    look["drawstyle"] = "steps-post" if steps else "default"
    (drawn,) = panel.plot(places, values, line, color=colour, label=label, **look)
    if band:
        panel.fill_between(places, low, high, color=colour, alpha=BAND, linewidth=0, step="post" if steps else None)
    tell(drawn, _texts(words, places, estimates))
    return drawn


def ceiling(
    panel: Axes, places: Sequence[float], values: Sequence[float], *, half: float = 0.35, sideways: bool = False
) -> None:
    """Draw the best that any function of what a row can see could reach: a thick short bar.

    Parameters
    ----------
    panel : Axes
    places, values : sequence of float
        As for `dots`.
    half : float
        Half the length of a bar, in the unit of the places.
    sideways : bool
    """
    starts, ends = np.asarray(places) - half, np.asarray(places) + half
    lines = panel.vlines if sideways else panel.hlines
    lines(values, starts, ends, color=INK, linewidth=2.2, zorder=2.2)
    across, up = (values, places) if sideways else (places, values)
    tell_at(panel, across, up, [f"ceiling {value:g}" for value in values])


def key(label: str, mark: str = "o", *, line: Any = "none", hollow: bool = False, colour: str = MUTED) -> Line2D:
    """Give a mark for a legend; of no setting's colour where colours say something else."""
    face = PAGE if hollow else colour
    return Line2D([], [], marker=mark, linestyle=line, color=colour, markerfacecolor=face, markersize=5, label=label)


def ceiling_mark(label: str = "ceiling: the best possible", *, sideways: bool = False) -> Line2D:
    """Give a ceiling for a legend."""
    if sideways:
        return Line2D([], [], linestyle="none", marker="|", markersize=10, markeredgewidth=2.2, color=INK, label=label)
    return Line2D([], [], linewidth=2.2, color=INK, label=label)


def unreachable(panel: Axes, start: float, end: float, **where: Any) -> None:
    """Shade what no network can reach, from one place to another; `where` as for `Axes.axvspan`."""
    panel.axvspan(start, end, color=UNREACHABLE, linewidth=0, zorder=0, **where)


def chance(panel: Axes, value: float, name: str = "chance", *, sideways: bool = False) -> None:
    """Draw what one reaches who ignores the input: a dotted line with its name."""
    draw = panel.axvline if sideways else panel.axhline
    draw(value, color=MUTED, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
    place = (value, 1.0) if sideways else (1.0, value)
    panel.annotate(
        name, place, xycoords=("data", "axes fraction") if sideways else ("axes fraction", "data"),
        xytext=(0, 2), textcoords="offset points", ha="center" if sideways else "right", va="bottom",
        color=MUTED, fontsize=SMALLEST,
    )  # fmt: skip


def moment(panel: Axes, place: float, name: str = "") -> None:
    """Mark a moment, such as the tutorial's budget, with a thin line and its name above the panel."""
    panel.axvline(place, color=MUTED, linewidth=0.8, zorder=1)
    panel.annotate(
        name, (place, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points", ha="center",
        va="bottom", color=MUTED, fontsize=SMALLEST,
    )  # fmt: skip


def bound(panel: Axes, value: float, name: str) -> None:
    """Draw what was computed before any training, such as a lowest loss: a dashed line with its name at the left."""
    panel.axhline(value, color=INK, linewidth=1, linestyle="--", zorder=1)
    panel.annotate(
        name, (0, value), xycoords=("axes fraction", "data"), xytext=(3, 3), textcoords="offset points", ha="left",
        va="bottom", fontsize=SMALLEST,
    )  # fmt: skip


def name_lines(panel: Axes, *, narrow: bool = False) -> None:
    """Write each line's label beside its end, in its colour; they are spread apart. On a phone: a legend below."""
    named = [line for line in panel.get_lines() if not str(line.get_label()).startswith("_")]
    if narrow:
        figure = panel.get_figure(root=True)
        assert figure is not None
        longest = max((len(str(line.get_label())) for line in named), default=0)
        figure.legend(handles=named, loc="outside lower left", ncols=1 if longest > 20 else 2)
        return
    for line in named:
        ends = np.asarray(line.get_xydata(), float)
        ends = ends[np.isfinite(ends).all(axis=1)]
        panel.annotate(
            str(line.get_label()), (1, ends[-1, 1]), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", ha="left", va="center", color=line.get_color(), fontsize=SMALLEST,
            gid=LINE_END, annotation_clip=False,
        )  # fmt: skip


def _ends(estimates: Sequence[Rate | Mean]) -> tuple[list[float], list[float], list[float]]:
    """Give values and both ends of the intervals."""
    return [value_of(each) for each in estimates], [each.low for each in estimates], [each.high for each in estimates]


def _texts(words: Sequence[str] | str, places: Sequence[float], estimates: Sequence[Rate | Mean]) -> list[str]:
    """Say what each estimate is, and its numbers."""
    names = [words.format(plain_number(float(place))) for place in places] if isinstance(words, str) else words
    return [f"{name}: {said(each)}" for name, each in zip(names, estimates, strict=True)]
