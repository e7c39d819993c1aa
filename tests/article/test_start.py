"""What stands beside the abstract: the sequences that the whole report is about."""

from __future__ import annotations

from study.article import contents
from study.article.start.findings import facts
from study.report.evidence import Evidence
from study.runs.store import Store


def test_the_sequences_are_those_of_the_tutorial(tmp_path):
    assert facts(Evidence(Store(tmp_path), contents()))["sequences"] == ["3,0,1,2,3", "4,0,1,2,4"]
