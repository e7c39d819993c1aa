"""What is told of lanes and states, against calls whose truth was written down when they were made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes_said import check_lanes, true_way

from study import StudyError
from study.watching.calls import Call
from study.watching.findings import findings_of, gradient_told, lanes_told, state_told
from study.watching.report import report
from study.watching.steps import watched

pytestmark = pytest.mark.lowest
STRANGE = -7.0  # a content that no series has


@dataclass
class Truth:
    """What was really done for one call of one lane."""

    place: tuple[int, int] | None  # series and first row; None for rows that are in no series
    source: tuple[str, int | None, int | None]


@st.composite
def recordings(draw):
    """Calls with all sorts of places and states, and what is true of them."""
    lengths = draw(st.lists(st.integers(4, 9), min_size=1, max_size=3))
    timesteps, lanes = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    starts = np.cumsum([0, *lengths])
    series = [start + np.arange(length, dtype=float) for start, length in zip(starts, lengths, strict=False)]
    training = [True, *draw(st.lists(st.sampled_from([True, True, True, False]), min_size=1, max_size=7))]
    truths, calls, fresh = [], [], iter(np.arange(1, 1_000, dtype=float))
    for number, trains in enumerate(training):
        before = [k for k in range(number) if training[k]]
        row = []
        for lane in range(lanes):
            place = _draw_place(draw, lengths, timesteps, truths[before[-1]][lane].place if before else None)
            row.append(Truth(place, _draw_source(draw, number, lane, lanes, training)))
        truths.append(row)
        windows = np.full((lanes, timesteps, 1), STRANGE)
        for lane, truth in enumerate(row):
            if truth.place is not None:
                name, first = truth.place
                windows[lane, :, 0] = series[name][first : first + timesteps]
        state = np.zeros((lanes, 2))
        for lane, truth in enumerate(row):
            kind, call, other = truth.source
            if kind == "something else":
                state[lane] = -next(fresh)
            elif kind != "zero":
                state[lane] = calls[call].after[other]
        after = np.array([[next(fresh), 1.0] for _ in range(lanes)])
        calls.append(Call(windows, None, state, after, trains, graph=draw(st.booleans())))
    return series, timesteps, calls, truths


def _draw_place(draw, lengths, timesteps, last):
    """Where a window stands; often where the last one of the lane ended."""
    way = draw(st.sampled_from(["on", "on", "anywhere", "strange"]))
    if way == "strange":
        return None
    if way == "on" and last is not None and last[1] + 2 * timesteps <= lengths[last[0]]:
        return last[0], last[1] + timesteps
    name = draw(st.integers(0, len(lengths) - 1))
    return name, draw(st.integers(0, lengths[name] - timesteps))


def _draw_source(draw, number, lane, lanes, training):
    """Where a state comes from; often from the lane's own last call."""
    if not number or draw(st.integers(0, 5)) == 0:
        return (draw(st.sampled_from(["zero", "something else"])), None, None)
    last = max(k for k in range(number) if training[k])
    if draw(st.booleans()):
        return ("own", last, lane)
    call, other = draw(st.integers(0, number - 1)), draw(st.integers(0, lanes - 1))
    if not training[call]:
        return ("outside training", call, other)
    if call != last:
        return ("earlier", call, other)
    return ("own" if other == lane else "another lane", call, other)


def truth_of(calls, truths, timesteps):
    """Each step but a lane's first: call, lane, way, source, and whether rows follow those that left the state."""
    told = [number for number, call in enumerate(calls) if call.training]
    for earlier, here in pairwise(told):
        for lane, truth in enumerate(truths[here]):
            way = true_way(truths[earlier][lane].place, truth.place, timesteps)
            kind, call, other = truth.source
            left = None if call is None else truths[call][other].place
            follows = true_way(left, truth.place, timesteps) == "goes on where it stopped"
            yield here, lane, way, kind, follows


@settings(max_examples=400, deadline=None)
@given(recordings())
def test_every_step_and_every_sentence_is_true(recording):
    series, timesteps, calls, truths = recording
    seen = watched(calls, series)
    true = list(truth_of(calls, truths, timesteps))
    for step, (call, lane, _, kind, _) in zip(seen.later, true, strict=True):
        assert (step.call, step.lane, step.source.kind) == (call, lane, kind)
        assert (step.source.call, step.source.lane) == truths[call][lane].source[1:]
        assert step.place is None or (step.place.series, step.place.first) == truths[call][lane].place
    check_lanes(lanes_told(seen), [(lane, way) for _, lane, way, _, _ in true])
    check_states(state_told(seen), true)
    check_findings(findings_of(seen), true, truths)
    check_gradient(gradient_told(seen), calls, true)
    told = report(calls, series)
    assert told.holds == all(
        finding.kind in {"one call", "no state is carried"} or not wrong(true, truths) for finding in told.findings
    )
    assert str(told).split() == " ".join(_with_labels(told)).split()
    assert len(repr(told)) < 200


def _with_labels(told):
    before = ""
    for label, text in told.lines():
        yield "" if label == before else label
        yield text
        before = label


def check_states(line, true):
    words = {
        "zero": "zero",
        "own": "what the lane's own last call left",
        "another lane": "what another lane's call left",
        "outside training": "what validation or prediction left",
        "earlier": "what an earlier call left",
        "something else": "something else (learned, random, or changed on its way)",
    }
    counts = Counter(words[kind] for *_, kind, _ in true)
    for text, count in counts.items():
        often = {1: "once", 2: "twice"}.get(count, f"{count} times")
        assert f"{text} ({often})" in line
    assert line.count("; ") == max(len(counts) - 1, 0)


def wrong(true, truths):
    """How many steps show each fault."""
    first = {}
    for row in truths_of_training(truths, true):
        for lane, truth in enumerate(row):
            if truth.place is not None:
                first.setdefault(lane, truth.place[1])
    counts = Counter()
    for call, lane, way, kind, follows in true:
        place = truths[call][lane].place
        if way == "is fed rows that are not in the series":
            counts["rows are not in the series"] += 1
        elif kind == "own" and not follows:
            if way.startswith("jumps back") and place[1] == first[lane]:
                counts["no reset at the start of an epoch"] += 1
            elif way == "changes to another series" and place[1] == 0:
                counts["no reset where a series ends"] += 1
            else:
                counts["the lanes do not go on"] += 1
        if kind == "zero" and way == "goes on where it stopped":
            counts["the state is lost on the way"] += 1
        if not follows:
            stray = {
                "another lane": "lanes are mixed",
                "outside training": "training starts from what validation left",
                "earlier": "an old state is used",
            }
            if kind in stray:
                counts[stray[kind]] += 1
    return counts


def truths_of_training(truths, true):
    return [truths[number] for number in sorted({0, *(call for call, *_ in true)})]


def check_findings(findings, true, truths):
    if not true:
        assert [finding.kind for finding in findings] == ["one call"]
        return
    if all(kind == "zero" for *_, kind, _ in true):
        assert [finding.kind for finding in findings] == ["no state is carried"]
        on = all(way == "goes on where it stopped" for _, _, way, _, _ in true)
        assert ("the rows do go on" in findings[0].sentence) == on
        return
    expected = wrong(true, truths)
    if expected:
        assert {finding.kind: finding.count for finding in findings} == expected
        assert all(f"in {finding.count} of {len(true)} steps" in finding.sentence for finding in findings)
        return
    (finding,) = findings
    assert finding.kind == "every lane goes on where it stopped"
    count = sum(follows or way == "goes on where it stopped" for _, _, way, _, follows in true)
    assert f"in {count} of {len(true)} steps" in finding.sentence
    fresh = sum(kind == "zero" and way != "goes on where it stopped" for _, _, way, kind, _ in true)
    assert (f"; {fresh} more start elsewhere from a state of zero" in finding.sentence) == bool(fresh)


def check_gradient(line, calls, true):
    carried = {call for call, _, _, kind, _ in true if kind != "zero"}
    crossed = sum(calls[call].graph for call in carried)
    if not carried:
        assert line == ""
    elif not crossed:
        assert line.startswith("no gradient crosses calls")
    else:
        assert line == f"a gradient crosses into {crossed} of {len(carried)} calls that start from a carried state"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_where_contents_repeat_a_lane_goes_on_if_any_place_allows_it(data):
    """Against all ways to place the windows of a stretch, one after the other."""
    series = [np.array(data.draw(st.lists(st.integers(1, 2), min_size=3, max_size=8))) for _ in range(2)]
    timesteps = data.draw(st.integers(1, 2))
    places = [(name, first) for name, part in enumerate(series) for first in range(len(part) - timesteps + 1)]
    chosen = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=6))
    windows = [series[name][first : first + timesteps] for name, first in chosen]
    calls = [Call(window[None, :, None], state=np.ones((1, 1)), after=np.ones((1, 1))) for window in windows]
    seen = watched(calls, series)
    stretch = [window.tolist() for window in windows[:1]]
    for step, window in zip(seen.later, windows[1:], strict=True):
        together = [*stretch, window.tolist()]
        possible = any(
            part[first : first + len(together) * timesteps].tolist() == list(chain(*together))
            for part in series
            for first in range(len(part))
        )
        assert (step.way.kind == "goes on") == possible
        if step.way.kind not in {"goes on", "jumps"}:
            assert step.place is None or step.place[:2] in places
        stretch = together if possible else [window.tolist()]
    named = [step.place for step in seen.steps]
    assert all(
        place is None or series[place.series][place.first : place.end].tolist() == window.tolist()
        for place, window in zip(named, windows, strict=True)
    )
    numbers = [[sum(len(part) for part in series[:name]) + first] for name, first in chosen]
    exact = watched(calls, series, numbers)
    assert [step.place[:2] for step in exact.steps] == chosen


def test_a_state_that_validation_left_as_it_was_is_the_lanes_own():
    rows, state = np.ones((1, 1, 1)), np.ones((1, 1))
    calls = [Call(rows, after=state), Call(rows, state=state, after=state, training=False), Call(rows, state=state)]
    (step,) = watched(calls).later
    assert step.source == ("own", 0, 0)


def test_zeros_at_the_ends_of_a_window_are_padding():
    calls = [Call(np.array([[[0.0], [1.0]]])), Call(np.array([[[2.0], [3.0]]])), Call(np.zeros((1, 2, 1)))]
    seen = watched(calls, [1.0, 2.0, 3.0])
    assert [step.way.kind for step in seen.later] == ["goes on", "empty"]
    assert [step.place[1:] for step in seen.steps if step.place] == [(0, 1), (1, 3)]


@pytest.mark.parametrize(
    ("series", "rows", "said"),
    [
        (np.zeros((4, 2)), None, "the series has 2 features and the network was fed 1"),
        (["a", "b"], None, "give numbers"),
        ([1.0, 2.0], [[0]], "row numbers for 1 calls and 2 calls"),
        ([1.0, 2.0], [[0], [2]], "whole numbers from 0 to 1"),
        (None, [[0], [1]], "without the series"),
    ],
)
def test_what_does_not_fit_is_refused(series, rows, said):
    calls = [Call(np.ones((1, 1, 1))), Call(np.ones((1, 1, 1)))]
    with pytest.raises(StudyError, match=said):
        watched(calls, series, rows)


def test_nothing_recorded_is_an_error_that_says_what_to_do():
    with pytest.raises(StudyError, match="run the loop"):
        watched([])
