"""Configurations that are not computed but read from another's results: training them anyway gives the same runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from study.config import Config
from study.experiments import PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.runs.backends import Serial
from study.runs.compute import compute
from study.runs.plan import make_plan, run_plan
from study.runs.stand_in import stand_in
from study.runs.store import Store

SETTINGS = [  # what coincides, and with which settings
    ({"layout": "interleaved", "batch_size": 1}, {"layout": "consecutive"}),
    ({"layout": "interleaved", "batch_size": 1, "reset": "never", "order": "random"}, {"layout": "consecutive"}),
    ({"layout": "interleaved", "batch_size": 4}, {"batch_size": 2}),
    ({"layout": "interleaved", "batch_size": 8, "reset": "epoch", "order": "alternating"}, {"batch_size": 2}),
    ({"layout": "shuffled", "batch_size": 8}, {"layout": "consecutive"}),
    ({"layout": "shuffled", "batch_size": 8, "reset": "epoch"}, {"layout": "consecutive"}),
    ({"layout": "shuffled", "batch_size": 4}, {"layout": "consecutive"}),  # each batch is a whole sequence
    ({"layout": "shuffled", "batch_size": 4, "order": "alternating"}, {"layout": "consecutive"}),
    ({"layout": "shuffled", "batch_size": 8, "order": "random"}, {"layout": "consecutive"}),
]


@pytest.mark.parametrize(("settings", "simpler"), SETTINGS)
@pytest.mark.parametrize("model", ["mlp", "stateless_lstm", "stateful_lstm"])
def test_training_it_anyway_gives_the_same_runs(model, settings, simpler):
    precision = {} if model == "mlp" else {"precision": "float64"}  # the MLP is trained in double precision anyway
    config = Config(model=model, epochs=40, **precision, **settings)
    assert stand_in(config) == replace(config, **simpler)
    with_it, without = (compute(one, range(3)) for one in (config, stand_in(config)))
    for name in ("ambiguous_accuracy", "accuracy"):
        assert (with_it[name] == without[name]).all()
    for name in ("loss", "training_loss", "memory_gap", "fresh_memory_gap", "largest_error", "updates"):
        np.testing.assert_allclose(with_it[name], without[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "settings",
    [
        {"layout": "interleaved", "batch_size": 2},
        {"layout": "consecutive", "batch_size": 8},
        {"layout": "shuffled", "batch_size": 2},
        {"layout": "shuffled", "batch_size": 4, "reset": "epoch"},  # two sequences are shuffled into each other
        {"layout": "shuffled", "batch_size": 4, "order": "random"},  # in orders that are drawn otherwise
        {"layout": "shuffled", "batch_size": 8, "reset": "never"},
    ],
)
def test_all_others_are_computed_themselves(settings):
    config = Config(epochs=10, **settings)
    assert stand_in(config) == config


def test_those_of_the_grid_are_planned_once_and_read_for_both(tmp_path):
    store = Store(tmp_path)
    configs = [replace(config, epochs=2) for config in MainGrid().configs(PRESETS["quick"])]
    plan = make_plan(configs, 2, store)
    assert {job.config for job in plan.jobs} == {stand_in(config) for config in configs}
    assert len(plan.jobs) < len(configs)
    few = configs[:5]
    run_plan(make_plan(few, 2, store), store, Serial(), lambda _outcome: None)
    assert not make_plan(few, 2, store).jobs
    assert few[4] == replace(few[0], layout="interleaved")
    pd.testing.assert_frame_equal(store.read(few[4]), store.read(few[0]))


def test_what_stands_for_another_is_stood_for_by_none():
    """Two pairs on four lanes repeat two lanes, and two lanes of one row each are a batch of consecutive rows."""
    config = Config(task="two_pairs", layout="interleaved", batch_size=4, epochs=10)
    assert stand_in(config) == replace(config, layout="consecutive", batch_size=2)
    assert stand_in(stand_in(config)) == stand_in(config)
