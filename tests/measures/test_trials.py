"""What is stored of trials: measures and what is inside, against the formulas with plain numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from autograd_1997 import config_of

from study.measures.trials import SCORED, measure
from study.runs.judgements import streamed_columns
from study.training.online.memory import places_of
from study.training.online.trials import Criterion, Trials

LAG_4 = {"task": "long_lag", "task_options": (("lag", 4),), "sequences": 1000, "judged_every": 100}
DISTRACTORS = {"task": "distractors", "task_options": (("p", 5), ("q", 3)), "sequences": 1000}


def logistic(z):
    return 1 / (1 + np.exp(-z))


def trained(config):
    trials = Trials(config, [2], Criterion(0.25, 100, False))
    trials.train_to(200)
    (trial,) = trials.trials
    weights = {name: trial.memory.weights[where] for name, where in places_of(trial.told).items()}
    return trials, trial, weights


@pytest.mark.parametrize("model", ["self_recurrent_1997", "memory_cell_1997"])
def test_of_two_sequences_each_is_measured_once(model):
    config = replace(config_of(model, **LAG_4), stop="every_step")
    trials, trial, weights = trained(config)
    row = measure(trials).iloc[0]
    states, gates, last = {}, [], []
    wrong, right, losses = 0.0, [], []
    for letter, sequence in zip("xy", trial.asked, strict=True):
        state = 0.0
        for t, (x, y) in enumerate(pairwise(sequence)):
            if model == "memory_cell_1997":
                gate, cell = logistic(weights["kernel"][x])
                state, gates = state + gate * cell, [*gates, (t, gate)]
            else:
                state = logistic(weights["kernel"][x] + weights["recurrent"] * state)
            if t == 0:
                states[f"state_1_begin_{letter}"] = state
            answer = logistic(weights["direct"][x] + weights["readout"] * state)
            wanted = np.arange(len(answer)) == y
            wrong, right = max(wrong, np.abs(answer - wanted).max()), [*right, answer.argmax() == y]
            losses.append(-np.log(np.where(wanted, answer, 1 - answer)).mean())
        states[f"state_1_end_{letter}"] = state
        last.append(answer[y])
    assert {name: row[name] for name in states} == pytest.approx(states, rel=1e-6)
    assert row["largest_error"] == pytest.approx(wrong, rel=1e-6)
    assert row["accuracy"] == pytest.approx(np.mean(right), rel=1e-6)
    assert row["loss"] == pytest.approx(np.mean(losses), rel=1e-6)
    assert row["last_right"] == pytest.approx(np.mean(last), rel=1e-6)
    if gates:
        assert row["in_gate_1_class"] == pytest.approx(np.mean([gate for t, gate in gates if t == 0]), rel=1e-6)
        assert row["in_gate_1_other"] == pytest.approx(np.mean([gate for t, gate in gates if t > 0]), rel=1e-6)
    assert set(streamed_columns(config)) < set(row.index)
    assert (row["updates"], row["sequences"], row["seed"]) == (200 * 5, 200, 2)


def test_cell_blocks_are_measured_at_the_end_of_a_hundred_fresh_sequences():
    config = replace(config_of("cell_blocks_1997", **DISTRACTORS), judged_every=100, stop="last_step")
    trials, trial, weights = trained(config)
    table = measure(trials)
    drawn = trial.task.stream(trial.generator(), SCORED)
    answers, ends, gates = [], [], []
    for sequence in drawn:
        inputs = sequence[sequence >= 0][:-1]
        units, state = np.zeros(6), np.zeros(2)
        for t, x in enumerate(inputs):
            net = weights["kernel"][x] + units @ weights["recurrent"]
            y, cells = logistic(net[:4]), 4 * logistic(net[4:]) - 2
            state = state + y[:2] * cells
            units = np.concatenate([y, y[2:] * (2 * logistic(state) - 1)])
            gates += [y[0]] if t > 1 else []
        answers.append(logistic(units[4:] @ weights["readout"]))
        ends.append((state[0], units[3]))
    row = table.iloc[0]
    assert row["out_gate_2_end"] == pytest.approx(np.mean([gate for _, gate in ends]), rel=1e-6)
    assert row["in_gate_1_other"] == pytest.approx(np.mean(gates), rel=1e-6)
    kinds = drawn[:, 1] - (trial.told.symbols - 2)
    states = np.array([state for state, _ in ends])
    for kind, letter in enumerate("xy"):
        expected = states[kinds == kind].mean() if (kinds == kind).any() else 0.0
        assert row[f"state_1_end_{letter}"] == pytest.approx(expected, rel=1e-5)
    assert row["last_right"] + row["last_wrong"] == pytest.approx(np.sum(answers, 1).mean(), rel=1e-6)
    assert set(streamed_columns(config)) < set(row.index)


def test_a_success_is_stored_once():
    trials = Trials(replace(config_of("memory_cell_1997", **LAG_4)), [0, 1], Criterion(1.0, 1, False))  # all pass
    trials.train_to(0)
    assert measure(trials)["passed"].tolist() == [1, 1]
    trials.train_to(100)
    assert measure(trials).empty
