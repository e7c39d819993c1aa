"""Task 2b of 1997: readings that differ by one thing, verdicts, and claims that can fail."""

from __future__ import annotations

import json
from copy import copy

import numpy as np
import pytest
from invented import ORIGIN, claims_of, invented_stream

from study.article import contents
from study.experiments import PRESETS
from study.experiments.hs1997_2b.configs import (
    AS_WRITTEN,
    BEST_KNOWN,
    EXPERIMENTS,
    READINGS,
    planned,
    trained,
)
from study.experiments.hs1997_2b.findings import facts
from study.experiments.hs1997_2b.published import TEXT
from study.replication.of_1997 import LSTM
from study.report.claims import as_facts
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.compute import compute
from study.runs.store import Store

STANDARD = PRESETS["standard"]
NEVER, SEEDS = np.inf, 18


def after(config):
    """When trials succeed if all is as the text says it is."""
    wiring = dict(config.wiring)
    if config.model == "stateless_lstm" or config.optimiser == "adam":
        return [500] * SEEDS
    if config.model == "self_recurrent_1997" or {"guessing", "one_step"} & set(map(str, wiring.values())):
        return [NEVER] * SEEDS
    learns = "errors" in wiring and "g" not in wiring and config.loss == "summed_cross_entropy"
    return [6_000 if learns else NEVER] * SEEDS


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """Evidence of the whole standard preset in which all is as the text says it is."""
    store = Store(tmp_path_factory.mktemp("results"))
    for config in EXPERIMENTS[0].configs(STANDARD):
        store.write(config, invented_stream(config, SEEDS, after(config)), ORIGIN)
    return Evidence(store, contents())


def test_every_claim_holds_where_all_is_as_the_text_says(evidence):
    found = facts(evidence)
    assert all(claims_of(found).values())
    line = found["table"].rows[1]
    assert line[4:8] == (
        "errors the end alone, loss cross-entropy, the cell joins at the start",
        "18 of 18 (82–100 %)",
        "6,000",
        "1.06",
    )
    assert found["table"].rows[0][10] == "depends on errors, loss and g (30)"
    found["claims"] = as_facts("hs1997_2b", found["claims"])
    assert json.dumps(as_data(found), allow_nan=False)


@pytest.mark.parametrize(
    ("claim", "of", "times"),
    [
        ("end_alone", lambda c: c == trained(LSTM, 100, 1.0, AS_WRITTEN[LSTM], STANDARD), [6_000] * SEEDS),
        ("best_reproduces", lambda c: c == trained(LSTM, 100, 1.0, BEST_KNOWN, STANDARD), [20_000] * SEEDS),
        ("range_matters", lambda c: "g" in dict(c.wiring) and "errors" in dict(c.wiring), [6_000] * SEEDS),
        (
            "range_matters",
            lambda c: c == planned(STANDARD)["loss"].configs[1],
            [9_000] * SEEDS,
        ),
        (
            "squares_slow",
            lambda c: c == planned(STANDARD)["loss"].configs[1],
            [6_000] * SEEDS,
        ),
        ("units_fail", lambda c: c.model == "self_recurrent_1997", [6_000] * SEEDS),
        ("guessing_fails", lambda c: ("learning", "guessing") in c.wiring, [3_000] * SEEDS),
    ],
)
def test_a_claim_fails_where_its_results_are_others(claim, of, times, evidence):
    other = copy(evidence)
    changed = {c: invented_stream(c, SEEDS, times) for c in EXPERIMENTS[0].configs(STANDARD) if of(c)}
    other._tables = evidence._tables | changed
    assert changed
    assert claims_of(facts(other))[claim] is False


@pytest.mark.parametrize("name", planned(STANDARD))
def test_what_is_compared_differs_by_one_open_detail(name):
    race = planned(STANDARD)[name]
    assert sum(one != other for one, other in zip(race.first, race.second, strict=True)) == 1
    assert {race.first, race.second} <= set(READINGS[LSTM])


def test_trials_are_as_many_as_is_said():
    experiment = EXPERIMENTS[0]
    of_reading = {
        reading: experiment.seeds(STANDARD, trained(LSTM, 100, 1.0, reading, STANDARD)) for reading in READINGS[LSTM]
    }
    assert of_reading.pop(AS_WRITTEN[LSTM]) == of_reading.pop(BEST_KNOWN) == TEXT[0].result.succeeded.n
    assert set(of_reading.values()) == {9}


def test_quick_learns_it_with_an_error_at_the_end_and_not_at_every_step():
    quick = PRESETS["quick"]
    configs = [trained(LSTM, 10, 1.0, reading, quick) for reading in (BEST_KNOWN, AS_WRITTEN[LSTM])]
    assert set(configs) <= set(EXPERIMENTS[0].configs(quick))
    ends = [compute(config, [0]).iloc[-1] for config in configs]
    assert ends[0]["passed"] == 10_000
    assert (ends[1]["sequences"], ends[1]["passed"] < 10_000) == (configs[1].sequences, True)
