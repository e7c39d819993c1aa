"""Rows from sequences: worked values, windows, padding, ambiguity found from the data, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.config import Config
from study.errors import StudyError
from study.experiments import EXPERIMENTS, PRESETS
from study.sequences.configured import datasets_of
from study.sequences.encoding import NO_TARGET, PADDING, encode, one_hot

TUTORIAL = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]

sequences = st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=9), min_size=1, max_size=5)


def test_pairs_of_the_tutorial():
    rows = encode(TUTORIAL)
    assert rows.X.shape == (8, 1, 5)
    assert rows.Y.shape == (8, 5)
    assert rows.X[:, 0].argmax(1).tolist() == [3, 0, 1, 2, 4, 0, 1, 2]
    assert rows.Y.argmax(1).tolist() == [0, 1, 2, 3, 0, 1, 2, 4]
    assert rows.sequence.tolist() == [0] * 4 + [1] * 4
    assert rows.position.tolist() == [0, 1, 2, 3] * 2
    assert rows.ambiguous[:, 0].tolist() == [False, False, False, True] * 2
    assert rows.lengths == (4, 4)


def test_windows_are_padded_on_the_left():
    rows = encode(TUTORIAL[:1], 3)
    assert rows.inputs.tolist() == [[PADDING, PADDING, 3], [PADDING, 3, 0], [3, 0, 1], [0, 1, 2]]
    assert rows.targets.tolist() == [[NO_TARGET, NO_TARGET, k] for k in (0, 1, 2, 3)]
    assert rows.X[0].sum(axis=1).tolist() == [0, 0, 1]
    assert rows.Y.shape == (4, 5 - 1)


def test_windows_without_padding_leave_the_first_rows_out():
    rows = encode(TUTORIAL, 3, pad=False)
    assert rows.inputs.tolist() == [[3, 0, 1], [0, 1, 2], [4, 0, 1], [0, 1, 2]]
    assert rows.position.tolist() == [2, 3, 2, 3]
    assert rows.sequence.tolist() == [0, 0, 1, 1]


def test_a_target_at_every_step():
    rows = encode(TUTORIAL, 4, targets="every")
    assert rows.X.shape == rows.Y.shape == (2, 4, 5)
    assert rows.targets.tolist() == [[0, 1, 2, 3], [0, 1, 2, 4]]
    assert rows.ambiguous.tolist() == [[False, False, False, True]] * 2


def test_symbols_of_any_kind():
    rows = encode([["[b]", "<i>", None], [("a", 1), "<i>", "é"]])
    assert rows.symbols == ("[b]", "<i>", None, ("a", 1), "é")
    assert rows.ambiguous[:, 0].tolist() == [False, True, False, True]
    assert rows.describe(1) == "<i> -> None"


@given(sequences, st.integers(1, 12))
def test_every_row_says_what_stands_in_its_sequence(data, timesteps):
    rows = encode(data, timesteps)
    assert rows.rows == sum(len(sequence) - 1 for sequence in data)
    followers = {}
    for sequence in data:
        for place in range(len(sequence) - 1):
            followers.setdefault(sequence[place], set()).add(sequence[place + 1])
    for row in range(rows.rows):
        sequence, position = data[rows.sequence[row]], rows.position[row]
        window = [rows.symbols[k] for k in rows.inputs[row] if k != PADDING]
        assert window == sequence[max(0, position + 1 - timesteps) : position + 1]
        assert (rows.inputs[row, : timesteps - len(window)] == PADDING).all()
        assert rows.symbols[rows.targets[row, -1]] == sequence[position + 1]
        assert rows.ambiguous[row, -1] == (len(followers[window[-1]]) > 1)
        assert not rows.ambiguous[row, :-1].any()
    assert (rows.X.sum(axis=2) == (rows.inputs != PADDING)).all()
    assert (rows.Y.sum(axis=-1) == 1).all()


@given(st.lists(st.integers(-1, 6), min_size=1, max_size=20))
def test_one_hot_has_one_1_at_the_column_or_none(columns):
    vectors = one_hot(columns, 7)
    for column, vector in zip(columns, vectors, strict=True):
        assert np.flatnonzero(vector).tolist() == ([] if column < 0 else [column])
        assert vector.sum() == (column >= 0)


@given(sequences, st.integers(1, 4))
def test_equal_data_have_equal_fingerprints_and_other_data_others(data, timesteps):
    rows = encode(data, timesteps)
    assert rows.fingerprint() == encode([list(sequence) for sequence in data], timesteps).fingerprint()
    assert rows.fingerprint() != encode(data, timesteps + 1).fingerprint()
    assert rows.fingerprint() != encode([*data, [0, 1]], timesteps, alphabet=range(7)).fingerprint()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1]],), "sequence 0 has 1 symbol; a pair needs two"),
        (([[1, 2], []],), "sequence 1 has 0 symbols"),
        (([],), "there are no sequences"),
        (([[1, 2]], 0), "timesteps is 0; it must be 1 or more"),
        ((TUTORIAL, 3, "every"), "windows of 3 do not divide"),
        ((TUTORIAL, 1, "lasts"), "unknown targets 'lasts'; known: last, every; did you mean 'last'"),
    ],
)
def test_what_cannot_be_encoded_is_refused_in_one_line(arguments, message):
    data, timesteps, targets = (*arguments, 1, "last")[:3] if len(arguments) == 1 else (*arguments, "last")[:3]
    with pytest.raises(StudyError, match=message) as caught:
        encode(data, timesteps, targets=targets)
    assert "\n" not in str(caught.value)


def test_a_symbol_outside_the_alphabet_and_a_window_that_is_too_long_are_refused():
    with pytest.raises(StudyError, match="symbol 9 is not in the alphabet of 2 symbols"):
        encode([[0, 9]], alphabet=[0, 1])
    with pytest.raises(StudyError, match="too few for a window of 5 inputs"):
        encode(TUTORIAL, 5, pad=False)


def test_every_model_and_layout_of_an_experiment_gets_the_same_data():
    """Comparisons are paired by seed: what a seed's data are depends on the task, and on nothing else."""
    for experiment in EXPERIMENTS.values():
        seen = {}
        for config in experiment.configs(PRESETS["quick"]):
            if config.streams:  # whose data `test_streams` looks at
                continue
            key = (config.task, config.task_options, config.timesteps, config.targets)
            prints = [rows.fingerprint() for rows in datasets_of(config, [0, 1])]
            assert seen.setdefault(key, prints) == prints
        assert seen or all(config.streams for config in experiment.configs(PRESETS["quick"]))


def test_a_config_reads_the_same_whatever_other_seeds_are_asked_for():
    (alone,) = datasets_of(Config(), [3])
    assert alone.fingerprint() == datasets_of(Config(), [0, 3])[-1].fingerprint()
