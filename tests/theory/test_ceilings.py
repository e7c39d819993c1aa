"""Ceilings and loss floors against a naive enumeration: every order, every shuffle, whole histories as contexts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations, product
from math import factorial, log, prod

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from study.errors import StudyError
from study.presentation import LAYOUTS, ORDERS, RESETS
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.theory.ceilings import ceiling

TUTORIAL = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]
MOST = 30_000  # row visits of an enumeration that a quick test can afford


def cut(sequences, timesteps, targets):
    """Rows as (window, {step: target}), sequence after sequence; None stands before the start."""
    rows = []
    for sequence in sequences:
        pairs = list(pairwise(sequence))
        if targets == "last":
            for end in range(1, len(pairs) + 1):
                window = [None] * max(0, timesteps - end) + [
                    symbol for symbol, _ in pairs[max(0, end - timesteps) : end]
                ]
                rows.append((tuple(window), {timesteps - 1: pairs[end - 1][1]}))
        else:
            for first in range(0, len(pairs), timesteps):
                part = pairs[first : first + timesteps]
                rows.append(
                    (tuple(symbol for symbol, _ in part), {step: target for step, (_, target) in enumerate(part)})
                )
    return rows


def courses(lengths, layout, reset, order):
    """Every equally likely epoch as a list of parts of rows; in alternating order, two epochs in turn."""
    firsts = [sum(lengths[:s]) for s in range(len(lengths))]
    blocks = [tuple(range(first, first + length)) for first, length in zip(firsts, lengths, strict=True)]
    there, back = tuple(blocks), tuple(blocks[::-1])
    chosen = {"fixed": [there], "alternating": [there, back], "random": list(permutations(blocks))}[order]
    for parts in chosen:
        if layout != "shuffled":
            yield parts
        elif reset == "sequence":
            yield from product(*(list(permutations(part)) for part in parts))
        else:
            for shuffled in permutations([row for part in parts for row in part]):
                yield (shuffled,)


def batches(parts, size, layout, reset):
    """Put an epoch's parts into batches: (rows of the lanes, whether a reset follows); None is an empty lane."""
    fed = []
    if layout == "interleaved":
        lanes = [parts[k % len(parts)] for k in range(max(size, len(parts)))]
        while lanes:
            group, lanes = lanes[:size], lanes[size:]
            for step in range(max(len(part) for part in group)):
                fed.append([[part[step] if step < len(part) else None for part in group], False])
            fed[-1][1] = reset == "sequence"
    else:
        ends, stream = set(), []
        for part in parts:
            stream += part
            ends.add(len(stream) - 1)
        for first in range(0, len(stream), size):
            places = range(first, first + size)
            fed.append([[stream[k] for k in places], reset == "sequence" and bool(ends & set(places))])
    if reset == "epoch":
        fed[-1][1] = True
    return fed


def visits(epochs, size, windows, nothing):
    """Follow every lane through some epochs from a zero state: (epoch, row, all it was fed since the last reset)."""
    for lane in range(size):
        fed = ()
        for number, epoch in enumerate(epochs):
            for rows, reset in epoch:
                row = rows[lane]
                if row is not None:
                    yield number, row, fed
                fed = () if reset else (*fed, nothing if row is None else windows[row])


def best_and_floor(seen, symbols):
    """Best accuracy and lowest loss of any function of the context; `seen` holds (context, target)."""
    groups = defaultdict(lambda: defaultdict(int))
    for context, target in seen:
        groups[context][target] += 1
    right, loss = 0, 0.0
    for targets in groups.values():
        size = sum(targets.values())
        right += max(targets.values())
        for symbol in symbols:
            p = targets.get(symbol, 0) / size
            loss -= size * sum(q * log(q) for q in (p, 1 - p) if q)
    return Fraction(right, len(seen)), loss / len(seen) / len(symbols)


def enumerate_all(sequences, timesteps, targets, size, layout, reset, order, *, carries_state):  # noqa: PLR0917
    """What `ceiling` should give: accuracy on ambiguous and on all rows, chance on both, loss floor."""
    rows = cut(sequences, timesteps, targets)
    windows, nothing = [window for window, _ in rows], (None,) * timesteps
    per = 1 if targets == "last" else timesteps
    lengths = [(len(sequence) - 1) // per for sequence in sequences]
    followers = defaultdict(set)
    for sequence in sequences:
        for symbol, follower in pairwise(sequence):
            followers[symbol].add(follower)
    every = [batches(parts, size, layout, reset) for parts in courses(lengths, layout, reset, order)]
    if reset == "never" and layout != "shuffled" and (order != "random" or len(every) == 1):
        # The period over and over; by its fourth turn all that can be told of the past has been seen.
        period = len(every)
        visited = [(row, fed) for n, row, fed in visits(every * 4, size, windows, nothing) if n >= 3 * period]
    else:
        visited = [(row, fed) for epoch in every for _, row, fed in visits([epoch], size, windows, nothing)]
    seen, on_ambiguous = [], []
    for row, fed in visited:
        window, target_of = rows[row]
        for step, target in target_of.items():
            context = (fed if carries_state else (), window[: step + 1])
            seen.append((context, target))
            if len(followers[window[step]]) > 1:
                on_ambiguous.append((context, target))
    symbols = {symbol for sequence in sequences for symbol in sequence}
    overall, loss = best_and_floor(seen, symbols)
    blind, _ = best_and_floor([((), target) for _, target in seen], symbols)
    if not on_ambiguous:
        return Fraction(1), overall, Fraction(1), blind, loss
    ambiguous, _ = best_and_floor(on_ambiguous, symbols)
    chance, _ = best_and_floor([((), target) for _, target in on_ambiguous], symbols)
    return ambiguous, overall, chance, blind, loss


def fits(lengths, size, layout):
    if layout == "interleaved":
        return len(lengths) % size == 0 or size % len(lengths) == 0
    return sum(lengths) % size == 0


def effort(lengths, layout, reset, order):
    ways = factorial(len(lengths)) if order == "random" else 2
    if layout == "shuffled":
        ways *= factorial(sum(lengths)) if reset != "sequence" else prod(map(factorial, lengths))
    return ways * sum(lengths)


@st.composite
def cases(draw):
    layout, reset, order = (draw(st.sampled_from(names)) for names in (LAYOUTS, RESETS, ORDERS))
    targets = draw(st.sampled_from(["last", "last", "every"]))
    timesteps = draw(st.integers(1, 3))
    most = 3 if layout == "shuffled" else 6
    alphabet = st.integers(0, draw(st.integers(1, 4)))
    sequences = []
    for _ in range(draw(st.integers(1, 3 if layout == "shuffled" else 4))):
        rows = draw(st.integers(1, most))
        pairs = rows * timesteps if targets == "every" else rows
        sequences.append(draw(st.lists(alphabet, min_size=pairs + 1, max_size=pairs + 1)))
    lengths = [(len(sequence) - 1) // (timesteps if targets == "every" else 1) for sequence in sequences]
    assume(effort(lengths, layout, reset, order) < MOST)
    size = draw(st.sampled_from([size for size in range(1, 9) if fits(lengths, size, layout)]))
    return sequences, timesteps, targets, size, layout, reset, order


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.booleans())
@example(([[0, 0, 0, 1, 0]], 2, "every", 2, "consecutive", "never", "random"), True)  # one order alone: it repeats
def test_ceiling_equals_enumeration(case, carries_state):
    sequences, timesteps, targets, size, layout, reset, order = case
    assume(
        not (reset == "never" and order == "random" and len(sequences) > 1 and layout != "shuffled" and carries_state)
    )
    rows = encode(sequences, timesteps, targets=targets)
    schedule = Schedule(rows.lengths, batch_size=size, layout=layout, reset=reset, order=order)
    if carries_state and layout == "shuffled" and reset != "sequence" and targets == "every" and timesteps > 1:
        with pytest.raises(StudyError, match="targets at the last step alone"):
            ceiling(rows, schedule, carries_state=True)
        return
    found = ceiling(rows, schedule, carries_state=carries_state)
    ambiguous, overall, chance, chance_overall, loss = enumerate_all(*case, carries_state=carries_state)
    assert found.ambiguous == ambiguous
    assert found.overall == overall
    assert found.chance == chance
    assert found.chance_overall == chance_overall
    assert found.loss_floor == pytest.approx(loss, abs=1e-12)


@st.composite
def endless_cases(draw):
    layout = draw(st.sampled_from(["consecutive", "interleaved"]))
    length = draw(st.integers(1, 3))
    sequences = draw(
        st.lists(st.lists(st.integers(0, 3), min_size=length + 1, max_size=length + 1), min_size=2, max_size=2)
    )
    size = draw(st.sampled_from([size for size in range(1, 7) if fits([length, length], size, layout)]))
    return sequences, size, layout


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(endless_cases())
def test_random_order_without_reset_is_the_limit_of_longer_and_longer_histories(case):
    """Whole histories of 1 to 7 epochs: never above the ceiling, never falling, and coming near."""
    sequences, size, layout = case
    rows = encode(sequences)
    lengths = rows.lengths
    found = ceiling(
        rows, Schedule(lengths, batch_size=size, layout=layout, reset="never", order="random"), carries_state=True
    )
    assume(found.ambiguous < 1 or rows.ambiguous.any())
    windows = [tuple(window) for window in rows.inputs.tolist()]
    every = [batches(parts, size, layout, "never") for parts in courses(lengths, layout, "never", "random")]
    reached = []
    for epochs in range(1, 8):
        seen = [
            ((fed, windows[row]), int(rows.targets[row, 0]))
            for course in product(every, repeat=epochs)
            for n, row, fed in visits(course, size, windows, (-1,))
            if n == epochs - 1 and rows.ambiguous[row, 0]
        ]
        if not seen:
            assert found.ambiguous == 1
            return
        reached.append(best_and_floor(seen, range(4))[0])
    assert reached == sorted(reached)
    assert reached[-1] <= found.ambiguous
    # The lane is told after one epoch, unless all its epochs happened to leave it in doubt: at most half each time.
    assert found.ambiguous - reached[-1] <= Fraction(1, 2) ** 5


@pytest.mark.parametrize(
    ("size", "expected"), [(1, Fraction(1)), (2, Fraction(1, 2)), (4, Fraction(1, 2)), (8, Fraction(1, 2))]
)
def test_tutorial_in_consecutive_layout(size, expected):
    rows = encode(TUTORIAL)
    found = ceiling(rows, Schedule(rows.lengths, batch_size=size), carries_state=True)
    assert found.ambiguous == expected
    assert found.chance == Fraction(1, 2)
    assert found.overall == (1 if expected == 1 else Fraction(7, 8))


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_tutorial_interleaved_and_in_whole_windows_can_be_solved(size):
    rows = encode(TUTORIAL)
    assert (
        ceiling(rows, Schedule(rows.lengths, batch_size=size, layout="interleaved"), carries_state=True).ambiguous == 1
    )
    windows = encode(TUTORIAL, 4)
    found = ceiling(windows, Schedule(windows.lengths, batch_size=size), carries_state=False)
    assert (found.ambiguous, found.overall, found.loss_floor) == (1, 1, 0)


@pytest.mark.parametrize(("layout", "size", "memory", "floor"), [
    ("consecutive", 1, True, 0), ("consecutive", 1, False, log(2) / 4), ("consecutive", 4, True, log(2) / 4),
    ("shuffled", 1, False, log(2) / 4),
])  # fmt: skip
def test_the_loss_floor_of_softmax_outputs_is_the_entropy_of_what_follows(layout, size, memory, floor):
    """The row with input 2 costs ln 2 = 0.6931, since one output takes from the other; one row in four has it."""
    rows = encode(TUTORIAL)
    schedule = Schedule(rows.lengths, batch_size=size, layout=layout)
    logistic, softmax = (ceiling(rows, schedule, carries_state=memory, softmax=s) for s in (False, True))
    assert softmax.loss_floor == pytest.approx(floor, abs=1e-15)
    assert replace(softmax, loss_floor=logistic.loss_floor) == logistic


def test_the_loss_floor_of_softmax_outputs_weights_contexts_by_how_often_they_occur():
    """Three of four rows begin with 0, and go on to 1, 1 and 2; the fourth is certain."""
    rows = encode([[0, 1], [0, 1], [0, 2], [3, 1]])
    found = ceiling(rows, Schedule(rows.lengths), carries_state=False, softmax=True)
    assert found.loss_floor == pytest.approx(3 / 4 * (-2 / 3 * log(2 / 3) - 1 / 3 * log(1 / 3)), abs=1e-15)


@pytest.mark.parametrize("size", [1, 2, 4, 8])
@pytest.mark.parametrize("layout", ["consecutive", "shuffled"])
def test_memoryless_loss_floor_is_a_tenth_of_ln_2(size, layout):
    """The row with input 2 costs 2 ln 2 / 5 = 0.2773, and one row in four has it: 0.0693."""
    rows = encode(TUTORIAL)
    found = ceiling(rows, Schedule(rows.lengths, batch_size=size, layout=layout), carries_state=False)
    assert found.loss_floor == pytest.approx(log(2) / 10, abs=1e-15)
    assert (found.ambiguous, found.overall) == (Fraction(1, 2), Fraction(7, 8))


def test_state_that_is_never_reset_lets_a_counter_pass_for_memory():
    """Batch 4, fixed order: what the lane saw before the reset that is left out gives the sequence away."""
    rows = encode(TUTORIAL)
    kept = ceiling(rows, Schedule(rows.lengths, batch_size=4, reset="never"), carries_state=True)
    mixed = ceiling(rows, Schedule(rows.lengths, batch_size=4, reset="never", order="random"), carries_state=True)
    assert kept.ambiguous == 1
    assert mixed.ambiguous < 1


def test_no_ambiguous_row_means_ceiling_and_chance_of_one():
    rows = encode([[0, 1, 2], [3, 4, 0]])
    found = ceiling(rows, Schedule(rows.lengths), carries_state=True)
    assert (found.ambiguous, found.chance, found.overall) == (1, 1, 1)


def test_too_many_orders_are_refused_in_one_line():
    rows = encode([[n, n + 1, n + 2, n + 3] for n in range(9)])
    with pytest.raises(StudyError, match="9 sequences in random order have 362880 orders"):
        ceiling(rows, Schedule(rows.lengths, reset="epoch", order="random"), carries_state=True)
