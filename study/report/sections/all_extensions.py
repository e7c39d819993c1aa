"""Facts of the appendix on extensions and questions: which are stored; the tables themselves are their sections'."""

from __future__ import annotations

from study.report.evidence import Evidence
from study.report.sections.base import Facts

SHOWN = ("alphabets", "random_sequences", "questions")


def facts(evidence: Evidence) -> Facts:
    """Name the experiments whose cells are listed."""
    return {"shown": [name for name in SHOWN if evidence.has(name)]}
