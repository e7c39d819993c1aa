"""Task 2a of 1997: the published table, readings that differ by one thing, verdicts, and claims that can fail."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import replace
from math import isfinite

import numpy as np
import pytest
from invented import ORIGIN, claims_of, invented_stream

from study.article import contents
from study.experiments import PRESETS
from study.experiments.hs1997_2a import figure, figure_map, figure_state, figure_wait
from study.experiments.hs1997_2a.configs import (
    AS_WRITTEN,
    EXPERIMENTS,
    OPEN,
    READINGS,
    SEEN_BEFORE,
    WIDE,
    controls,
    main_rtrl,
    planned,
    rows,
    today,
    trained,
)
from study.experiments.hs1997_2a.findings import ENTROPY_START, facts, judged, mechanism
from study.experiments.hs1997_2a.published import TABLE_2
from study.replication.of_1997 import BPTT, CHUNKER, LSTM, NEW, RTRL, TRIALS
from study.replication.readings import LOSS, WHOLE, changed, read_as, said
from study.replication.verdicts import REPRODUCED
from study.report.claims import as_facts
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.compute import compute
from study.runs.store import Store
from study.training.online.memory import make_told, places_of

STANDARD = PRESETS["standard"]
NEVER, SEEDS = np.inf, 18
UNIT = ("long_lag", "self_recurrent_1997")


def after(config):
    """When trials succeed if all is as the text says it is."""
    lag, wiring = dict(config.task_options)["lag"], dict(config.wiring)
    if config.model.startswith("stateless"):
        return [300] * SEEDS
    if config.model == "stateful_lstm" or {"guessing", "one_step"} & set(map(str, wiring.values())):
        return [NEVER] * SEEDS
    if config.model == "memory_cell_1997":
        fast = "g" not in wiring and config.loss == "summed_cross_entropy" and not config.joins
        close = "g" in wiring and config.loss == "whole_squared_error" and config.joins == "plateau"
        return [1_300 if fast else 9_000 if close and "outputs_see" not in wiring else NEVER] * SEEDS
    if lag == 3 and "outputs_see" in wiring:
        return [60_000 / config.learning_rate] * SEEDS
    learns = lag == 3 and config.loss != "summed_cross_entropy"
    succeed = int(min(config.learning_rate, 10) / 10 * SEEDS) if learns else 0
    return [2_000_000] * succeed + [NEVER] * (SEEDS - succeed)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """Evidence of the whole standard preset in which all is as the text says it is."""
    store = Store(tmp_path_factory.mktemp("results"))
    for config in EXPERIMENTS[0].configs(STANDARD):
        store.write(config, inside(config, invented_stream(config, SEEDS, after(config))), ORIGIN)
    return Evidence(store, contents())


def inside(config, table):
    """Let the state end large with g from 0 alone, and begin larger where the cell is there from the start."""
    if "state_1_end_x" not in table:
        return table
    begins, ends = 0.0 if config.joins else 30.0, 2.0 if "g" in dict(config.wiring) else 25.0
    states = np.where(table["sequences"] == 0, begins, ends)
    return table.assign(state_1_end_x=states, state_1_end_y=-states / 2)


def changed_evidence(evidence, changes):
    """The same, but that trials of some configurations succeed at another time."""
    other = copy(evidence)
    other._tables = dict(evidence._tables)
    for config in EXPERIMENTS[0].configs(STANDARD):
        times = next((times for of, times in changes if of(config)), None)
        if times:
            other._tables[config] = inside(config, invented_stream(config, SEEDS, times))
    return other


def test_every_claim_holds_where_all_is_as_the_text_says(evidence):
    assert all(claims_of(facts(evidence)).values())


def is_unit(config, **settings):
    return (config.task, config.model) == UNIT and all(
        getattr(config, name) == value for name, value in settings.items()
    )


@pytest.mark.parametrize(
    ("claim", "of", "times"),
    [
        ("seen_decides", lambda c: is_unit(c, learning_rate=4.0) and "outputs_see" in dict(c.wiring), [NEVER] * SEEDS),
        ("mostly_not", lambda c: c == trained(RTRL, 4, 4.0, SEEN_BEFORE[RTRL], STANDARD), [892_000] * 10 + [NEVER] * 8),
        (
            "longest_no_evidence",
            lambda c: c == trained(RTRL, 4, 10.0, AS_WRITTEN[RTRL], STANDARD),
            [20_000] + [NEVER] * (SEEDS - 1),
        ),
        ("not_drift_alone", lambda c: c == trained(LSTM, 100, 1.0, WIDE, STANDARD), [15_000] + [NEVER] * (SEEDS - 1)),
        ("two_fast", lambda c: c == trained(LSTM, 100, 1.0, ENTROPY_START, STANDARD), [4_000] * SEEDS),
        ("rate_helps", lambda c: is_unit(c, learning_rate=10.0), [NEVER] * SEEDS),
        ("middle_fails", lambda c: is_unit(c, task_options=(("lag", 9),)), [1_000] + [NEVER] * (SEEDS - 1)),
        ("longest_fails", lambda c: is_unit(c, task_options=(("lag", 99),)), [1_000] + [NEVER] * (SEEDS - 1)),
        ("cell_as_written", lambda c: c == trained(LSTM, 100, 1.0, AS_WRITTEN[LSTM], STANDARD), [5_000] * SEEDS),
        ("counted_from_joining", lambda c: c.model == "memory_cell_1997", [20_000] * SEEDS),
        ("guessing_fails", lambda c: ("learning", "guessing") in c.wiring, [5_000] * SEEDS),
        ("one_step_fails", lambda c: ("gradient", "one_step") in c.wiring, [5_000] * SEEDS),
        ("today_learns", lambda c: c.model == "stateless_lstm", [300] * 9 + [NEVER] * 9),
        ("old_cells_learn", lambda c: c.model == "stateless_lstm_1997", [300] * 9 + [NEVER] * 9),
    ],
)
def test_a_claim_fails_where_its_results_are_others(claim, of, times, evidence):
    assert claims_of(facts(changed_evidence(evidence, [(of, times)])))[claim] is False


def test_the_table_sets_the_paper_beside_ours(evidence):
    found = facts(evidence)
    lines = found["table"].rows
    assert [line[0] for line in lines if line[0]] == [
        "RTRL, p 4, rate 1",
        "RTRL, p 4, rate 4",
        "RTRL, p 4, rate 10",
        "RTRL, p 10, rate 1 to 10",
        "RTRL, p 100, rate 1 to 10",
        "BPTT, p 100, rate 1 to 10",
        "chunker, p 100, rate 1",
        "LSTM, p 100, rate 1",
    ]
    assert lines[0][2:4] == ("14 of 18 (55–91 %)", "1,043,000")
    closest = next(line for line in lines if "chosen afterwards" in line[4])
    assert closest[4].startswith("loss whole squares, g −1 to 1")
    assert closest[5:8] == ("18 of 18 (82–100 %)", "9,000", "1.79")
    assert closest[9] == REPRODUCED
    written = next(line for line in lines if line[0].startswith("LSTM"))
    assert written[10] == "depends on outputs see, loss, g and the cell joins (38)"
    found["claims"] = as_facts("hs1997_2a", found["claims"])
    assert json.dumps(as_data(found), allow_nan=False)


def test_the_closest_reading_has_a_success_where_the_paper_has(evidence):
    """With a rate of 10 four of the paper's trials succeed: none is nearer to them than all, and is not chosen."""
    assert all(
        row.result.succeeded.k == 0 or each.by_reading[each.closest].rate.k > 0
        for row, each in judged(evidence).items()
    )


def test_a_diverged_trial_is_not_looked_into(evidence, monkeypatch):
    shown = {reading: set(table["seed"]) for reading, table in mechanism(evidence).items()}
    monkeypatch.setattr(evidence.store, "diverged", lambda _: set.union(*shown.values()))
    assert all(shown[reading].isdisjoint(table["seed"]) for reading, table in mechanism(evidence).items())


def test_the_state_is_told_of_all_trials(evidence):
    """Half the trials as written end with a smaller state: that they end with a larger one is not said any more."""
    written = trained(LSTM, 100, 1.0, AS_WRITTEN[LSTM], STANDARD)
    other = changed_evidence(evidence, [])
    table = evidence.table(written)
    small = table["seed"] < SEEDS / 2
    other._tables[written] = table.assign(
        state_1_end_x=table["state_1_end_x"].where(~small, 1.0), state_1_end_y=table["state_1_end_y"].where(~small, 1.0)
    )
    assert claims_of(facts(other))["state_drifts"] is False


def test_figures_show_every_row_and_reading(evidence):
    shares, times = figure.draw(evidence).axes
    assert len(shares.get_yticks()) == len(rows(STANDARD))
    assert times.get_xscale() == "log"
    unit, cell = figure_map.draw(evidence).axes
    assert len(unit.texts) == 3 * len(READINGS[RTRL])
    assert len(cell.texts) == len(READINGS[LSTM]) - 2  # all but the updates after each sequence
    state = figure_state.draw(evidence).axes
    assert len(state) == 6  # state, gate and outputs of two trials
    panels = figure_wait.draw(evidence).axes
    assert [line.get_ydata()[-1] for line in panels[1].lines] == [0.0, 0.0, 0.0]
    assert panels[0].lines[0].get_ydata()[-1] == pytest.approx(17 / 18)


@pytest.mark.parametrize("row", TABLE_2, ids=lambda row: f"{row.method}-{row.p}")
def test_published_shares_and_weights_are_those_of_the_paper(row):
    percents = {(RTRL, 4, 1): 78, (RTRL, 4, 4): 56, (RTRL, 4, 10): 22, (CHUNKER, 100, 1): 33, (LSTM, 100, 1): 100}
    said = percents.get((row.method, row.p, row.rates[0]), 0)
    assert abs(100 * row.result.succeeded.share - said) < 1
    assert row.result.succeeded.n == TRIALS
    assert isfinite(row.result.mean) == (said > 0)
    if row.method != CHUNKER:
        config = trained(row.method, row.p, 1.0, AS_WRITTEN[row.method], STANDARD)
        places = places_of(make_told(config, row.p + 1))
        assert sum(np.size(where) for where in places.values()) == row.weights


@pytest.mark.parametrize("name", planned(STANDARD))
def test_what_is_compared_differs_by_one_open_detail(name):
    race = planned(STANDARD)[name]
    differ = [one for one, other in zip(race.first, race.second, strict=True) if one != other]
    assert len(differ) == 1
    settings = [config.settings() for config in race.configs]
    changed_fields = {field for field in settings[0] if settings[0][field] != settings[1][field]}
    assert changed_fields <= {"wiring", "loss", "joins", "joins_options"}
    assert changed_fields


def test_readings_are_all_different_and_say_how():
    for method, readings in READINGS.items():
        configs = {trained(method, 10, 1.0, reading, STANDARD).identity for reading in readings}
        names = {said(reading, AS_WRITTEN[method]) for reading in readings}
        assert len(configs) == len(names) == len(readings)
    assert said(AS_WRITTEN[LSTM], AS_WRITTEN[LSTM]) == "as written"
    assert said(WIDE, AS_WRITTEN[LSTM]) == "g −1 to 1"


def test_whole_squares_are_twice_the_rate():
    """So this open detail is one with the learning rate."""
    whole = read_as(
        replace(trained(RTRL, 4, 1.0, AS_WRITTEN[RTRL], STANDARD), wiring=()),
        OPEN[RTRL],
        changed(AS_WRITTEN[RTRL], {LOSS: WHOLE}),
    )
    half = trained(RTRL, 4, 2.0, AS_WRITTEN[RTRL], STANDARD)
    one, other = (make_told(config, 5) for config in (whole, half))
    assert one.factor * one.rate == other.factor * other.rate == 2.0
    assert one._replace(factor=0, rate=0) == other._replace(factor=0, rate=0)


def test_trials_are_as_many_as_is_said():
    experiment = EXPERIMENTS[0]
    assert {experiment.seeds(STANDARD, config) for config in main_rtrl(STANDARD)} == {100}
    assert experiment.seeds(STANDARD, trained(LSTM, 100, 1.0, WIDE, STANDARD)) == TRIALS
    assert experiment.seeds(STANDARD, trained(RTRL, 10, 1.0, SEEN_BEFORE[RTRL], STANDARD)) == TRIALS // 2
    assert experiment.seeds(STANDARD, trained(BPTT, 100, 10.0, AS_WRITTEN[BPTT], STANDARD)) == TRIALS // 2
    assert {experiment.seeds(PRESETS["full"], config) for config in experiment.configs(PRESETS["full"])} == {100}
    named = controls(STANDARD) | today(STANDARD)
    assert {experiment.seeds(STANDARD, config) for config in named.values()} == {TRIALS}
    assert (NEW, 100) in named


def test_quick_learns_ten_steps_with_a_memory_cell_and_not_with_one_unit():
    quick = PRESETS["quick"]
    cell, unit = (trained(method, 10, 1.0, AS_WRITTEN[method], quick) for method in (LSTM, RTRL))
    assert {cell, unit} <= set(EXPERIMENTS[0].configs(quick))
    ends = [compute(config, [0]).iloc[-1] for config in (cell, unit)]
    assert ends[0]["passed"] == 10_000
    assert (ends[1]["sequences"], ends[1]["passed"]) == (unit.sequences, 0)
