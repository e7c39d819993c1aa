"""The probe of the trace measures what a plain network has, changes no result, and rules are tested on other seeds."""

from __future__ import annotations

import numpy as np
import pytest
from invented import claims_of, evidence_of

from study.config import Config
from study.errors import StudyError
from study.experiments.erasure.configs import ADAM, FITTED, RULES, TESTED, TRACE
from study.experiments.erasure.findings import facts
from study.experiments.erasure.rules import best_threshold, judged_rules
from study.randomness import stream
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.training.initialisers import initial_weights

SEEDS = range(4)


def probed(**settings):
    with one_thread():
        return compute(Config(probe="trace", **{"epochs": 20, **settings}), SEEDS)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_trace_readout_margin_and_offset_are_those_of_a_plain_lstm():
    """The untrained network, run by equations written anew."""
    untrained = probed().query("epoch == 0").set_index("seed")
    for seed in SEEDS:
        drawn = initial_weights("keras", stream("initialisation", seed), "lstm", (5, 20, 5))
        weights = {name: values.astype(np.float64) for name, values in drawn.items()}
        h, c = np.zeros((2, 20)), np.zeros((2, 20))
        row = untrained.loc[seed]
        for k, symbols in enumerate(([3, 4], [0, 0], [1, 1], [2, 2]), 1):
            z = weights["kernel"][symbols] + h @ weights["recurrent_kernel"] + weights["bias"]
            i, f, g, o = np.split(z, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            assert np.isclose(row[f"trace_{k}"], np.linalg.norm(h[0] - h[1]), rtol=1e-4)
        reading = weights["dense_kernel"][:, 3] - weights["dense_kernel"][:, 4]
        logits = h @ weights["dense_kernel"] + weights["dense_bias"]
        of_two = logits[:, 3] - logits[:, 4]
        assert np.isclose(row["readout"], np.linalg.norm(reading), rtol=1e-5)
        assert np.isclose(row["margin"], of_two[0] - of_two[1], rtol=1e-3, atol=1e-6)
        assert np.isclose(row["offset"], abs(of_two.mean()), rtol=1e-3, atol=1e-6)
        assert np.isclose(row["last_memory_gap"], np.subtract(*sigmoid(logits[:, 3])), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("model", ["stateful_lstm", "stateful_gru", "stateful_simple_rnn"])
def test_looking_changes_no_result_and_agrees_with_the_scores(model):
    table = probed(model=model, epochs=60)
    with one_thread():
        plain = compute(Config(model=model, epochs=60), SEEDS)
    assert table[plain.columns].equals(plain)
    assert np.allclose(table["last_accuracy"], table["fresh_ambiguous_accuracy"])
    assert np.allclose(table["last_memory_gap"], table["fresh_memory_gap"], atol=1e-5)
    assert (table["margin"] <= table[TRACE] * table["readout"] + 1e-5).all()


def test_a_state_that_is_never_reset_is_not_disturbed():
    table = probed(reset="never")
    with one_thread():
        plain = compute(Config(reset="never", epochs=20), SEEDS)
    assert table[plain.columns].equals(plain)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"model": "mlp"}, "model mlp"),
        ({"task": "random_sequences"}, "task random_sequences"),
        ({"task": "large_alphabet", "task_options": (("size", 6), ("starts", 3))}, "3 last symbols"),
    ],
)
def test_a_probe_that_does_not_fit_says_so(settings, named):
    with pytest.raises(StudyError, match=named):
        probed(**settings)


@pytest.mark.parametrize(
    ("values", "succeeds", "threshold"),
    [
        ([1, 2, 3, 4], [False, False, True, True], 2.5),
        ([1, 2, 3, 4], [False, True, False, True], 1.5),  # as good as 3.5, and lower
        ([2, 2], [True, False], 2),
    ],
)
def test_a_threshold_gets_the_most_seeds_right(values, succeeds, threshold):
    assert best_threshold(values, succeeds) == threshold


@pytest.mark.parametrize("follows", [True, False])
def test_a_rule_holds_only_if_it_does_on_the_seeds_it_was_not_fitted_on(tmp_path, follows):
    """On the seeds that are fitted on, success always goes with the quantity; on the others, or not."""

    def alter(_config, table):
        seed = table["seed"]
        high = seed % 2 == 1
        for name in ("margin", TRACE):
            table[name] = np.where(high, 2.0, 1.0)
        succeeds = high if follows else high ^ ((seed >= TESTED[0]) & (seed % 4 >= 2))
        table["ambiguous_accuracy"] = np.where(succeeds, 1.0, 0.5)
        table["largest_error"] = np.where(succeeds, 0.1, 0.9)
        return table

    evidence = evidence_of(tmp_path, "erasure", preset="standard", seeds=100, change=alter)
    rules = judged_rules(evidence)
    assert set(rules) == set(RULES)
    for tested in rules.values():
        assert tested.threshold == 1.5
        assert tested.right.n == len(TESTED)
        assert (tested.right.k == len(TESTED)) is follows
    found = claims_of(facts(evidence))
    assert found["foretold_adam"] is found["foretold_sgd"] is follows
    assert found["not_foretold_adam_later"] is not follows


def test_no_seed_is_both_fitted_on_and_tested_and_without_them_nothing_is_foretold(tmp_path):
    assert not set(FITTED) & set(TESTED)
    evidence = evidence_of(tmp_path, "erasure")  # 8 seeds, none to test on
    assert judged_rules(evidence) == {}
    found = facts(evidence)
    assert not any(holds for name, holds in claims_of(found).items() if "foretold" in name)
    assert found["rule"]["adam"]["above_k"] == "–"
    assert {row[0] for row in found["table"].rows} >= {ADAM}
