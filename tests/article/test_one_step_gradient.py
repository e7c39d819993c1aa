"""The race is claimed where both experiments show it, and not where they show nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from levels import stored

from study.article import contents
from study.article.one_step_gradient.figure import draw
from study.article.one_step_gradient.findings import facts
from study.experiments.erasure import findings as erasure
from study.report.evidence import Evidence
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"


@pytest.fixture(scope="module")
def whole():
    """The stored results."""
    evidence = Evidence(Store(RESULTS), contents())
    if not evidence.has("interventions", "erasure", "optimisers", "layers"):
        pytest.skip("these results are of another version")
    return evidence


def test_without_both_experiments_there_is_nothing_to_say(tmp_path):
    assert facts(stored(tmp_path, "some", ["interventions"])) == {}


def test_the_race_is_claimed_where_all_that_it_rests_on_holds(whole, monkeypatch):
    (claim,) = facts(whole)["claims"]
    assert claim.holds
    lost = {**facts_of_erasure(whole)}
    lost["claims"] = [replace(each, holds=False) for each in lost["claims"]]
    monkeypatch.setattr(erasure, "facts", lambda _: lost)
    (claim,) = facts(whole)["claims"]
    assert not claim.holds


def facts_of_erasure(evidence):
    """Facts of the experiment, found once."""
    return evidence.once(erasure.facts)


def test_what_else_is_stored_is_drawn_too(whole, monkeypatch):
    rows = len(draw(whole).axes[1].get_yticks())
    monkeypatch.setattr(whole, "has", lambda *names: set(names) <= {"interventions", "erasure"})
    assert 1 < len(draw(whole, narrow=True).axes[1].get_yticks()) < rows
