"""Data frames to lanes: every sample is checked against the frame it came from, and nothing is lost uncounted."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study import StudyError, to_lanes
from study.sequences.grouping import sort_groups

pytestmark = pytest.mark.lowest


def naive(frame, *, group, time, batch_size, timesteps, horizon, unequal):  # noqa: PLR0912
    """Lane by lane in plain Python: for each batch a list of (input places, target place), None for an empty slot."""
    if group is None:
        rows = frame.sort_values(time)["place"].tolist() if time else frame["place"].tolist()
        usable = len(rows) - horizon
        windows = usable // timesteps if unequal == "drop" else -(-usable // timesteps)
        base, more = divmod(windows, batch_size)
        lead = windows * timesteps - usable if unequal == "pad" else 0
        stream = [None] * lead + list(range(usable))
        lanes, taken = [], 0
        for lane in range(batch_size):
            count = base + (unequal == "pad" and lane < more)
            cut = stream[taken * timesteps : (taken + count) * timesteps]
            taken += count
            lanes.append([cut[k : k + timesteps] for k in range(0, len(cut), timesteps)])
        pieces = [[(window, rows) for window in lane] for lane in lanes]
    else:
        pieces = []
        for name in frame[group].drop_duplicates():
            part = frame[frame[group] == name]
            rows = (part.sort_values(time) if time else part)["place"].tolist()
            usable = len(rows) - horizon
            if unequal == "pad":
                stream = [None] * (-usable % timesteps) + list(range(usable))
            else:
                stream = list(range(max(usable, 0) // timesteps * timesteps))
            windows = [stream[k : k + timesteps] for k in range(0, len(stream), timesteps)] if usable > 0 else []
            if windows:
                pieces.append([(window, rows) for window in windows])
    batches, resets = [], []
    for first in range(0, len(pieces), batch_size):
        group_of_lanes = pieces[first : first + batch_size]
        if unequal == "drop" and len(group_of_lanes) < batch_size:
            continue
        heights = [len(piece) for piece in group_of_lanes]
        height = min(heights) if unequal == "drop" else max(heights)
        for step in range(height):
            batch = []
            for lane in range(batch_size):
                piece = group_of_lanes[lane] if lane < len(group_of_lanes) else []
                if step < len(piece):
                    window, rows = piece[step]
                    batch.append(([-1 if k is None else rows[k] for k in window], rows[window[-1] + horizon]))
                else:
                    batch.append(([-1] * timesteps, -1))
            batches.append(batch)
            resets.append(step == height - 1)
    return batches, resets


@st.composite
def frames(draw):
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    labels = [f"g{k}" for k, size in enumerate(sizes) for _ in range(size)]
    times = [t for size in sizes for t in draw(st.permutations(range(size)))]
    shuffled = draw(st.permutations(range(len(labels))))
    frame = pd.DataFrame({"g": labels, "t": times})
    frame["v"] = np.arange(len(frame), dtype=draw(st.sampled_from(["float32", "int16", "float64"]))) + 1
    frame["w"] = frame["v"] * 2
    frame["label"] = np.arange(len(frame)) % 3
    frame = frame.iloc[list(shuffled)]
    frame["place"] = np.arange(len(frame))
    return frame


@settings(max_examples=400, deadline=None)
@given(
    frames(),
    st.booleans(),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from(["pad", "drop"]),
)
def test_equals_naive_lanes(frame, grouped, batch_size, timesteps, horizon, unequal):  # noqa: PLR0917
    group, time = ("g", "t") if grouped else (None, "when")
    if not grouped:
        frame["when"] = frame["place"].to_numpy()[::-1] * 3
    arguments = {
        "group": group,
        "time": time,
        "batch_size": batch_size,
        "timesteps": timesteps,
        "horizon": horizon,
        "unequal": unequal,
    }
    batches, resets = naive(frame, **arguments)
    try:
        lanes = to_lanes(frame, values=["v", "w"], target="label", **arguments)
    except StudyError:
        series = sum(len(part) - horizon >= (timesteps if unequal == "drop" else 1) for _, part in frame.groupby("g"))
        usable = max(len(frame) - horizon, 0)
        windows = usable // timesteps if unequal == "drop" else -(-usable // timesteps)
        assert batch_size > (series if grouped else windows)
        return
    slots = [slot for batch in batches for slot in batch]
    assert lanes.rows.tolist() == [rows for rows, _ in slots]
    assert lanes.target_rows.tolist() == [target for _, target in slots]
    assert lanes.mask.tolist() == [target >= 0 for _, target in slots]
    assert lanes.reset_after.tolist() == resets
    assert lanes.batches() == len(batches)
    assert lanes.X.shape == (len(slots), timesteps, 2)
    assert lanes.X.dtype == frame["v"].dtype
    assert lanes.Y.dtype == frame["label"].dtype
    values, labels = frame[["v", "w"]].to_numpy(), frame["label"].to_numpy()
    for sample, (rows, target) in enumerate(slots):
        expected = [values[row].tolist() if row >= 0 else [0, 0] for row in rows]
        assert lanes.X[sample].tolist() == expected
        assert lanes.Y[sample, 0] == (labels[target] if target >= 0 else 0)
    inputs = {row for rows, _ in slots for row in rows} - {-1}
    targets = {target for _, target in slots} - {-1}
    assert lanes.rows_dropped == len(frame) - len(inputs | targets)
    assert lanes.rows_as_target_only == len(targets - inputs)
    assert lanes.slots_padded == sum(row < 0 for rows, _ in slots for row in rows)
    if grouped:
        check_no_two_groups_meet(frame, lanes)


def check_no_two_groups_meet(frame, lanes):
    """Between two resets, a lane holds rows of one group alone, in order of time."""
    names, times = frame["g"].to_numpy(), frame["t"].to_numpy()
    since = [[] for _ in range(lanes.batch_size)]
    for batch, reset in enumerate(lanes.reset_after):
        for lane in range(lanes.batch_size):
            sample = batch * lanes.batch_size + lane
            since[lane] += [row for row in lanes.rows[sample].tolist() if row >= 0]
            assert {names[row] for row in since[lane]} <= {names[since[lane][0]]} if since[lane] else True
            assert [times[row] for row in since[lane]] == sorted(times[row] for row in since[lane])
            if lanes.mask[sample]:
                assert lanes.names[lanes.group[sample]] == names[lanes.rows[sample, -1]]
                assert names[lanes.target_rows[sample]] == names[lanes.rows[sample, -1]]
        if reset:
            since = [[] for _ in range(lanes.batch_size)]
    assert lanes.reset_after[-1]


def test_padding_loses_no_row():
    frame = pd.DataFrame({"g": list("aaaabbbbbbb"), "v": range(11)})
    lanes = to_lanes(frame, group="g", values="v", batch_size=2, timesteps=2)
    assert lanes.rows_dropped == 0
    assert lanes.X[:, :, 0].tolist() == [[0, 0], [4, 5], [1, 2], [6, 7], [0, 0], [8, 9]]
    assert lanes.Y[:, 0].tolist() == [1, 6, 3, 8, 0, 10]
    assert lanes.mask.tolist() == [True, True, True, True, False, True]
    assert "0 rows dropped, 2 used as target only, 3 input slots padded" in lanes.describe()


def test_the_readers_frame():
    """107,904 rows of 10 columns in batches of 128, as asked under the tutorial."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(107_904, 10)).astype("float32"))
    frame.columns = [f"x{k}" for k in range(10)]
    lanes = to_lanes(frame, values=list(frame.columns), batch_size=128)
    assert lanes.X.shape == (843 * 128, 1, 10)
    assert lanes.X.dtype == np.float32
    assert (lanes.rows_dropped, lanes.rows_as_target_only, lanes.slots_padded) == (0, 1, 1)
    first_lane = lanes.rows[::128, 0]
    assert first_lane.tolist() == list(range(843))
    assert np.array_equal(lanes.Y[lanes.mask], frame.to_numpy()[lanes.rows[lanes.mask, -1] + 1])


def test_keeps_nullable_numbers_and_dates():
    frame = pd.DataFrame(
        {
            "when": pd.to_datetime(["2024-01-02", "2024-01-01", "2024-01-03"]),
            "v": pd.array([2, 1, 3], dtype="Int32"),
        }
    )
    lanes = to_lanes(frame, time="when", values="v", batch_size=1)
    assert lanes.X.dtype == np.int32
    assert lanes.X[:, 0, 0].tolist() == [1, 2]
    assert "sorted" in lanes.describe()


FRAME = pd.DataFrame({"g": list("aabb"), "t": [1, 2, 1, 2], "v": [1.0, 2.0, 3.0, 4.0], "s": list("wxyz")})


@pytest.mark.parametrize(
    ("frame", "changes", "message"),
    [
        (FRAME, {"values": "x"}, "unknown column 'x'; known: g, t, v, s"),
        (FRAME, {"group": "gg"}, "did you mean 'g'"),
        (FRAME, {"values": "s"}, "column 's' holds"),
        (FRAME, {"values": []}, "no column is named"),
        (FRAME.assign(t=1), {}, "2 rows have the same t as the row before, first 1 of group 'a'"),
        (
            FRAME.assign(t=[1, None, 1, 2]),
            {},
            "column 't' has 1 missing value, in row 1 counted from 0, which is line 3",
        ),
        (
            FRAME.assign(v=[1, 2, None, 4]),
            {},
            "column 'v' has 1 missing value, in row 2 counted from 0, which is line 4",
        ),
        (FRAME.assign(g=["a", "a", None, "b"]), {}, "column 'g' has 1 missing"),
        (FRAME.iloc[:0], {}, "no rows"),
        (FRAME.iloc[:2], {"batch_size": 2}, "batch size 2 is more lanes than the 1 group can fill"),
        (FRAME, {"batch_size": 3}, "batch size 3 is more lanes than the 2 groups"),
        (FRAME, {"group": None, "time": None, "batch_size": 4}, "there are 3 windows"),
        (FRAME, {"horizon": 2}, "no group has enough rows"),
        (FRAME, {"batch_size": 0}, "batch size is 0"),
        (FRAME, {"timesteps": 0}, "timesteps is 0"),
        (FRAME, {"horizon": -1}, "horizon is -1"),
        (FRAME, {"unequal": "cut"}, "known: pad, drop"),
        (pd.concat([FRAME, FRAME[["v"]]], axis=1), {}, "several columns named 'v'"),
    ],
)
def test_ill_formed_input(frame, changes, message):
    arguments = {"group": "g", "time": "t", "values": "v", "batch_size": 1, **changes}
    with pytest.raises(StudyError, match=re.escape(message)) as caught:
        to_lanes(frame, **arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("times", "order"),
    [
        (["10", "9", "11"], [1, 0, 2]),
        (["2026-01-10 09:00", "2026-01-09 10:00", "2026-01-10 10:00"], [1, 0, 2]),
    ],
)
def test_times_given_as_text_are_sorted_as_what_they_say(times, order):
    frame = pd.DataFrame({"time": times, "value": ["a", "b", "c"]})
    assert sort_groups(frame, group=None, time="time", columns=["value"]).rows.tolist() == order


def test_times_that_are_only_text_are_refused():
    frame = pd.DataFrame({"time": ["8:00", "9:00", "10:00"], "value": ["a", "b", "c"]})
    with pytest.raises(StudyError, match="text such as '8:00', which would be sorted by its letters; give numbers"):
        sort_groups(frame, group=None, time="time", columns=["value"])
