"""Random sequences: held-out ones were never trained on, each seed has its own, all symbols are equally likely."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.config import Config
from study.errors import StudyError
from study.sequences.configured import datasets_of
from study.sequences.tasks.random_sequences import HELD_OUT, RandomSequences


@given(
    seed=st.integers(0, 1000), count=st.integers(1, 60), length=st.integers(4, 9), size=st.integers(5, 40)
)  # fmt: skip
def test_nothing_that_is_scored_was_trained_on(seed, count, length, size):
    task = RandomSequences(count, length, size)
    trained_on, unseen = task.sequences(seed), task.unseen(seed, length)
    assert len(set(trained_on)) == count
    assert len(set(unseen)) == HELD_OUT
    assert not set(trained_on) & set(unseen)
    for sequence in (*trained_on, *unseen, *task.unseen(seed, 2 * length)):
        assert sequence[0] == sequence[-1]
        assert set(sequence) <= set(task.alphabet)
    assert {len(sequence) for sequence in task.unseen(seed, 2 * length)} == {2 * length}
    assert RandomSequences(count + 1, length, size).sequences(seed)[:count] == trained_on
    assert RandomSequences(count + 1, length, size).unseen(seed, length) == unseen


def test_seeds_have_sequences_of_their_own_and_the_whole_alphabet():
    task = RandomSequences(count=4, size=50)
    assert task.varies
    assert task.sequences(0) != task.sequences(1)
    config = Config(task="random_sequences", task_options=(("count", 4), ("size", 50)))
    first, second = datasets_of(config, [0, 1])
    assert first.features == second.features == 50
    assert first.fingerprint() != second.fingerprint()


def test_symbols_are_equally_likely_at_every_place():
    drawn = np.array([s for seed in range(40) for s in RandomSequences(count=100).sequences(seed)])
    for place in range(drawn.shape[1]):
        shares = np.bincount(drawn[:, place], minlength=10) / len(drawn)
        assert np.abs(shares - 0.1).max() < 5 * (0.1 * 0.9 / len(drawn)) ** 0.5


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"count": 0}, "count of random sequences is 0"),
        ({"length": 2}, "length of random sequences is 2"),
        ({"size": 1}, "size of random sequences is 1"),
        ({"size": 2, "length": 5}, "16 different sequences"),
    ],
)
def test_tasks_that_cannot_be_drawn_are_refused_in_one_line(options, named):
    with pytest.raises(StudyError, match=named) as refused:
        RandomSequences(**options)
    assert "\n" not in str(refused.value)
