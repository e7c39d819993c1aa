"""Batch learning and order of presentation: counters are found, texts fit any numbers."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from invented import at_most_the_ceiling

from study.config import Config
from study.experiments import EXPERIMENTS, PRESETS, checkpoints, contents
from study.experiments.batch_learning.moments import curve_of, moments, timesteps_an_epoch
from study.experiments.main_grid.configs import MainGrid, on_the_way
from study.experiments.shuffle_epoch.configs import COUNTER, LANES, ONE, WINDOW, trained
from study.experiments.shuffle_epoch.orders import routes, scored
from study.report.build import build
from study.report.evidence import Evidence
from study.report.tables import as_data
from study.runs.provenance import provenance
from study.runs.stand_in import stand_in
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.layouts import Schedule

NAMES = ("batch_learning", "shuffle_epoch")
ORIGIN = provenance()
LEVELS = ("nobody", "everybody", "some", "by a hair")


def test_a_config_on_the_way_of_the_main_grid_is_taken_from_there():
    preset = PRESETS["standard"]
    found = on_the_way(Config(epochs=250), preset)
    assert found in MainGrid().configs(preset)
    assert found.epochs > 250
    assert 250 in checkpoints(found.epochs)
    for other in (Config(epochs=251), Config(epochs=250, learning_rate=0.5), Config(epochs=10 * found.epochs)):
        assert on_the_way(other, preset) == other


def test_habits_that_are_left_out_cannot_differ():
    once_a_sequence, once_an_epoch = (
        Schedule((4, 4), 2, "interleaved", reset).epoch() for reset in ("sequence", "epoch")
    )
    assert (once_a_sequence.rows == once_an_epoch.rows).all()
    assert (once_a_sequence.reset_after == once_an_epoch.reset_after).all()
    listed = set(EXPERIMENTS["shuffle_epoch"].configs(PRESETS["quick"]))
    assert trained(LANES, "never", "alternating") in listed
    assert trained(LANES, "epoch", "fixed") not in listed


def stored(folder, level):
    """Made-up results of the quick preset: nobody right, everybody, some by chance, or all by a hair."""
    store, rng = Store(folder), np.random.default_rng(0)
    for name in NAMES:
        experiment = EXPERIMENTS[name]
        for config in dict.fromkeys(map(stand_in, experiment.configs(PRESETS["quick"]))):
            if not store.units(config):
                store.write(config, table_of(config, level, rng), {**ORIGIN, "seconds": 1.0})
    return Evidence(store, contents())


def table_of(config, level, rng):
    """One table of made-up measures, with the columns that scoring gives."""
    seeds = 2 * PRESETS["quick"].seeds
    updates_an_epoch = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    places = [(seed, epoch) for seed in range(seeds) for epoch in checkpoints(config.epochs)]
    table = pd.DataFrame(places, columns=["seed", "epoch"]).astype("int32")
    table["updates"] = (table["epoch"] * updates_an_epoch // config.accumulate).astype("int32")
    table["training_loss"] = np.float32(0.1)
    leaks = config.model == "stateful_lstm" and config.reset != "sequence" and config.order != "random"
    for prefix in ("", "fresh_", *(["random_"] if leaks else [])):
        hit = {"nobody": 0, "some": rng.random(len(table)) < 0.3}.get(level, 1)
        table[f"{prefix}ambiguous_accuracy"] = np.where(hit, 1.0, 0.5)
        table[f"{prefix}accuracy"] = np.where(hit, 1.0, 0.875)
        table[f"{prefix}memory_gap"] = np.where(hit, 0.9 if level == "everybody" else 0.01, 0.0)
        table[f"{prefix}largest_error"] = np.where(hit, 0.1 if level == "everybody" else 0.49, 0.9)
        table[f"{prefix}loss"] = 0.1
    return at_most_the_ceiling(config, table)


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param), request.param


def test_facts_and_answers_can_be_written_whatever_the_numbers(evidence):
    for section in contents().sections:
        if section.name in NAMES:
            facts = section.facts(evidence[0])
            assert json.dumps(facts, default=as_data, allow_nan=False)
            assert {len(row) for row in facts["table"].rows} == {len(facts["table"].columns)}
            line = section.answer(evidence[0])
            assert line.startswith("**")
            assert "\n" not in line


def test_clocks_of_batch_learning_read_the_last_point_not_beyond(evidence):
    found, _ = evidence
    for key in moments():
        curve = curve_of(found, *key)
        for clock in ("updates", "epochs", "timesteps"):
            readings = getattr(curve, clock)
            assert readings == sorted(set(readings))
            assert curve.at(clock, readings[2]) is curve.points[2]
            assert curve.at(clock, readings[3] - 1) is curve.points[2]
        assert curve.timesteps[0] == curve.epochs[0] * timesteps_an_epoch(curve.config)
    whole_sequence, window = (curve_of(found, *key).config for key in (moments()[-1], moments()[6]))
    assert (timesteps_an_epoch(whole_sequence), timesteps_an_epoch(window)) == (8, 32)


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
    assert judged.counts is counts
    assert judged.alone.k == (judged.alone.n if counts else 0)
    assert judged.verdict == ("counted" if counts else "no gradient")


def test_verdicts_of_orders_tell_ruled_out_from_untrained(evidence):
    found, _ = evidence
    assert scored(found, COUNTER, ("sequence", "fixed")).verdict == "ruled out"
    assert scored(found, COUNTER, ("never", "fixed")).verdict in {"not counted", "counted"}
    assert scored(found, WINDOW, ("sequence", "fixed")).verdict == "possible"
    assert {route for route, _ in routes(found)} == {ONE, LANES, COUNTER, WINDOW}


@pytest.mark.slow
def test_the_report_can_be_built_whatever_the_numbers(evidence, tmp_path):
    for path in build(evidence[0].store.root, tmp_path, contents()).paths:
        assert path.stat().st_size > 0
