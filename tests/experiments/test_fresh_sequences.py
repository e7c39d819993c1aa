"""Fresh sequences: networks differ by one thing, times are censored by the budget, and claims can fail."""

from __future__ import annotations

import json

import numpy as np
import pytest
from invented import ORIGIN, claims_of, invented, invented_stream

from study.article import contents
from study.config import Config
from study.experiments import PRESETS
from study.experiments.fresh_sequences.configs import (
    ALIKE,
    DIRECT,
    JOINED,
    MANY,
    PLANNED,
    STEPS,
    TUTORIAL,
    TWO,
    VARIED,
    WEIGHTED,
    WINDOW,
    in_fixed_order,
    trained,
)
from study.experiments.fresh_sequences.figure import draw
from study.experiments.fresh_sequences.findings import facts
from study.report.claims import as_facts
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.compute import compute
from study.runs.store import Store

SEEDS = 20
QUICK = PRESETS["quick"]
LEARNT = {
    TUTORIAL: np.inf,
    STEPS: 1500,
    WINDOW: 800,
    DIRECT: 700,
    JOINED: 1700,
    WEIGHTED: 1600,
    ALIKE: 5600,
    VARIED: 2400,
}
NEVER = 10**9


def evidence(folder, learnt_after=LEARNT, within=1.0):
    """Evidence in which each network learns after so many sequences, a number or one a seed, in the quick preset."""
    store = Store(folder)
    for network, after in learnt_after.items():
        config = trained(network, QUICK)
        store.write(config, invented_stream(config, SEEDS, np.broadcast_to(after, SEEDS)), ORIGIN)
    fixed = in_fixed_order(QUICK)
    table = invented(fixed, SEEDS, compute(Config(epochs=1), [0]).columns)
    right = table["seed"] < within * SEEDS
    store.write(fixed, table.assign(largest_error=np.where(right, 0.1, 0.9).astype("float32")), ORIGIN)
    return Evidence(store, contents())


def test_every_claim_holds_where_all_is_as_it_was_expected(tmp_path):
    after = LEARNT | {STEPS: [NEVER] * 8 + [1500] * 12}
    assert all(claims_of(facts(evidence(tmp_path, after))).values())


@pytest.mark.parametrize(
    ("claim", "changes", "within"),
    [
        ("sgd_learns", {STEPS: NEVER}, 1.0),
        ("sgd_learns", {TUTORIAL: 1500}, 1.0),
        ("chance_fewer", {}, 1.0),  # all of both
        ("chance_fewer", {}, 0.2),  # and more of the stream
        ("window_earlier", {WINDOW: 1500}, 1.0),
        ("windows_reliable", {DIRECT: [NEVER] * 2 + [700] * 18}, 1.0),
        ("joining_later", {JOINED: 700}, 1.0),
        ("joining_later", {JOINED: 600}, 1.0),
        ("rule_learnt", {WEIGHTED: [NEVER] * 2 + [1600] * 18}, 1.0),
        ("lengths_learnt", {VARIED: NEVER}, 1.0),
        ("weight_earlier", {ALIKE: [800] * 8 + [5600] * 12}, 1.0),
    ],
)
def test_a_claim_fails_where_its_results_are_others(claim, changes, within, tmp_path):
    assert claims_of(facts(evidence(tmp_path, LEARNT | changes, within)))[claim] is False


def test_seeds_that_never_learn_are_longer_than_the_budget(tmp_path):
    after = LEARNT | {STEPS: [NEVER] * 9 + [500] * 11, ALIKE: [NEVER] * 15 + [800] * 5}
    found = facts(evidence(tmp_path, after))
    rows = {(row[0], row[1]): row for row in found["table"].rows}
    assert rows["the two", STEPS][3:6] == ("11 of 20 (34–74 %)", "500", "500 to > 2,000")
    assert rows["random", ALIKE][4:7] == ("> 8,000", "> 8,000 to > 8,000", "–")
    assert rows["the two", WINDOW][6] == "800"
    assert rows["the two", JOINED][7] == "100"
    assert found["tutorial"]["median"] == "> 2,000"
    assert len(found["races"].rows) == len(PLANNED)
    found["claims"] = as_facts("fresh_sequences", found["claims"])
    assert json.dumps(as_data(found), allow_nan=False)


def test_the_figure_falls_as_seeds_learn(tmp_path):
    panels = draw(evidence(tmp_path)).axes
    ends = [[line.get_ydata()[-1] for line in panel.lines] for panel in panels]
    assert ends == [[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    starts = [line.get_ydata()[0] for panel in panels for line in panel.lines]
    assert starts == [1.0] * len(starts)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
@pytest.mark.parametrize(
    ("race", "differ"),
    [
        ("joining", {"joins", "joins_options"}),
        ("weight", {"last_step_weight"}),
        ("window", {"model", "timesteps", "targets"}),
    ],
)
def test_what_is_compared_differs_by_one_thing(race, differ, preset):
    one, other = (trained(network, preset).settings() for network in PLANNED[race][:2])
    assert {name for name in one if one[name] != other[name]} == differ


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_the_fixed_order_meets_as_many_sequences(preset):
    fixed, stream = in_fixed_order(preset), trained(STEPS, preset)
    assert 2 * fixed.epochs == stream.sequences
    differ = {name for name, value in fixed.settings().items() if value != stream.settings()[name]}
    assert differ == {"epochs", "sequences", "stop", "stop_options"}
    assert {trained(network, preset).learning_rate for network in MANY} == {0.01}
    assert set(TWO) | set(MANY) == set(LEARNT)
