"""Lags with a gradient of one row: no gradient crosses rows in any recipe, and the limit is read rightly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented import claims_of, evidence_of

from study.config import Config
from study.experiments import PRESETS
from study.experiments.one_step_lags.configs import (
    ADAM,
    ALL,
    PLANNED,
    RECIPES,
    OneStepLags,
    lags_of,
    planned,
    trained,
)
from study.experiments.one_step_lags.findings import facts
from study.measures.summaries import possible


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_gradient_crosses_rows_and_nothing_is_ruled_out(recipe):
    for lag in lags_of(recipe, PRESETS["standard"]):
        config = trained(recipe, lag, PRESETS["standard"])
        known = possible(config)
        assert (config.timesteps, config.gradient_rows, config.batch_size) == (1, 1, 1)
        assert (known.ceiling.ambiguous, known.needed_reach, known.gradient_reach) == (1, lag, 1)


def test_at_the_shortest_lag_it_is_the_tutorial():
    shortest = trained(ADAM, 3, PRESETS["standard"])
    assert replace(shortest, task="two_sequences", task_options=()) == Config(epochs=shortest.epochs)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_what_is_compared_is_run(preset):
    configs = OneStepLags().configs(preset)
    for comparison in planned(preset).values():
        assert comparison.first.config in configs
        assert comparison.second.config in configs


def test_long_lags_have_fewer_seeds_and_wide_networks_earlier():
    experiment, preset = OneStepLags(), PRESETS["standard"]
    assert experiment.seeds(preset, trained(ADAM, 10, preset)) == preset.seeds
    assert experiment.seeds(preset, trained(ALL, 10, preset)) < preset.seeds
    assert experiment.seeds(preset, trained(ADAM, 20, preset)) < preset.seeds


def test_the_reach_ends_before_the_first_lag_that_fails(tmp_path):
    def until_five(config, table):
        table["ambiguous_accuracy"] = 1.0 if dict(config.task_options)["lag"] != 5 else 0.5
        return table

    found = facts(evidence_of(tmp_path, "one_step_lags", change=until_five))
    assert found["reach"]["adam"] == "3"  # lag 7 does not count
    assert not claims_of(found)["adam_ends"]
    assert not claims_of(found)["limit_moves"]
    assert len(found["comparisons"].rows) == len(PLANNED)
    assert len(found["all"].rows) == sum(len(lags_of(recipe, PRESETS["quick"])) for recipe in RECIPES)
