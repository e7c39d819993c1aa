"""What the main grid says of its configurations: the weakest one, ties, budgets, losses and first successes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invented import MEASURES

from study.config import Config
from study.experiments.main_grid.findings import budget_facts
from study.experiments.main_grid.times import first_success
from study.experiments.main_grid.windows import weakest
from study.experiments.tutorial.figure import without_memory
from study.measures.summaries import summarise

pytestmark = pytest.mark.lowest


def summary_of(config, solved, within=0, runs=20):
    """Sum up invented runs, of which so many are solved and so many within 0.25."""
    table = pd.DataFrame(
        {"seed": range(runs), "epoch": config.epochs, "updates": 8 * config.epochs // config.batch_size}
    )
    for name in MEASURES:
        table[name] = table[f"fresh_{name}"] = 0.0
    table["ambiguous_accuracy"] = (table["seed"] < solved) / 2 + 0.5
    table["largest_error"] = np.where(table["seed"] < within, 0.25, 1.0)
    return summarise(config, table)


def test_the_weakest_config_is_named_and_configs_that_tie_are_counted():
    configs = [Config(model="stateless_lstm", timesteps=4, batch_size=size) for size in (1, 2, 8)]
    one, name = weakest([summary_of(config, solved) for config, solved in zip(configs, (20, 19, 18), strict=True)])
    assert one.config == configs[2]
    assert name == "consecutive layout, batch size 8, 250 updates"
    one, name = weakest([summary_of(config, solved) for config, solved in zip(configs, (20, 18, 18), strict=True)])
    assert one.solved.k == 18
    assert name == "2 configurations tie"


def test_configs_of_one_computation_are_no_tie():
    configs = [
        Config(model="stateless_lstm", timesteps=4, batch_size=8, layout=name) for name in ("consecutive", "shuffled")
    ]
    assert weakest([summary_of(config, 18) for config in configs])[1] == "consecutive layout, batch size 8, 250 updates"


def test_a_loss_is_that_of_no_memory_near_the_floor_alone():
    summary = summary_of(Config(), 0)
    floor = without_memory(summary.config).loss_floor
    near = [budget_facts(replace(summary, loss=floor * share))["near_blind_floor"] for share in (0.9, 0.97, 1.03, 1.3)]
    assert near == [False, True, True, False]


def test_a_first_success_is_none_of_an_untrained_network():
    right = {0: (1, 0, 1), 5: (0, 1, 0), 10: (1, 1, 0)}
    table = pd.DataFrame([(seed, epoch, value) for epoch, values in right.items() for seed, value in enumerate(values)])
    first = first_success(table.set_axis(["seed", "epoch", "accuracy"], axis=1), "accuracy")
    assert first.epochs.tolist() == [10, 5, np.inf]
    assert first.checkpoints == 2
