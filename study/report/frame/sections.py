"""The sections of the report that belong to no experiment, by their names; the article says where each stands."""

from __future__ import annotations

from pathlib import Path

from study.measures.pairs import LEVEL
from study.report.contents import Facts, Section
from study.report.evidence import Evidence
from study.report.explorer import facts as explorer
from study.report.frame import methods

FRAME, EXPLORER = Path(__file__).parent, Path(__file__).parents[1] / "explorer"


def nothing(_: Evidence) -> Facts:
    """Give no facts: the text looks up those of other sections."""
    return {}


SECTIONS = {
    section.name: section
    for section in (
        Section("doubts", nothing, FRAME / "doubts.typ"),
        Section("explorer", explorer.facts, EXPLORER / "explorer.typ"),
        Section("literature", nothing, FRAME / "literature.typ"),
        Section("methods", methods.facts, FRAME / "methods.typ"),
        Section("corrections", nothing, FRAME / "corrections.typ"),
        Section("comparisons", lambda _: {"level": f"{LEVEL:g}"}, FRAME / "comparisons.typ"),
        Section("claims", nothing, FRAME / "claims.typ"),
    )
}
