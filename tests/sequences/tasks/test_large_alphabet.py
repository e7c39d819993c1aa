"""A large alphabet: it widens the rows and changes nothing else, and every symbol can begin a sequence."""

from __future__ import annotations

import numpy as np
import pytest

from study.config import Config
from study.errors import StudyError
from study.sequences.configured import datasets_of
from study.sequences.tasks.large_alphabet import LargeAlphabet


@pytest.mark.parametrize("size", [5, 6, 100, 1000])
def test_a_larger_alphabet_changes_the_width_alone(size):
    (small,), (large,) = (
        datasets_of(config, [0]) for config in (Config(), Config(task="large_alphabet", task_options=(("size", size),)))
    )
    for name in ("inputs", "targets", "sequence", "position", "ambiguous"):
        assert np.array_equal(getattr(small, name), getattr(large, name)), name
    assert large.X.shape == (8, 1, size)
    assert large.Y.shape == (8, size)


@pytest.mark.parametrize("size", [6, 10, 100])
def test_every_symbol_can_begin_a_sequence(size):
    sequences = LargeAlphabet(size=size, starts=size - 3).sequences(0)
    assert {symbol for sequence in sequences for symbol in sequence} == set(range(size))
    assert len({sequence[0] for sequence in sequences}) == len(sequences) == size - 3
    assert all(first == last for first, *_, last in sequences)
    assert len({tuple(middle) for _, *middle, _ in sequences}) == 1


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"size": 4}, "starts is 2 with 4"),
        ({"size": 10, "starts": 8}, "starts is 8"),
        ({"size": 10, "starts": 1}, "starts is 1"),
        ({"size": 5, "symbols": ("a", "b", "c", "d")}, "4 different symbols"),
        ({"size": 5, "symbols": ("a", "b", "c", "d", "d")}, "4 different symbols"),
    ],
)
def test_alphabets_that_do_not_fit_are_refused_in_one_line(options, named):
    with pytest.raises(StudyError, match=named) as refused:
        LargeAlphabet(**options)
    assert "\n" not in str(refused.value)
