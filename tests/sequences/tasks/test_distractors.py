"""Task 2c of 1997: symbols, lengths and lags follow the laws that the paper states."""

from __future__ import annotations

import numpy as np
import pytest

from study.errors import StudyError
from study.sequences.tasks import make_task

DRAWN, P, Q = 20_000, 6, 4
TRIGGER, BEGIN, X, Y = range(P, P + 4)


@pytest.fixture(scope="module")
def sequences():
    columns = make_task("distractors", {"p": P, "q": Q}).stream(np.random.default_rng(0), DRAWN)
    return [row[row >= 0] for row in columns]


def test_every_sequence_has_the_form_of_the_paper(sequences):
    for sequence in sequences:
        assert sequence[0] == BEGIN
        assert sequence[1] in (X, Y)
        assert sequence[-1] == sequence[1]
        assert sequence[-2] == TRIGGER
        assert (sequence[2:-2] < P).all()
        assert len(sequence) >= Q + 4


def test_the_two_kinds_and_all_distractors_are_equally_likely(sequences):
    shares = [np.mean([sequence[1] == X for sequence in sequences])]
    middle = np.concatenate([sequence[2:-2] for sequence in sequences])
    assert abs(shares[0] - 0.5) < 5 * 0.5 / np.sqrt(DRAWN)  # five standard errors
    assert abs(np.bincount(middle, minlength=P) / len(middle) - 1 / P).max() < 5 * np.sqrt(1 / P / len(middle))


def test_lengths_are_geometric_after_the_prefix_and_q_plus_13_on_average(sequences):
    lengths = np.array([len(sequence) for sequence in sequences])
    deviation = np.sqrt(0.9) / 0.1  # of a geometric number
    assert abs(lengths.mean() - (Q + 13)) < 5 * deviation / np.sqrt(DRAWN)
    for further in range(4):
        chance = 0.1 * 0.9**further
        share = (lengths == Q + 4 + further).mean()
        assert abs(share - chance) < 5 * np.sqrt(chance * (1 - chance) / DRAWN)


def test_the_least_lag_is_q_plus_1(sequences):
    lags = [len(sequence) - 2 - 1 for sequence in sequences]  # from the second symbol to the trigger
    assert min(lags) == Q + 1


def test_nothing_but_the_second_symbol_tells_the_last(sequences):
    """The symbol before the trigger and the length are shared by both kinds alike, so they are worth 1/2."""
    kinds = np.array([sequence[-1] for sequence in sequences])
    for clue in ([sequence[-3] for sequence in sequences], [len(sequence) % 2 for sequence in sequences]):
        for value in np.unique(clue):
            with_it = kinds[np.array(clue) == value]
            assert abs((with_it == X).mean() - 0.5) < 5 * 0.5 / np.sqrt(len(with_it))


def test_the_alphabet_of_table_3():
    task = make_task("distractors", {"p": 50, "q": 1000})
    assert len(task.whole_alphabet) == 54
    assert task.lengths == (1004, None)


def test_with_a_longest_sequence_the_trigger_comes_in_time():
    task = make_task("distractors", {"p": P, "q": Q, "longest": Q + 6})
    drawn = task.stream(np.random.default_rng(0), DRAWN)
    assert task.lengths == (Q + 4, Q + 6) == (Q + 4, drawn.shape[1])
    lengths = (drawn >= 0).sum(1)
    share = (lengths == Q + 6).mean()  # all that would be longer, too
    assert abs(share - 0.9**2) < 5 * np.sqrt(0.81 * 0.19 / DRAWN)
    assert (drawn[np.arange(DRAWN), lengths - 2] == TRIGGER).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [({"p": 0}, "p must be 1 or more"), ({"q": -1}, "q 0 or more"), ({"q": 9, "longest": 12}, "at least q . 4, 13")],
)
def test_numbers_that_make_no_sequence_are_refused(options, said):
    with pytest.raises(StudyError, match=said):
        make_task("distractors", options)
