"""Every figure of the report by its name, as a matplotlib figure, from stored results."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from study.article import contents
from study.article.lacking import lacking
from study.errors import StudyError, unknown_name
from study.report.contents import FigureOf
from study.report.evidence import Evidence
from study.report.figures.drawn import draw, has_narrow
from study.report.figures.saving import settle
from study.report.figures.telling import told
from study.runs.store import Store


def figure(name: str, results: str | Path = "results", *, narrow: bool = False) -> Figure:
    """Give a figure of the report as matplotlib has it, to be changed and saved.

    Parameters
    ----------
    name : str
        As `names` and ``study figure`` list them.
    results : str or Path
        Folder of stored results.
    narrow : bool
        Whether to draw the variant for phones, 340 pixels wide.

    Returns
    -------
    Figure
        Laid out, at its true size: as wide as the text of the paper, 164 mm, or as a phone.

    Raises
    ------
    StudyError
        If no figure has this name, what it shows is not stored, or it has no variant for phones.
    """
    chosen = mpl.get_backend()
    try:
        with mpl.rc_context():  # the caller's own settings stay
            drawn = find(name, results, narrow=narrow)
            settle(drawn)
            told(drawn)
    finally:
        mpl.use(chosen)
    return drawn


def find(name: str, results: str | Path = "results", *, narrow: bool = False) -> Figure:
    """Draw a figure with the words of its points, to be written with `study.report.figures.saving.write`."""
    figures = names()
    if name not in figures:
        raise unknown_name("figure", name, figures)
    found = figures[name]
    if narrow and not has_narrow(found):
        raise StudyError(f"figure {name} has no variant for phones; leave --narrow out")
    evidence = Evidence(Store(results), contents())
    if missing := [need for need in found.needs if not evidence.has(need)]:
        raise lacking(f"figure {name}", missing[0], results)
    return draw(found, evidence, narrow=narrow)


def names() -> dict[str, FigureOf]:
    """List every figure of the report by name, in its order."""
    return dict(contents().figures)
