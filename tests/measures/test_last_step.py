"""The last row of each sequence, scored apart from the other ambiguous rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from study.config import Config
from study.errors import StudyError
from study.measures.last_step import _last_right
from study.runs.compute import compute
from study.sequences.configured import datasets_of
from study.training.rows import Answers

WINDOW = Config(
    task="long_lag",
    task_options=(("lag", 6), ("fillers", "drawn")),
    model="stateless_lstm",
    timesteps=7,
    targets="every",
    batch_size=2,
    layout="interleaved",
    learning_rate=0.1,
    epochs=30,
    loss="softmax_cross_entropy",
)
SEEDS = range(4)


def test_the_probe_trains_as_any_run_and_adds_one_column():
    scores = compute(WINDOW, SEEDS)
    probed = compute(Config(**{**WINDOW.settings(), "probe": "last_step"}), SEEDS)
    pd.testing.assert_frame_equal(probed.drop(columns="last_accuracy"), scores)
    assert set(probed["last_accuracy"]) <= {0.0, 0.5, 1.0}
    assert (probed["last_accuracy"][probed["accuracy"] == 1] == 1).all()


def test_without_other_ambiguous_rows_it_is_the_accuracy_of_these():
    config = Config(**{**WINDOW.settings(), "task_options": (("lag", 6),), "probe": "last_step"})
    probed = compute(config, SEEDS)
    np.testing.assert_array_equal(probed["last_accuracy"], probed["ambiguous_accuracy"])


@pytest.mark.parametrize("timesteps", [1, 7])
def test_it_is_the_last_rows_that_count(timesteps):
    config = Config(**{**WINDOW.settings(), "timesteps": timesteps, "model": "stateful_lstm"})
    datasets = datasets_of(config, SEEDS)
    shape = datasets[0].targets.shape
    rows, steps = (part.reshape(1, -1) for part in np.indices(shape))
    right = np.stack([np.eye(8)[each.targets.reshape(-1)] for each in datasets])  # (seed, item, output)
    last = np.zeros(shape, dtype=bool)
    last[np.cumsum(datasets[0].lengths) - 1, -1] = True
    wrong_elsewhere = np.where(last.reshape(1, -1, 1), right, 1 - right)
    np.testing.assert_array_equal(_last_right(Answers(wrong_elsewhere, rows, steps), datasets), 1)
    wrong_there = np.where(last.reshape(1, -1, 1), 1 - right, right)
    np.testing.assert_array_equal(_last_right(Answers(wrong_there, rows, steps), datasets), 0)


def test_layouts_with_chance_are_refused():
    config = Config(**{**WINDOW.settings(), "layout": "shuffled", "probe": "last_step"})
    with pytest.raises(StudyError, match=r"probe last_step cannot be used .* layout shuffled"):
        compute(config, SEEDS)
