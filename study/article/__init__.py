"""The report as an article: a body of a few pages, one claim and one figure a section, then the evidence in appendices.

A folder is a section, as an experiment's folder is one: ``text.typ`` for people, ``findings.py`` with the facts and
claims that no experiment has, and ``figure.py`` where there is a figure.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from study import experiments
from study.report.contents import Appendix, Contents, FigureOf, Section, figure_of
from study.report.frame.sections import SECTIONS

FOLDER = Path(__file__).parent
ORDER = (  # of the body; the first stands beside the abstract, without a number
    "start", "can_it_see", "does_it_happen", "networks", "what_causes_it", "one_step_gradient", "what_to_do", "how_far",
    "of_1997", "your_own_code", "related_and_limits",
)  # fmt: skip
ASKED = "questions"  # the experiment that answers readers one by one: an appendix of its own


def contents() -> Contents:
    """Give the whole report: body, then appendices.

    Raises
    ------
    StudyError
        If an experiment has no text or no findings.
    """
    added = experiments.contents()
    evidence = tuple(section for section in added.sections if section.name != ASKED)
    asked = tuple(section for section in added.sections if section.name == ASKED)
    return replace(
        added,
        figures={**added.figures, **_figures()},
        body=tuple(_section(name) for name in ORDER),
        appendices=(
            Appendix("evidence", "The evidence, one experiment after the other", evidence),
            Appendix(
                "", "", (*asked, *_frame("methods", "literature", "doubts", "comparisons", "claims", "corrections"))
            ),
            Appendix("all_configurations", "All configurations", added.tables),
        ),
        included=_frame("explorer"),
    )


def _section(name: str) -> Section:
    """Load a section of the body; it is shown whatever is stored, and says itself what it lacks."""
    findings = import_module(f"study.article.{name}.findings")
    return Section(name, findings.facts, FOLDER / name / "text.typ", rests_on=getattr(findings, "RESTS_ON", ()))


def _frame(*names: str) -> tuple[Section, ...]:
    """Take sections that belong to no experiment."""
    return tuple(SECTIONS[name] for name in names)


def _figures() -> dict[str, FigureOf]:
    """Load the figures of the body by the names of their sections; each says in ``NEEDS`` what it cannot lack."""
    figures = {}
    for name in ORDER:
        if (FOLDER / name / "figure.py").exists():
            module = import_module(f"study.article.{name}.figure")
            figures[name] = figure_of(module, module.NEEDS)
    return figures
