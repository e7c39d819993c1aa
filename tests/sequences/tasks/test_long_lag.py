"""Long lags: the fillers of a seed, and what makes random ones another task."""

from __future__ import annotations

import pytest

from study.config import Config
from study.errors import StudyError
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.tasks.long_lag import FILLERS, LongLag
from study.theory.ceilings import ceiling

SEEDS = range(5)


def test_fillers_in_order_are_what_they_were():
    assert LongLag(3).sequences(4) == ((3, 0, 1, 2, 3), (4, 0, 1, 2, 4))
    assert not LongLag(3).varies


@pytest.mark.parametrize("fillers", FILLERS)
@pytest.mark.parametrize("lag", [1, 2, 9])
def test_only_first_and_last_symbol_tell_the_two_sequences_apart(fillers, lag):
    task = LongLag(lag, fillers)
    for seed in SEEDS:
        one, other = task.sequences(seed)
        assert one[1:-1] == other[1:-1]
        assert (one[0], one[-1], other[0], other[-1]) == (lag, lag, lag + 1, lag + 1)
        assert len(one) == lag + 2
        assert one.count(one[-2]) == 1  # what follows the last filler is told by the first symbol alone
        assert set(one[1:-1]) <= set(range(lag))


def test_each_seed_has_fillers_of_its_own_and_always_the_same():
    for fillers in FILLERS[1:]:
        task = LongLag(20, fillers)
        assert task.varies
        assert len({task.sequences(seed) for seed in SEEDS}) == len(SEEDS)
        assert task.sequences(3) == LongLag(20, fillers).sequences(3)
        assert task.alphabet == tuple(range(22))
    assert sorted(LongLag(20, "permuted").sequences(0)[0][1:-1]) == list(range(20))


def test_drawn_fillers_need_what_came_before_them_and_permuted_ones_do_not():
    for fillers, more in (("permuted", False), ("drawn", True)):
        options = (("lag", 20), ("fillers", fillers))
        config = Config(
            task="long_lag", task_options=options, model="stateless_lstm", timesteps=21, targets="every", batch_size=2
        )
        for dataset in datasets_of(config, SEEDS):
            assert (dataset.ambiguous.sum() > 2) == more
            assert ceiling(dataset, schedule_of(config, dataset), carries_state=False).ambiguous == 1


def test_unknown_fillers_are_refused_with_what_is_known():
    with pytest.raises(StudyError, match=r"unknown fillers of long_lag 'shuffled'; known: in_order, permuted, drawn"):
        LongLag(3, "shuffled")
