"""Rows to batches: worked values, what chance may bring, every row once, and batch sizes that do not fit."""

from __future__ import annotations

from collections import Counter
from itertools import chain, pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.errors import StudyError
from study.presentation import LAYOUTS, ORDERS, RESETS
from study.sequences.layouts import EMPTY, Schedule


def epoch(lengths, batch_size, layout="consecutive", reset="sequence"):
    epoch = Schedule(lengths, batch_size=batch_size, layout=layout, reset=reset).epoch()
    return epoch.rows.tolist(), np.flatnonzero(epoch.reset_after).tolist()


@pytest.mark.parametrize(
    ("arguments", "rows", "resets"),
    [
        (((4, 4), 1), [[0], [1], [2], [3], [4], [5], [6], [7]], [3, 7]),
        (((4, 4), 2), [[0, 1], [2, 3], [4, 5], [6, 7]], [1, 3]),
        (((4, 4), 4), [[0, 1, 2, 3], [4, 5, 6, 7]], [0, 1]),
        (((4, 4), 8), [[0, 1, 2, 3, 4, 5, 6, 7]], [0]),
        (((4, 4), 2, "interleaved"), [[0, 4], [1, 5], [2, 6], [3, 7]], [3]),
        (((4, 4), 1, "interleaved"), [[0], [1], [2], [3], [4], [5], [6], [7]], [3, 7]),
        (((4, 4), 4, "interleaved"), [[0, 4, 0, 4], [1, 5, 1, 5], [2, 6, 2, 6], [3, 7, 3, 7]], [3]),
        (((3, 1), 2, "interleaved"), [[0, 3], [1, EMPTY], [2, EMPTY]], [2]),
        (((2, 2, 2, 2), 2, "interleaved"), [[0, 2], [1, 3], [4, 6], [5, 7]], [1, 3]),
        (((3, 3), 2), [[0, 1], [2, 3], [4, 5]], [1, 2]),  # the first sequence ends inside the second batch
        (((4, 4), 2, "consecutive", "epoch"), [[0, 1], [2, 3], [4, 5], [6, 7]], [3]),
        (((4, 4), 2, "consecutive", "never"), [[0, 1], [2, 3], [4, 5], [6, 7]], []),
    ],
)
def test_worked_values(arguments, rows, resets):
    assert epoch(*arguments) == (rows, resets)


def test_alternating_order_turns_round_every_second_epoch():
    there = [[0, 1], [2, 3], [4, 5], [6, 7]]
    back = [[4, 5], [6, 7], [0, 1], [2, 3]]
    schedule = Schedule((4, 4), batch_size=2, order="alternating")
    assert [schedule.epoch(number).rows.tolist() for number in range(4)] == [there, back, there, back]
    assert schedule.period == 2
    assert not schedule.draws


def possible(lengths, size, layout, reset, order):
    """Every epoch that chance can bring, each as often as it is likely, by listing all orders and shuffles."""
    firsts = [sum(lengths[:s]) for s in range(len(lengths))]
    blocks = [list(range(a, a + n)) for a, n in zip(firsts, lengths, strict=True)]
    orders = list(permutations(blocks)) if order == "random" else [tuple(blocks)]
    if layout == "shuffled" and reset != "sequence":
        streams = list(permutations(range(sum(lengths))))
    elif layout == "shuffled":
        streams = [list(chain(*parts)) for o in orders for parts in product(*(permutations(b) for b in o))]
    elif layout == "consecutive":
        streams = [list(chain(*o)) for o in orders]
    else:
        return Counter(interleave(o, size) for o in orders)
    return Counter(tuple(tuple(s[k : k + size]) for k in range(0, len(s), size)) for s in streams)


def interleave(blocks, size):
    lanes = [blocks[k % len(blocks)] for k in range(max(size, len(blocks)))]
    batches = []
    for first in range(0, len(lanes), size):
        batches += zip(*lanes[first : first + size], strict=True)
    return tuple(batches)


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize(
    ("lengths", "size", "layout", "order"),
    [
        ((2, 2), 1, "shuffled", "fixed"),
        ((2, 2), 2, "shuffled", "random"),
        ((3,), 3, "shuffled", "fixed"),
        ((2, 2, 2), 2, "consecutive", "random"),
        ((2, 2, 2), 3, "interleaved", "random"),
        ((2, 2), 4, "interleaved", "random"),
        ((1, 3), 2, "shuffled", "fixed"),
    ],
)
def test_chance_brings_every_possible_epoch_and_no_other(lengths, size, layout, order, reset):
    expected = possible(lengths, size, layout, reset, order)
    schedule = Schedule(lengths, batch_size=size, layout=layout, reset=reset, order=order)
    assert schedule.draws
    draws = 6_000
    rows = schedule.draw(np.random.default_rng(1), draws)
    seen = Counter(tuple(map(tuple, one)) for one in rows.tolist())
    assert set(seen) == set(expected)
    total = sum(expected.values())
    for one, ways in expected.items():  # five standard deviations of a count
        share = ways / total
        assert abs(seen[one] - draws * share) < 5 * (draws * share * (1 - share)) ** 0.5 + 1e-9


@pytest.mark.parametrize("layout", LAYOUTS)
def test_draws_with_equal_streams_are_equal_and_go_on(layout):
    schedule = Schedule((4, 4), batch_size=2, layout=layout, order="random")
    one, two = (schedule.draw(np.random.default_rng(7), 20) for _ in range(2))
    assert (one == two).all()
    assert (one[:10] != one[10:]).any()


@st.composite
def schedules(draw):
    layout, reset, order = (draw(st.sampled_from(names)) for names in (LAYOUTS, RESETS, ORDERS))
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    rows, sequences = sum(lengths), len(lengths)
    fitting = [
        size
        for size in range(1, 13)
        if (not (sequences % size and size % sequences) if layout == "interleaved" else rows % size == 0)
    ]
    return Schedule(tuple(lengths), batch_size=draw(st.sampled_from(fitting)), layout=layout, reset=reset, order=order)


@settings(deadline=None)
@given(schedules(), st.integers(0, 3))
def test_every_row_stands_in_an_epoch_exactly_as_often_as_it_should(schedule, number):
    found = schedule.example(np.random.default_rng(number)) if schedule.draws else schedule.epoch(number)
    counts = Counter(found.rows.ravel().tolist())
    counts.pop(EMPTY, None)
    repeats = schedule.batch_size // schedule.sequences if schedule.layout == "interleaved" else 1
    assert counts == {row: max(1, repeats) for row in range(sum(schedule.lengths))}
    assert found.rows.shape[1] == schedule.batch_size
    assert len(found.reset_after) == len(found.rows)
    if schedule.reset == "never":
        assert not found.reset_after.any()
    elif schedule.reset == "epoch":
        assert np.flatnonzero(found.reset_after).tolist() == [len(found.rows) - 1]
    else:
        assert found.reset_after[-1]


@settings(deadline=None)
@given(schedules())
def test_an_interleaved_lane_holds_whole_sequences_in_order(schedule):
    if schedule.layout != "interleaved" or schedule.reset != "sequence":
        return
    found = schedule.epoch()
    starts = schedule.starts.tolist()
    whole = {tuple(range(a, a + n)) for a, n in zip(starts, schedule.lengths, strict=True)}
    edges = [0, *(np.flatnonzero(found.reset_after) + 1).tolist()]
    for lane in range(schedule.batch_size):
        for first, last in pairwise(edges):
            between = [row for row in found.rows[first:last, lane].tolist() if row != EMPTY]
            assert tuple(between) in whole
    assert edges[-1] == len(found.rows)


@settings(deadline=None)
@given(schedules())
def test_drawn_epochs_hold_the_rows_of_an_epoch(schedule):
    if not schedule.draws:
        return
    if schedule.order != "fixed" and len(set(schedule.lengths)) > 1:
        with pytest.raises(StudyError, match="would move the resets"):
            schedule.draw(np.random.default_rng(0), 3)
        return
    plain = Counter(schedule.epoch().rows.ravel().tolist())
    for rows in schedule.draw(np.random.default_rng(0), 3):
        assert Counter(rows.ravel().tolist()) == plain


@pytest.mark.parametrize(
    ("size", "layout", "message"),
    [
        (3, "consecutive", "batch size 3 does not divide the 8 rows: rows 6 to 7 left over; use 1, 2, 4 or 8"),
        (7, "consecutive", "batch size 7 does not divide the 8 rows: row 7 left over; use 1, 2, 4 or 8"),
        (16, "shuffled", "batch size 16 does not divide the 8 rows: rows 0 to 7 left over"),
        (3, "interleaved", "batch size 3 does not fit 2 sequences, one a lane: 1 lane left over; use 1, 2, 4, 6 or 8"),
        (0, "consecutive", "batch size is 0; it must be 1 or more"),
        (-1, "interleaved", "batch size is -1; it must be 1 or more"),
    ],
)
def test_a_batch_size_that_does_not_fit_says_what_is_left_over_and_what_to_do(size, layout, message):
    with pytest.raises(StudyError) as caught:
        Schedule((4, 4), batch_size=size, layout=layout)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layout": "interleave"}, "unknown layout 'interleave'; known: consecutive, interleaved, shuffled; did you"),
        ({"reset": "epochs"}, "unknown reset 'epochs'; known: sequence, epoch, never; did you mean 'epoch'?"),
        ({"order": "same"}, "unknown order 'same'; known: fixed, alternating, random"),
    ],
)
def test_an_unknown_name_lists_the_known_ones(settings, message):
    with pytest.raises(StudyError) as caught:
        Schedule((4, 4), **settings)
    assert str(caught.value).startswith(message)
