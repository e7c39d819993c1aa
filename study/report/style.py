"""The look of all figures: readable in grey and by colour-blind readers, and the same bytes every time."""

from __future__ import annotations

import io
import re
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
    """Write a figure as SVG without a date, and close it.

    Matplotlib names elements after the last bits of a layout, which differ from run to run; these are numbered instead.
    """
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    text = written.getvalue()
    names = dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', text))
    numbers = {name: f"{name[0]}{number}" for number, name in enumerate(names)}
    path.write_text(re.sub(r"\b[a-z][0-9a-f]{10}\b", lambda match: numbers.get(match[0], match[0]), text), "utf-8")
