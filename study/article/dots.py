"""Rows of a dot plot: one setting each, the share of its seeds that are right, and of those that are confident.

Three sections show their settings so, which makes them comparable at a glance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.figures.colours import INK, UNREACHABLE
from study.report.figures.marks import dots

ASIDE = 0.16  # of the two marks of a row, from its middle
ROW, REST = 0.245, 0.62  # inches: a row of a panel, and what stands above and below


class Setting(NamedTuple):
    """A row of the plot.

    Attributes
    ----------
    label : str
    colour : str
        Of the kind of setting; it brings its mark.
    right, within : Rate
        Seeds with both ambiguous rows right, and with every output within 0.25 of its target.
    possible : bool, default True
        Whether any weights can get there.
    """

    label: str
    colour: str
    right: Rate
    within: Rate
    possible: bool = True


def setting_of(label: str, colour: str, summary: Summary) -> Setting:
    """Take a row from what is summed up of a configuration."""
    return Setting(label, colour, summary.solved, summary.within, not summary.possible.ruled_out)


def draw_settings(panel: Axes, settings: Sequence[Setting]) -> None:
    """Draw one row for each setting, from the top: filled right, hollow confident, grey what no weights can reach.

    Parameters
    ----------
    panel : Axes
    settings : sequence of Setting
    """
    for place, each in enumerate(settings):
        if not each.possible:
            panel.axhspan(-place - 0.45, -place + 0.45, color=UNREACHABLE, linewidth=0, zorder=0)
        for rate, aside, hollow in ((each.right, ASIDE, False), (each.within, -ASIDE, True)):
            words = f"{each.label}, {'within 0.25' if hollow else 'right'}"
            dots(panel, [aside - place], [rate], each.colour, [words], hollow=hollow, sideways=True)
    panel.set(xlim=(-0.03, 1.03), ylim=(0.6 - len(settings), 0.6))
    panel.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "1/2", "", "1"])
    panel.set_yticks([-place for place in range(len(settings))], [each.label for each in settings])
    panel.tick_params(axis="y", length=0, labelcolor=INK)
    panel.grid(visible=False, axis="y")


def height_of(count: int) -> float:
    """Give the height of a panel with so many rows, in inches."""
    return ROW * count + REST
