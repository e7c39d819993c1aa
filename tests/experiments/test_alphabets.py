"""A larger alphabet adds outputs that stay silent and nothing else; symbols of any kind are the same to a network."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from extensions import ORIGIN, invented

from study.article import contents
from study.config import Config
from study.experiments import PRESETS, find_experiment
from study.experiments.alphabets import findings as alphabets
from study.experiments.alphabets.configs import (
    ALPHABETS,
    FEWER_SEEDS,
    SHARE,
    SIZES,
    WINDOW,
    Alphabets,
    alphabet_configs,
    begin_at_share,
    kind_configs,
)
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of
from study.training.engines.block import Block
from study.training.initialisers import initial_weights

SEEDS = [0, 1]

ROOT = Path(__file__).parents[2]


def of_size(size, **settings):
    return Config(task="large_alphabet", task_options=(("size", size),), **settings)


def test_the_smallest_alphabet_is_the_tutorial_bit_for_bit():
    assert compute(of_size(5, epochs=30), SEEDS).equals(compute(Config(epochs=30), SEEDS))


@pytest.mark.parametrize("kind", ALPHABETS)
def test_symbols_of_any_kind_give_the_same_bits(kind):
    configs = {name: replace(config, epochs=20) for name, config in kind_configs().items()}
    (numbers,), (others,) = (datasets_of(configs[name], [0]) for name in ("numbers", kind))
    assert others.symbols == ALPHABETS[kind]
    assert numbers.X.tobytes() == others.X.tobytes()
    assert numbers.Y.tobytes() == others.Y.tobytes()
    assert compute(configs["numbers"], SEEDS).equals(compute(configs[kind], SEEDS))


@pytest.mark.parametrize("size", [5, 100])
def test_outputs_begin_at_their_share_and_nothing_else_changes(size):
    config = begin_at_share(of_size(size), size)
    shape = (size, 20, size)
    plain = initial_weights("keras", np.random.default_rng(0), "lstm", shape)
    begun = initial_weights("keras", np.random.default_rng(0), "lstm", shape, **dict(config.initialisation_options))
    for name in plain:
        assert np.array_equal(plain[name], begun[name]) == (name != "dense_bias")
    assert 1 / (1 + np.exp(-begun["dense_bias"])) == pytest.approx(1 / size, rel=1e-3)
    assert begun["dense_bias"][0] == pytest.approx(-log(size - 1), abs=1e-4)


@pytest.mark.parametrize("size", [5, 50])
def test_the_summed_loss_is_the_mean_times_the_outputs_and_so_is_its_gradient(size):
    (rows,) = datasets_of(of_size(size, timesteps=4), [0])
    found = {}
    for loss in ("cross_entropy", "summed_cross_entropy"):
        weights = [initial_weights("keras", np.random.default_rng(0), "lstm", (size, 20, size))]
        block = Block(weights, loss=loss, optimiser="sgd", learning_rate=0.0, dtype=torch.float64)
        inputs = torch.from_numpy(rows.X.astype(np.float64)).transpose(0, 1)[None]  # (1, timestep, lane, feature)
        targets = torch.from_numpy(rows.targets[:, -1])[None, None]
        with torch.inference_mode():
            value = block.update(inputs, targets, carry=False, with_loss=True)
        found[loss] = (float(value[0]), block.export(gradient=True))
    (mean, gradient), (total, steeper) = found["cross_entropy"], found["summed_cross_entropy"]
    assert total == pytest.approx(size * mean, rel=1e-12)
    for name in gradient:
        assert np.abs(gradient[name]).max() > 0
        np.testing.assert_allclose(steeper[name], size * gradient[name], rtol=1e-9, atol=1e-15)


def test_large_alphabets_get_fewer_seeds_and_small_ones_all():
    first, most = FEWER_SEEDS
    preset, experiment = PRESETS["standard"], Alphabets()
    for (_, size), config in alphabet_configs(preset).items():
        assert experiment.seeds(preset, config) == (most if size >= first else preset.seeds)
    assert {size for name, size in alphabet_configs(preset) if name == WINDOW} == set(SIZES)
    assert {config.epochs for config in alphabet_configs(PRESETS["quick"]).values()} <= {250, 18}


def test_outputs_that_begin_at_their_share_learn_a_larger_alphabet_sooner():
    configs = alphabet_configs(PRESETS["quick"])
    ends = {}
    for name in (WINDOW, SHARE):
        table = compute(configs[name, 30], range(4))
        ends[name] = table[table["epoch"] == table["epoch"].max()]
    assert (ends[SHARE]["accuracy"] > ends[WINDOW]["accuracy"]).all()


def claims_held(evidence):
    return {claim.name for claim in alphabets.facts(evidence)["claims"] if claim.holds}


def test_what_helps_is_said_only_where_the_intervals_say_so(tmp_path):
    for solved, helps in ((1.0, True), (0.0, False)):
        store, draws = Store(tmp_path / str(solved)), np.random.default_rng(0)
        for config in find_experiment("alphabets").configs(PRESETS["quick"]):
            table = pd.concat([invented(config, 0.0, draws).assign(seed=seed) for seed in range(20)])
            table = table.drop_duplicates(["seed", "epoch"], ignore_index=True)
            if config.initialisation_options:
                table["ambiguous_accuracy"] = np.float32(solved)
            store.write(config, table, {"seconds": 1.0})
        held = claims_held(Evidence(store, contents()))
        assert ({"share_helps", "recipe"} <= held) == helps
        assert not {"rate_helps", "pytorch_hurts", "breaks_early", "summed_is_sooner"} & held
        assert {"sum_does_not", "kinds_alike"} <= held


@pytest.mark.parametrize(("solved", "breaks"), [(1.0, False), (0.0, True)])
def test_what_does_not_break_is_not_said_to(tmp_path, solved, breaks):
    store, draws = Store(tmp_path / "results"), np.random.default_rng(0)
    for config in find_experiment("alphabets").configs(PRESETS["quick"]):
        table = invented(config, 0.0, draws)
        small = dict(config.task_options)["size"] == 5
        table["ambiguous_accuracy"] = np.float32(1.0 if small else solved)
        store.write(config, table, ORIGIN)
    held = claims_held(Evidence(store, contents()))
    assert ("breaks_early" in held) == ("stateful_falls" in held) == breaks
    assert ("recipe" in held) != breaks


def test_every_claim_of_alphabets_holds_on_the_committed_results():
    found = alphabets.facts(Evidence(Store(ROOT / "results"), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []
    assert len(found["claims"]) == 14
