"""The look of all figures: readable in grey and by colour-blind readers, and the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure

LAYOUT_MARKS = {"consecutive": "o", "interleaved": "s", "shuffled": "^"}
COLOURS = sns.color_palette("colorblind")
LAYOUT_COLOURS = {"consecutive": COLOURS[0], "interleaved": COLOURS[1], "shuffled": COLOURS[7]}


def use_style() -> None:
    """Set the style for all figures of a report."""
    mpl.use("Agg")
    sns.set_theme(style="ticks", context="paper", palette="colorblind", font="DejaVu Sans")
    mpl.rcParams.update(
        {
            "svg.hashsalt": "study",
            "svg.fonttype": "path",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.alpha": 0.35,
            "grid.linewidth": 0.5,
            "legend.frameon": False,
            "font.size": 9,
        }
    )


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG without a date, and close it."""
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
