"""Experiments: every configuration of every preset fits together, none twice; a counter is told from memory."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from extensions import invented, stored

from study.article import contents
from study.config import Config
from study.experiments import EXPERIMENTS, PRESETS, find_experiment
from study.experiments.alphabets import findings as alphabets
from study.experiments.random_sequences import findings as random_sequences
from study.models import find_model
from study.report.build import build
from study.report.evidence import Evidence
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.runs.store import Store
from study.runs.streamed import checked_stream
from study.sequences.configured import datasets_of, schedule_of


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_configs_fit_together_and_are_listed_once(experiment, preset):
    configs = experiment.configs(preset)
    assert configs or (experiment.name in {"far_choice", "far_lags"} and preset.name != "full")
    assert len(set(configs)) == len({config.identity for config in configs}) == len(configs)
    for config in configs:
        if config.streams:
            checked_stream(config)
            assert config.stop, "nothing says when it is learnt"
            continue
        find_model(config.model)
        dataset = datasets_of(config, [0])[0]
        batches = len(schedule_of(config, dataset).epoch().rows)
        assert config.epochs * batches % config.accumulate == 0, "gradients are left over at the end"


def test_what_was_counted_is_wrong_in_random_order():
    counter = Config(batch_size=4, reset="epoch", epochs=600)  # the ambiguous rows see nothing but 2, once or twice
    with one_thread():
        table = compute(counter, [0, 1])
    end = table[table["epoch"] == counter.epochs]
    assert (end["ambiguous_accuracy"] == 1).all()
    assert (end["random_ambiguous_accuracy"] < 0.75).all()  # ceiling 1/2, sampled
    assert (end["fresh_ambiguous_accuracy"] < 1).all()


@pytest.mark.parametrize("change", [{"reset": "sequence"}, {"order": "random"}, {"model": "stateless_lstm"}])
def test_random_order_is_scored_only_where_the_order_could_leak(change):
    config = dataclasses.replace(Config(reset="epoch", epochs=1), **change)
    assert "random_ambiguous_accuracy" not in compute(config, [0])
    assert "random_ambiguous_accuracy" in compute(Config(reset="epoch", epochs=1), [0])


SECTIONS = {"alphabets": alphabets, "random_sequences": random_sequences}


@pytest.mark.parametrize(
    ("preset", "level"), [("standard", None), ("quick", 0.0), ("quick", 1.0)], ids=["random", "least", "greatest"]
)
@pytest.mark.parametrize("name", SECTIONS)
def test_every_preset_and_every_result_makes_a_report_and_an_answer(tmp_path, name, preset, level):
    evidence = stored(tmp_path / "results", name, preset, level)
    assert evidence.presets[name].long == PRESETS[preset].long
    line = SECTIONS[name].answer(evidence)
    assert "\n" not in line
    assert line.startswith("**")
    for path in build(tmp_path / "results", tmp_path / "report", contents()).paths:
        assert path.stat().st_size > 10_000


@pytest.mark.parametrize("name", SECTIONS)
def test_an_experiment_stored_in_part_is_shown_with_enough_seeds_alone(tmp_path, name):
    experiment = find_experiment(name)
    for seeds in (experiment.least_seeds - 1, experiment.least_seeds):
        store, draws = Store(tmp_path / str(seeds)), np.random.default_rng(0)
        for config in experiment.configs(PRESETS["standard"]):
            table = invented(config, 1.0, draws)
            store.write(config, table[table["seed"] < seeds], {"seconds": 1.0})
        assert Evidence(store, contents()).has(name) == (seeds == experiment.least_seeds)
