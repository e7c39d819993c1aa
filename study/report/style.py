"""The look of all figures: readable in grey and by colour-blind readers, and the same bytes every time."""

from __future__ import annotations

import io
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

LAYOUT_MARKS = {"consecutive": "o", "interleaved": "s", "shuffled": "^"}
COLOURS = sns.color_palette("colorblind")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LAYOUT_COLOURS = {"consecutive": COLOURS[0], "interleaved": COLOURS[1], "shuffled": COLOURS[7]}


def use_style() -> None:
    """Set the style for all figures of a report."""
    mpl.use("svg")
    sns.set_theme(style="ticks", context="paper", palette="colorblind", font="DejaVu Sans")
    mpl.rcParams.update(
        {
            "figure.dpi": 72,  # an SVG's own, so that the layout is measured as it is drawn
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


def plain_number(value: float) -> str:
    """Write a tick of a logarithmic axis, large and small ones as a power of ten.

    Examples
    --------
    >>> [plain_number(value) for value in (0, 0.05, 1, 1e6, 1e-7, 2e9)]
    ['0', '0.05', '1', '1,000,000', '10⁻⁷', '2·10⁹']
    """
    if value == 0 or 1e-4 <= abs(value) < 1e7:
        return f"{value:,.10g}"
    digits, exponent = f"{value:.0e}".split("e")
    power = f"10{str(int(exponent)).translate(RAISED)}"
    return power if digits == "1" else f"{digits}·{power}"


def _label_plainly(axis: Axis) -> None:
    """Label a logarithmic axis with numbers: at powers of ten, or at 1, 2 and 5 where it spans fewer than two."""
    if axis.get_scale() not in ("log", "symlog"):
        return
    axis.set_minor_locator(NullLocator())
    if isinstance(axis.get_major_locator(), LogLocator):
        low, high = axis.get_view_interval()
        axis.set_major_locator(LogLocator(subs=(1.0,) if high > 100 * low else (1.0, 2.0, 5.0)))
    if "Log" in type(axis.get_major_formatter()).__name__:  # no labels were chosen
        axis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG without a date, and close it.

    It is laid out once, here: `savefig` would go through the whole figure once more for it. Matplotlib names elements
    after the last bits of a layout, which differ from run to run; these are numbered instead.
    """
    for panel in figure.axes:
        _label_plainly(panel.xaxis)
        _label_plainly(panel.yaxis)
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    text = written.getvalue()
    names = dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', text))
    numbers = {name: f"{name[0]}{number}" for number, name in enumerate(names)}
    path.write_text(re.sub(r"\b[a-z][0-9a-f]{10}\b", lambda match: numbers.get(match[0], match[0]), text), "utf-8")
