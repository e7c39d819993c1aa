"""What each lane is said to do from batch to batch, against places that were written down."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes_said import check_lanes, true_way

from study import StudyError, to_lanes
from study.sequences.following import Place, continuity

pytestmark = pytest.mark.lowest


def lines_of(text):
    return [] if text == "each lane is fed one batch alone" else text.split(" · ")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_line_is_true_of_every_lane(data):
    lanes, batches, timesteps = (data.draw(st.integers(1, most)) for most in (3, 6, 3))
    spot = st.none() | st.tuples(st.integers(0, 1), st.integers(0, 6))
    fed = [[data.draw(spot) for _ in range(lanes)] for _ in range(batches)]
    resets = [data.draw(st.booleans()) for _ in range(batches)]
    places = [[None if one is None else Place(one[0], one[1], one[1] + timesteps) for one in row] for row in fed]
    true = []
    for lane in range(lanes):
        there = [(number, row[lane]) for number, row in enumerate(fed) if row[lane] is not None]
        for (before, old), (after, new) in pairwise(there):
            true.append((lane, true_way(old, new, timesteps) + " after a reset" * any(resets[before:after])))
    check_lanes(lines_of(continuity(places, resets)), true)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_to_lanes_says_first_that_lanes_go_on_and_change_series_after_resets_alone(sizes, batch_size, timesteps, one):
    frame = pd.DataFrame({"g": [g for g, size in enumerate(sizes) for _ in range(size)], "v": range(sum(sizes))})
    try:
        lanes = to_lanes(frame, group=None if one else "g", values="v", batch_size=batch_size, timesteps=timesteps)
    except StudyError:
        return
    true, last = [], {}
    for sample, (group, mask) in enumerate(zip(lanes.group.tolist(), lanes.mask.tolist(), strict=True)):
        if not mask:
            continue
        lane, rows = sample % batch_size, [row for row in lanes.rows[sample].tolist() if row >= 0]
        if lane in last:
            on = last[lane] == (group, rows[0] - 1)
            true.append((lane, "goes on where it stopped" if on else "changes to another series after a reset"))
        last[lane] = (group, rows[-1])
    first = lanes.describe().splitlines()[0]
    assert first == lanes.continuity
    if "more, each otherwise" not in first:
        check_lanes(lines_of(first), true)
