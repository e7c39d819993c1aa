"""Order of presentation: counters are found, orders compared on the same seeds, and the text fits any numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from levels import LEVELS, stored

from study.article import contents
from study.experiments import EXPERIMENTS, PRESETS
from study.experiments.shuffle_epoch import findings
from study.experiments.shuffle_epoch.configs import COUNTER, LANES, ONE, WINDOW, trained
from study.experiments.shuffle_epoch.three_orders import compared, routes, scored
from study.experiments.shuffle_epoch.three_orders import counts as counting
from study.measures.pairs import Paired
from study.report.build import build
from study.report.claims import as_facts
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.store import Store
from study.sequences.layouts import Schedule

NAME = "shuffle_epoch"
RESULTS = Path(__file__).parents[2] / "results"


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param, [NAME]), request.param


def test_facts_and_the_answer_can_be_written_whatever_the_numbers(evidence):
    (section,) = (section for section in contents().sections if section.name == NAME)
    facts = section.facts(evidence[0])
    facts["claims"] = as_facts(NAME, facts["claims"])
    assert json.dumps(as_data(facts), allow_nan=False)
    assert {len(row) for row in facts["table"].rows} == {len(facts["table"].columns)}
    line = section.answer(evidence[0])
    assert line.startswith("**")
    assert "\n" not in line


@pytest.mark.slow
def test_the_report_can_be_built_whatever_the_numbers(evidence, tmp_path):
    for path in build(evidence[0].store.root, tmp_path, contents()).paths:
        assert path.stat().st_size > 0


@pytest.mark.skipif(not RESULTS.is_dir(), reason="there is no results folder")
def test_every_claim_holds_on_the_committed_results():
    found = findings.facts(Evidence(Store(RESULTS), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []


def test_habits_that_are_left_out_cannot_differ():
    once_a_sequence, once_an_epoch = (
        Schedule((4, 4), batch_size=2, layout="interleaved", reset=reset).epoch() for reset in ("sequence", "epoch")
    )
    assert (once_a_sequence.rows == once_an_epoch.rows).all()
    assert (once_a_sequence.reset_after == once_an_epoch.reset_after).all()
    listed = set(EXPERIMENTS["shuffle_epoch"].configs(PRESETS["quick"]))
    assert trained(LANES, "never", "alternating") in listed
    assert trained(LANES, "epoch", "fixed") not in listed


@pytest.mark.parametrize(
    ("random", "fresh", "counts"), [(0.5, 0.5, True), (1.0, 1.0, False), (1.0, 0.5, False), (0.5, 1.0, False)]
)
def test_a_counter_is_right_in_the_order_of_training_alone(evidence, monkeypatch, random, fresh, counts):
    found, _ = evidence
    table = found.table(scored(found, ONE, ("epoch", "fixed")).config)
    asked = {"ambiguous_accuracy": 1.0, "random_ambiguous_accuracy": random, "fresh_ambiguous_accuracy": fresh}
    monkeypatch.setattr(found, "table", lambda _: table.assign(**asked))
    monkeypatch.setattr(found, "_summaries", {})  # so that the invented table is summed up
    judged = scored(found, ONE, ("epoch", "fixed"))
    outcomes = compared(found, {"asked": judged})
    assert counting(outcomes, "asked") is counts
    assert judged.alone.k == (judged.alone.n if counts else 0)
    assert judged.verdict(counts=counts) == ("counted" if counts else "no gradient")


def test_what_is_not_asked_in_random_order_cannot_count(evidence):
    found, _ = evidence
    asked = {"windows": scored(found, WINDOW, ("sequence", "fixed"))}
    outcomes = compared(found, asked)
    assert not [name for name in outcomes if name.startswith("windows")]
    assert not counting(outcomes, "windows")


def test_verdicts_of_orders_tell_ruled_out_from_untrained(evidence):
    found, _ = evidence
    assert scored(found, COUNTER, ("sequence", "fixed")).verdict(counts=False) == "ruled out"
    assert scored(found, COUNTER, ("never", "fixed")).verdict(counts=False) == "not counted"
    assert scored(found, WINDOW, ("sequence", "fixed")).verdict(counts=False) == "possible"
    assert {route for route, _ in routes(found)} == {ONE, LANES, COUNTER, WINDOW}


def test_orders_are_compared_on_the_same_seeds_whatever_order_they_are_stored_in(evidence, monkeypatch):
    found, _ = evidence
    tables = {
        scored(found, ONE, ("sequence", order)).config: right
        for order, right in (("fixed", range(12)), ("alternating", range(4)), ("random", range(2)))
    }
    read = found.table

    def table(config):
        runs = read(config)
        if config not in tables:
            return runs
        right = runs["seed"].isin(tables[config])
        turned = runs.assign(ambiguous_accuracy=right.map({True: 1.0, False: 0.5}))
        return turned.iloc[::-1] if config.order == "random" else turned

    monkeypatch.setattr(found, "table", table)
    pairs = compared(found, {})
    seeds, usual = pairs["fixed, random, 0.001"].pair.n, [name for name in pairs if name.endswith(", 0.001")]
    assert [pairs[name].pair for name in usual] == [
        Paired(8, 0, 4, seeds - 12),  # fixed, alternating
        Paired(10, 0, 2, seeds - 12),  # fixed, random
        Paired(2, 0, 2, seeds - 4),  # alternating, random
    ]
    least = pairs["fixed, random, 0.001"]
    assert least.corrected == pytest.approx(len(pairs) * 2 / 2**10)  # Holm: the least of all
    assert [pairs[name].ahead for name in usual] == ["first", "first", ""]
