"""Rates of Keras beside the stored ones: looked up at the same budget, and a claim that falls where they differ."""

from __future__ import annotations

import json

import pytest
from levels import stored

from study.article import contents
from study.keras.rates import CONFIGS, HERE, KEPT, KERAS, LANES, NAMED, Counted, keep, wanted
from study.measures.statistics import Rate
from study.report.against_keras import rates
from study.report.against_keras.rates import Beside
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.store import Store


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """All seeds right and within 0.25, in the quick preset, which ends at 250 epochs."""
    return stored(tmp_path_factory.mktemp("results"), "everybody", ["optimisers", "layers"])


def facts_with(evidence, share, seeds=100):
    """The facts where Keras has this share of its seeds right, with every configuration, and one less from the same
    start.
    """
    path = evidence.store.root / KEPT
    path.unlink(missing_ok=True)
    k = {KERAS: round(share * seeds), HERE: max(round(share * seeds) - 1, 0)}
    keep(
        [Counted(name, CONFIGS[name].identity, by, 250, k[by], k[KERAS], seeds, "keras 3") for name, by in wanted()],
        path,
    )
    return rates.facts(evidence)


def test_equal_rates_agree_and_lie_within_the_intervals(evidence):
    facts = facts_with(evidence, 1.0)
    assert [claim.holds for claim in facts["claims"]] == [True]
    counts = 2 * len(CONFIGS)  # by two criteria, at one budget
    assert (facts["counts"], facts["inside"], facts["outside"]) == (str(counts), str(counts), "0")
    assert facts["named"]["counts"] == str(2 * len(NAMED))
    assert len(facts["table"].rows) + len(facts["others"].rows) == len(CONFIGS)
    same = facts["same_start"]
    assert (same["counts"], same["equal"], same["most"]) == (f"{counts - 4}", f"{(counts - 4) // 2}", "1")
    assert [row[2:4] for row in facts["others"].rows if row[0] == "shuffled, Adam"] == [["100", "–"]]
    assert json.dumps(as_data({**facts, "claims": []}), allow_nan=False)


def test_where_rates_differ_the_claim_falls_and_the_table_says_outside(evidence):
    facts = facts_with(evidence, 0.0)
    assert [claim.holds for claim in facts["claims"]] == [False]
    assert facts["inside"] == "0"
    assert all(row[2] == row[6] == f"0{facts['mark']}" for row in facts["table"].rows)


def test_budgets_that_are_not_stored_are_not_compared(evidence):
    path = evidence.store.root / KEPT
    path.unlink(missing_ok=True)
    keep([Counted("lanes, Adam", LANES.identity, KERAS, epoch, 9, 0, 100, "keras 3") for epoch in (250, 4000)], path)
    assert [row[1] for row in rates.facts(evidence)["others"].rows] == ["250"]


def test_without_counts_there_is_nothing_to_claim(tmp_path):
    assert rates.facts(Evidence(Store(tmp_path), contents())) == {"counted": False, "claims": []}


@pytest.mark.parametrize(("keras", "outside"), [(2, True), (3, False), (12, False), (13, True)])
def test_outside_is_outside_of_the_stored_interval(keras, outside):
    """Of 6 of 100 it goes from 2.8 to 12.5 %."""
    assert Beside("Adam", 250, "fresh_right", Rate(keras, 100), Rate(6, 100)).outside == outside


@pytest.mark.parametrize("tests", [1, 138])
def test_what_the_test_tells_from_half_is_the_least_that_it_does(tests):
    least = rates._told_apart(100, tests)
    apart = [tests * Beside("", 250, "", Rate(k, 100), Rate(50, 100)).p < 0.05 for k in (least - 1, least)]
    assert apart == [False, True]
    assert rates._told_apart(4, tests) is None
