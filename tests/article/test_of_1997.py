"""The paper's rows are drawn beside ours, and what is said of them rests on all three tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
from levels import stored

from study.article import contents
from study.article.of_1997.figure import NEEDS, draw
from study.article.of_1997.findings import facts
from study.report.evidence import Evidence
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"


def test_without_all_three_tasks_nothing_is_claimed(tmp_path):
    found = facts(stored(tmp_path, "some", ["main_grid"]))
    assert found["claims"] == []
    assert not found["stored"]


def test_every_row_that_was_run_is_drawn_and_the_claim_holds():
    evidence = Evidence(Store(RESULTS), contents())
    if not evidence.has(*NEEDS):
        pytest.skip("these results are of another version")
    assert [claim.holds for claim in facts(evidence)["claims"]] == [True]
    (panel,) = draw(evidence).axes
    labels = [label.get_text() for label in panel.get_yticklabels()]
    assert len(labels) == len(set(labels)) > 10
    assert {label[:2] for label in labels} == {"2a", "2b", "2c"}
