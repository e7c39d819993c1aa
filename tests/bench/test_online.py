"""What `study bench` times of the networks of 1997 is what it says: so many sequences, so many logistic functions."""

from __future__ import annotations

import numpy as np
import pytest

from study.bench import online
from study.bench.online import NEAR, logistic_again, networks, online_wholes
from study.sequences.streams import streamed_task
from study.training.online.memory import CELL_BLOCKS, LANES, make_told
from study.training.online.trials import Trials


@pytest.mark.parametrize("network", networks(), ids=lambda network: network.what)
def test_the_floor_counts_the_vectors_that_a_sequence_needs(network):
    task = streamed_task(network.config)
    told = make_told(network.config, len(task.whole_alphabet))
    if told.network == CELL_BLOCKS:  # to the trigger, which comes after 9 steps more on average
        steps = dict(network.config.task_options)["q"] + 12
        assert network.vectors == steps * (1 + (dict(network.config.wiring).get("feedback") != "none"))
    else:
        assert network.vectors == (task.lengths[0] - 1) * (1 + told.width)


def test_as_many_sequences_are_learnt_as_the_time_is_divided_by(monkeypatch):
    """With a clock that counts them: a second for each."""
    trained, learn = [], Trials.train_to

    def train(self, sequences, **more):
        before = sum(trial.sequences for trial in self.trials)
        learn(self, sequences, **more)
        trained.append(sum(trial.sequences for trial in self.trials) - before)

    monkeypatch.setattr(Trials, "train_to", train)
    monkeypatch.setattr(online.time, "process_time", lambda: float(sum(trained)))
    monkeypatch.setattr(online, "logistic_seconds", lambda: 0.125)
    named = {whole.what: whole for whole in online_wholes()}
    speed, times = (named[f"on line, RTRL, p 4{more}"] for more in ("", f", against {online.FLOOR}"))
    repeats = [speed.measure() for _ in range(2)]
    assert repeats == [(1.0, 1.0)] * 2  # 8 vectors of an eighth of a second
    assert trained[1:] == [networks()[0].sequences * online.TRIALS] * 2
    assert speed.value([(0.5, 1.0), (0.25, 1.0)]) == 4
    assert times.value([(3.0, 1.0), (2.0, 1.0), (5.0, 1.0)]) == 3


def test_the_floor_computes_logistic_functions():
    values, results = np.linspace(-2, 2, NEAR * LANES), np.zeros(NEAR * LANES)
    logistic_again(values, results, 1)
    np.testing.assert_allclose(results, 1 / (1 + np.exp(-values)), rtol=1e-15)
