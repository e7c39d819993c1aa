"""Gradients are exactly zero where the layout says so, those weights keep every bit, and looking changes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from study.config import Config
from study.errors import StudyError
from study.experiments.mechanism import findings as mechanism
from study.experiments.mechanism.configs import LAYOUTS
from study.measures.probe_columns import BLOCKS, GATES
from study.measures.probes import block_norms
from study.models import find_model
from study.randomness import stream
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.training.engines.block import Block
from study.training.initialisers import initial_weights
from study.training.loop import Trainer

SEEDS = range(4)
PREDICTED = {*(f"recurrent_kernel_{gate}" for gate in GATES), "kernel_forget", "bias_forget"}
DISTANCES = [f"{kind}_distance_{k}" for kind in ("hidden", "cell") for k in range(1, 5)]


def _probed(**settings):
    with one_thread():
        return compute(Config(probe="mechanism", **{"epochs": 20, **settings}), SEEDS)


@pytest.fixture(scope="module")
def tables():
    return {
        label: _probed(
            model=config.model,
            timesteps=config.timesteps,
            batch_size=config.batch_size,
            layout=config.layout,
            epochs=20,
        )
        for label, (config, _) in LAYOUTS.items()
    }


@pytest.mark.parametrize("label", LAYOUTS)
def test_gradients_are_exactly_zero_where_predicted_and_there_alone(tables, label):
    dead = PREDICTED if label in ("batch size 4", "batch size 8") else set()
    for kind in ("gradient", "moved"):
        largest = tables[label].groupby("seed")[[f"{kind}_{block}" for block in BLOCKS]].max()
        zero = {name.removeprefix(f"{kind}_") for name in largest if (largest[name] == 0).all()}
        assert zero == dead, kind
        assert (largest.drop(columns=[f"{kind}_{name}" for name in dead]) > 0).all(axis=None)


@pytest.mark.parametrize("batch_size", [4, 8])
def test_those_weights_keep_every_bit_by_the_weights_themselves(batch_size):
    config = Config(batch_size=batch_size)
    dataset = datasets_of(config, SEEDS)[0]
    with one_thread():
        trainer = Trainer(find_model(config.model), config, [dataset], schedule_of(config, dataset), list(SEEDS))
        before = trainer.learner.export()
        trainer.train_to(30)
        after = trainer.learner.export()
    forget = slice(config.units, 2 * config.units)
    assert np.array_equal(before["recurrent_kernel"], after["recurrent_kernel"])
    assert np.array_equal(before["kernel"][..., forget], after["kernel"][..., forget])
    assert np.array_equal(before["bias"][..., forget], after["bias"][..., forget])
    others = np.setdiff1d(np.arange(4 * config.units), np.arange(forget.start, forget.stop))
    assert (before["kernel"][..., others] != after["kernel"][..., others]).any(axis=(1, 2)).all()


def test_the_weights_from_a_symbol_learn_from_its_own_row_alone():
    config = Config(epochs=3)
    dataset = datasets_of(config, SEEDS)[0]
    schedule, met = schedule_of(config, dataset), []
    with one_thread():
        trainer = Trainer(find_model(config.model), config, [dataset], schedule, list(SEEDS))
        trainer.train_to(config.epochs, watch=lambda block: met.append(block.export(gradient=True)["kernel"]))
    rows = schedule.epoch().rows[:, 0].tolist() * config.epochs
    assert len(met) == len(rows)
    for row, gradient in zip(rows, met, strict=True):
        has_one = (gradient != 0).any(axis=2)  # (seed, symbol)
        assert (has_one == (np.arange(5) == dataset.inputs[row, 0])).all()


def test_norms_are_those_of_the_named_weights():
    block = Block([initial_weights("keras", stream("initialisation", seed), "lstm", (5, 20, 5)) for seed in SEEDS])
    block.weights.copy_(torch.randn(block.weights.shape, generator=torch.Generator().manual_seed(0)))
    weights = {name: values.astype(np.float64) for name, values in block.export().items()}
    found = dict(zip(BLOCKS, block_norms(block.matrices, 5).T.numpy(), strict=True))
    for place, gate in enumerate(GATES):
        columns = slice(20 * place, 20 * (place + 1))
        for name in ("kernel", "recurrent_kernel", "bias"):
            expected = np.sqrt((weights[name][..., columns] ** 2).reshape(len(SEEDS), -1).sum(1))
            assert np.allclose(found[f"{name}_{gate}"], expected, rtol=1e-12)
    dense = (weights["dense_kernel"] ** 2).sum((1, 2)) + (weights["dense_bias"] ** 2).sum(1)
    assert np.allclose(found["dense"], np.sqrt(dense), rtol=1e-12)


def test_a_gradient_too_small_to_square_is_not_taken_for_zero():
    tiny = [torch.full((1, 26, 80), 1e-40), torch.full((1, 5, 21), 1e-40)]
    assert (block_norms(tiny, 5) > 0).all()


def test_states_are_alike_where_the_first_symbol_is_in_another_lane(tables):
    zero = {
        "batch size 1": [],
        "batch size 2": [2, 4],
        "batch size 4": [2, 3, 4],
        "batch size 8": [2, 3, 4],
        "one sequence per lane": [],
        "whole windows": [],
    }
    for label, table in tables.items():
        for name in DISTANCES:
            alike = int(name[-1]) in zero[label]
            assert ((table[name] == 0) if alike else (table[name] > 0)).all(), (label, name)
            assert (table[f"fresh_{name}"] > 0).all()


def test_distances_are_those_of_a_plain_lstm(tables):
    """The untrained network, run by equations written anew."""
    untrained = tables["batch size 1"].query("epoch == 0").set_index("seed")

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    for seed in SEEDS:
        drawn = initial_weights("keras", stream("initialisation", seed), "lstm", (5, 20, 5))
        weights = {name: values.astype(np.float64) for name, values in drawn.items()}
        h, c = np.zeros((2, 20)), np.zeros((2, 20))
        for k, symbols in enumerate(([3, 4], [0, 0], [1, 1], [2, 2]), 1):
            z = weights["kernel"][symbols] + h @ weights["recurrent_kernel"] + weights["bias"]
            i, f, g, o = np.split(z, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            row = untrained.loc[seed]
            assert np.isclose(row[f"hidden_distance_{k}"], np.linalg.norm(h[0] - h[1]), rtol=1e-4)
            assert np.isclose(row[f"cell_distance_{k}"], np.linalg.norm(c[0] - c[1]), rtol=1e-4)
            assert np.isclose(row[f"forget_gate_{k}"], sigmoid(f).mean(), rtol=1e-4)


@pytest.mark.parametrize("settings", [{}, {"batch_size": 4}, {"reset": "never"}, {"reset": "never", "batch_size": 2}])
def test_looking_changes_no_result(settings):
    probed = _probed(**settings)
    with one_thread():
        plain = compute(Config(epochs=20, **settings), SEEDS)
    shared = probed[probed["epoch"].isin(plain["epoch"])].reset_index(drop=True)
    assert shared[plain.columns].equals(plain)


def test_a_checkpoint_does_not_disturb_a_state_that_is_never_reset():
    config = Config(reset="never", epochs=30)
    datasets = datasets_of(config, SEEDS)
    schedule = schedule_of(config, datasets[0])
    with one_thread():
        few, many = (
            list(find_model(config.model).train(config, datasets, schedule, list(SEEDS), moments))[-1]
            for moments in ([30], range(31))
        )
    assert np.array_equal(few.row_by_row.probabilities, many.row_by_row.probabilities)
    assert np.array_equal(few.in_layout.probabilities, many.in_layout.probabilities)


def test_a_probe_has_an_identity_and_a_folder_of_its_own(tmp_path):
    plain, probed = Config(epochs=5), Config(probe="mechanism", epochs=5)
    assert plain.identity != probed.identity
    store = Store(tmp_path)
    assert store.folder(plain).parent.name == "runs"
    assert store.folder(probed).parent.name == "probes"
    store.write(probed, _probed(epochs=5), {})
    assert store.seeds(probed) == set(SEEDS)
    assert not store.files(plain)
    assert set(DISTANCES) < set(store.read(probed).columns)


def test_a_rank_correlation_has_an_interval_that_narrows_with_the_seeds():
    low, high = mechanism._interval_of(0.6, 100)
    assert 0.4 < low < 0.6 < high < 0.75
    few_low, few_high = mechanism._interval_of(0.6, 8)
    assert few_low < 0 < few_high
    assert mechanism._interval_of(1.0, 8) == (1.0, 1.0)


def test_what_is_left_of_the_first_symbol_is_a_ratio_of_each_seed():
    columns = {mechanism.FIRST: (1.0, 2.0, 4.0), mechanism.LAST: (0.5, 1.9, 0.4)}
    seeds = pd.DataFrame({"seed": range(3), **columns, "forget_gate_4": 0.5, "ambiguous_accuracy": (1.0, 0.5, 1.0)})
    table = pd.concat([seeds.assign(epoch=epoch) for epoch in (0, 250)], ignore_index=True)
    found = mechanism._forgetting(table)
    assert found["kept"] == ["0.50", "0.50"]  # and not 0.5 / 2
    assert (found["solved"], found["n"]) == ("2", "3")
    assert not any(claim.holds for claim in mechanism._claims_of_forgetting(table))


def test_a_distance_falls_if_it_does_in_most_seeds():
    before, after = (pd.Series([value] * 20, index=range(20)) for value in (2.0, 1.0))
    assert mechanism._most("fades", mechanism._falls(before, after), "falls").holds
    after[:12] = 3.0
    assert not mechanism._most("fades", mechanism._falls(before, after), "falls").holds


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"model": "mlp"}, "model mlp"),
        ({"layout": "shuffled"}, "layout shuffled"),
        ({"order": "random"}, "order random"),
        ({"probe": "mechanics"}, "did you mean 'mechanism'"),
    ],
)
def test_a_probe_that_does_not_fit_says_so(settings, named):
    with pytest.raises(StudyError, match=named):
        compute(Config(**{"probe": "mechanism", "epochs": 5, **settings}), SEEDS)
