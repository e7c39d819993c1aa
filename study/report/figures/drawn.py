"""Every figure of a report, drawn: one for paper, and one for phones where its script has one."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from study.errors import StudyError
from study.report.contents import FigureOf
from study.report.figures.kept import LEDGER, Kept
from study.report.figures.saving import as_svg
from study.report.figures.style import use_style

if TYPE_CHECKING:
    from study.report.evidence import Evidence

PHONES = "narrow"  # the folder of figures for phones, inside that of figures; and the parameter of `draw` for them


def has_narrow(figure: FigureOf) -> bool:
    """Whether a figure is drawn a second time for phones."""
    return PHONES in inspect.signature(figure.draw).parameters


def draw(figure: FigureOf, evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw a figure with matplotlib, in the style of all.

    Raises
    ------
    StudyError
        If its script gives something else.
    """
    use_style()
    drawn = figure.draw(evidence, narrow=True) if narrow else figure.draw(evidence)
    if not isinstance(drawn, Figure):
        raise StudyError(f"draw of {figure.script} gives {drawn!r}; return the Figure that it draws on")
    return drawn


def draw_all(evidence: Evidence, made_of: str, folder: Path, earlier: Path) -> None:
    """Write every figure whose experiments are stored, as ``NAME.svg``, and for phones as ``narrow/NAME.svg``.

    Parameters
    ----------
    evidence : Evidence
    made_of : str
        What `ingredients` gave before the evidence was read.
    folder : Path
        Where to; it must not be there.
    earlier : Path
        Where an earlier build left its figures; those that would be the same are not drawn again.
    """
    (folder / PHONES).mkdir(parents=True)
    kept = Kept(earlier, made_of)
    written = {}
    for name, figure in evidence.contents.figures.items():
        if evidence.has(*figure.needs):
            for narrow in (False, True) if has_narrow(figure) else (False,):
                file = f"{PHONES}/{name}.svg" if narrow else f"{name}.svg"
                written[file] = kept.find(file) or as_svg(draw(figure, evidence, narrow=narrow), name)
                (folder / file).write_text(written[file], "utf-8")
    (folder / LEDGER).write_text(kept.ledger(written), "utf-8")
