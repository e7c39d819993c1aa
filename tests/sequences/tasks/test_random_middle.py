"""Task 2b of 1997: the middle says nothing, and the last symbol cannot be had without the first."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from study.errors import StudyError
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task
from study.theory.ceilings import ceiling

DRAWN = 20_000


def test_all_sequences_are_equally_likely():
    columns = make_task("random_middle", {"p": 4}).stream(np.random.default_rng(0), DRAWN)
    counts = np.unique(columns, axis=0, return_counts=True)
    wanted = {(first, *middle, first) for first in (3, 4) for middle in product(range(3), repeat=3)}
    assert set(map(tuple, counts[0].tolist())) == wanted
    chance = 1 / len(wanted)
    assert abs(counts[1] / DRAWN - chance).max() < 5 * np.sqrt(chance * (1 - chance) / DRAWN)  # standard errors


def test_symbols_and_lengths_are_those_of_the_fixed_middle():
    random, fixed = make_task("random_middle", {"p": 100}), make_task("long_lag", {"lag": 99})
    assert random.whole_alphabet == tuple(sorted(fixed.whole_alphabet)) == tuple(range(101))
    assert random.lengths == fixed.lengths == (101, 101)
    assert {sequence[0] for sequence in fixed.sequences(0)} == {99, 100}
    assert set(random.stream(np.random.default_rng(0), 200)[:, 0].tolist()) == {99, 100}


def best(sequences, *, carries_state):
    """The share of symbols that the best of all networks gets right, of all sequences at once."""
    rows = encode(sequences)
    return ceiling(rows, Schedule(rows.lengths, batch_size=1), carries_state=carries_state).overall


def test_ceilings_with_and_without_memory():
    p = 3
    whole = [(first, *middle, first) for first in (2, 3) for middle in product(range(p - 1), repeat=p - 1)]
    guessed = Fraction(1, p - 1)  # a symbol of the middle
    assert best(whole, carries_state=True) == ((p - 1) * guessed + 1) / p
    assert best([sequence[-2:] for sequence in whole], carries_state=False) == Fraction(1, 2)  # the last symbols alone


def test_a_sequence_without_middle_is_refused():
    with pytest.raises(StudyError, match="p of random_middle is 1; it must be 2 or more"):
        make_task("random_middle", {"p": 1})
