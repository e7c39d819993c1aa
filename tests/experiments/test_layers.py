"""Layers and widths: what is planned fits together, weights are counted rightly, and claims can fail."""

from __future__ import annotations

import pytest
from invented import claims_of, evidence_of

from study.config import Config
from study.experiments import PRESETS
from study.experiments.layers.configs import LAYERS, LSTM, PLANNED, SIMPLE, UNITS, Layers, planned, trained
from study.experiments.layers.findings import facts, weights_of
from study.models import find_model
from study.randomness import stream
from study.training.initialisers import initial_weights


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("units", [5, 64])
def test_weights_are_those_of_the_network(layer, units):
    drawn = initial_weights("keras", stream("initialisation", 0), find_model(LAYERS[layer]).layer, (5, units, 5))
    assert weights_of(layer, units) == sum(values.size for values in drawn.values())


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_what_is_compared_is_run_and_scored_there(preset):
    configs = set(Layers().configs(preset))
    for comparison in planned(preset).values():
        for arm in (comparison.first, comparison.second):
            assert arm.config in configs
            assert arm.epoch <= arm.config.epochs
            assert arm.config.timesteps == arm.config.batch_size == 1


def test_the_tutorials_network_with_more_units_is_run_as_long_as_the_tutorials():
    assert trained(LSTM, 64, "Adam, rate 0.001", PRESETS["standard"]) == Config(units=64, epochs=4000)
    assert set(UNITS) == {config.units for config in Layers().configs(PRESETS["standard"])}


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_no_comparison_is_decided_where_all_come_out_alike(tmp_path, level):
    found = claims_of(facts(evidence_of(tmp_path, "layers", level=level)))
    assert not any(found[name] for name in ("wide_lstm", "wide_simple", "gru_behind", "sgd_ahead", "wider_helps"))
    assert found["wide_reliable"] is bool(level)


def test_width_helps_where_wide_networks_alone_are_right(tmp_path):
    def wide(config, table):
        table["ambiguous_accuracy"] = 1.0 if config.units == 64 else 0.5
        return table

    found = facts(evidence_of(tmp_path, "layers", seeds=20, change=wide))
    assert claims_of(found)["wide_simple"]
    assert claims_of(found)["wider_helps"]
    assert found["least_enough"][SIMPLE]["adam"] == "64"
    assert len(found["comparisons"].rows) == len(PLANNED)
