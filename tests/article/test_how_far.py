"""How far it carries is claimed where every experiment on it is stored and has a reliable recipe."""

from __future__ import annotations

from pathlib import Path

import pytest
from levels import stored

from study.article import contents
from study.article.how_far.figure import draw
from study.article.how_far.findings import NEEDS, facts
from study.report.evidence import Evidence
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"


def test_what_is_not_stored_is_not_claimed(tmp_path):
    found = facts(stored(tmp_path, "some", ["batch_learning"]))
    assert found == {"needs": list(NEEDS)}


def test_stored_results_carry_far_and_have_a_panel_for_each_question():
    evidence = Evidence(Store(RESULTS), contents())
    if not evidence.has(*NEEDS):
        pytest.skip("these results are of another version")
    (claim,) = facts(evidence)["claims"]
    assert claim.holds
    assert [len(draw(evidence, narrow=narrow).axes) for narrow in (False, True)] == [len(NEEDS)] * 2
