"""From a figure to an SVG: the same bytes every time, text as text, and the words of its points beside it."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from study.errors import StudyError
from study.report.figures.marks import LINE_END
from study.report.figures.shapes import WIDE
from study.report.figures.style import FONT, SMALLEST, label_plainly
from study.report.figures.telling import told

ENDINGS: dict[str, dict[str, str | None]] = {  # of files that can be written, and what would say when they were
    ".svg": {}, ".png": {"Software": None}, ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}  # fmt: skip
PIXELS_AN_INCH = 300  # of a PNG
TAG, LONG_NUMBER = re.compile(r"<[^>]*>"), re.compile(r"-?\d+\.\d{3,}")


def write(figure: Figure, path: Path) -> None:
    """Write a figure in the format that a file's name ends in, without a date, and close it.

    Raises
    ------
    StudyError
        If the file cannot be written, or the figure is hard to read.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".svg":
            path.write_text(as_svg(figure, path.stem), "utf-8")
            return
        settle(figure)
        figure.savefig(path, dpi=PIXELS_AN_INCH, metadata=ENDINGS[kind])
        plt.close(figure)
    except OSError as error:
        raise StudyError(f"{path} cannot be written ({error.strerror}); give another with -o") from error


def as_svg(figure: Figure, name: str) -> str:
    """Write a figure as SVG without a date, with its points and their words in ``data-points``, and close it.

    Matplotlib names elements after the last bits of a layout, which differ from run to run; these are numbered instead.

    Raises
    ------
    StudyError
        If a text is smaller than 8 points or the figure wider than the paper's text: it would be hard to read.
    """
    settle(figure)
    _require_legible(figure, name)
    points = json.dumps(told(figure), ensure_ascii=False, separators=(",", ":"))
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    text = written.getvalue()
    text = text[text.index("<svg") :].replace(f"font-family: '{FONT}'; ", "").replace(f"; font-family: '{FONT}'", "")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = TAG.sub(lambda tag: LONG_NUMBER.sub(_rounded, tag[0]), text)
    names = dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', text))
    numbers = {name: f"{name[0]}{number}" for number, name in enumerate(names)}
    text = re.sub(r"\b[a-z][0-9a-f]{10}\b", lambda match: numbers.get(match[0], match[0]), text)
    return text.replace(
        "<svg ", f"<svg font-family={quoteattr(FONT + ', sans-serif')} data-points={quoteattr(points)} ", 1
    )


def _rounded(number: re.Match[str]) -> str:
    """Round a coordinate to a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def settle(figure: Figure) -> None:
    """Lay a figure out, once: `savefig` would go through the whole figure once more for it."""
    for panel in figure.axes:
        label_plainly(panel.xaxis)
        label_plainly(panel.yaxis)
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine(None)  # not "none", which would go through the figure all the same
    for panel in figure.axes:
        ends = [text for text in panel.texts if text.get_gid() == LINE_END]
        _spread([text for text in ends if text.get_text()], float(figure.bbox.y1))
        for text in ends:
            text.set_gid(None)


def _spread(names: list[Text], top: float) -> None:
    """Move the names at the ends of lines up and down until none covers another, each about its own line."""
    boxes = sorted(
        ((name.get_window_extent(), name) for name in names), key=lambda each: (each[0].y0, each[1].get_text())
    )
    places = [box.y0 for box, _ in boxes]
    for _ in range(100):
        for (low, high), (box, _) in zip(pairwise(range(len(places))), boxes, strict=False):
            lacking = box.height + 1 - (places[high] - places[low])
            if lacking > 0.01:
                places[low] -= lacking / 2
                places[high] += lacking / 2
        if places:
            places[-1] = min(places[-1], top - boxes[-1][0].height)
            places[0] = max(places[0], 0.0)
    for place, (box, name) in zip(places, boxes, strict=True):
        across, up = name.get_position()
        name.set_position((across, up + place - box.y0))


def _require_legible(figure: Figure, name: str) -> None:
    """Raise a StudyError where text would be hard to read in print."""
    width = figure.get_figwidth()
    if width > WIDE + 0.05:
        raise StudyError(f"figure {name} is {width:.2f} inches wide; make it with panels(), at most {WIDE:.2f}")
    for text in figure.findobj(Text):
        size = float(text.get_fontsize())
        if text.get_visible() and text.get_text() and size < SMALLEST:
            raise StudyError(f"figure {name}: {text.get_text()!r} has {size:g} points; give it at least {SMALLEST:g}")
