"""The look that all figures share before anything is drawn: fonts, lines, grids, and the numbers on an axis.

Text stays text: Typst and browsers set it, which makes a figure a quarter as large and lets readers search it.
"""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from study.report.figures.colours import FAINT, INK, MUTED, PAGE

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FONT = "DejaVu Sans"  # comes with matplotlib, so that every machine measures text alike
SMALLEST = 8.0  # points, of any text at the size of print


def use_style() -> None:
    """Set the style for all figures."""
    mpl.use("svg")
    mpl.rcdefaults()
    mpl.rcParams.update(
        {
            "figure.dpi": 72,  # an SVG's own, so that the layout is measured as it is drawn
            "svg.hashsalt": "study",
            "svg.fonttype": "none",
            "font.family": FONT,
            "font.size": 8.5,
            "text.color": INK,
            "figure.facecolor": PAGE,
            "figure.titlesize": 9,
            "axes.facecolor": "none",
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.labelsize": 8.5,
            "axes.titlesize": 8.5,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": FAINT,
            "grid.linewidth": 0.6,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "xtick.labelsize": SMALLEST,
            "ytick.labelsize": SMALLEST,
            "lines.linewidth": 1.4,
            "lines.markersize": 4.5,
            "legend.frameon": False,
            "legend.fontsize": SMALLEST,
            "legend.title_fontsize": SMALLEST,
            "figure.constrained_layout.w_pad": 0.06,  # text is a little wider in some browsers and in a PNG
            "figure.constrained_layout.h_pad": 0.06,
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


def label_plainly(axis: Axis) -> None:
    """Label a logarithmic axis with numbers: at powers of ten, or at 1, 2 and 5 where it spans fewer than two."""
    if axis.get_scale() not in ("log", "symlog"):
        return
    axis.set_minor_locator(NullLocator())
    if isinstance(axis.get_major_locator(), LogLocator):
        low, high = axis.get_view_interval()
        box = axis.axes.bbox
        labels = int((box.width / 40) if axis is axis.axes.xaxis else (box.height / 14))  # that have room
        decades = np.log10(high / low) if low > 0 else np.inf
        fine = decades <= 2.3 and 3 * decades <= labels
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if fine else (1.0,), numticks=max(labels, 2)))
    if "Log" in type(axis.get_major_formatter()).__name__:  # no labels were chosen
        axis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))
