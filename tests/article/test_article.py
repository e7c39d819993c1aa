"""The report is a body that everybody reads, then the evidence: everything stands in it once, and in that order."""

from __future__ import annotations

from collections import Counter

from study import experiments
from study.article import ORDER, contents


def test_every_section_stands_in_the_report_once():
    whole, added = contents(), experiments.contents()
    names = Counter(section.name for section in whole.listed)
    assert set(names.values()) == {1}
    assert {section.name for section in (*added.sections, *added.tables)} <= set(names)
    assert {"methods", "literature", "comparisons", "claims", "corrections", "explorer"} <= set(names)


def test_the_body_comes_first_and_in_its_order():
    whole = contents()
    names = [section.name for section in whole.listed]
    assert names[: len(whole.body)] == [name for name in ORDER if name in names]
    assert names[0] == "start"


def test_figures_of_body_and_experiments_have_names_of_their_own():
    whole, added = contents(), experiments.contents()
    own = {name for name, figure in whole.figures.items() if figure.script.startswith("study/article/")}
    assert not own & set(added.figures)
    assert own | set(added.figures) == set(whole.figures)
