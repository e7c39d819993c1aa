"""Every work that the body names stands among the references."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from study.article.related_and_limits.findings import facts

STUDY = Path(__file__).parents[2] / "study"
REFERENCES = (STUDY / "report/frame/references.typ").read_text(encoding="utf-8")
CITED = re.compile(r"([A-Z]\w+)(?:,? (?:and|et al\.,?)[\w ,.-]*)? \(?((?:19|20)\d\d)((?:, (?:19|20)\d\d)*)\)?")


@pytest.mark.parametrize("path", sorted(STUDY.glob("article/*/*.typ")), ids=lambda path: path.parent.name)
def test_what_is_cited_is_listed(path):
    text = " ".join(path.read_text(encoding="utf-8").split())
    entries = [" ".join(entry.split()) for entry in re.split(r"\n- ", REFERENCES)]
    for name, year, _ in CITED.findall(text):
        assert any(name in entry and f"({year})" in entry for entry in entries), f"{name} {year}"


def test_the_last_section_has_no_numbers():
    assert facts(None) == {}
