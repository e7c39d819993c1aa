"""Loaders of all kinds: the assertion fails exactly where a state would be handed to rows that do not follow."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from study import StudyError, assert_lanes_continue, to_lanes
from study.watching.loaders import lanes_of

pytestmark = pytest.mark.lowest
SERIES = np.arange(1.0, 49.0, dtype=np.float32)
WINDOWS = SERIES.reshape(24, 2)
ORDER = np.arange(24).reshape(4, -1).T.ravel()  # a contiguous piece for each of four lanes


def loader(order=None, *, shuffle=False):
    inputs = torch.tensor(WINDOWS if order is None else WINDOWS[order])[:, :, None]
    return DataLoader(TensorDataset(inputs, inputs[:, -1]), batch_size=4, shuffle=shuffle)


def test_a_data_loader_in_pieces_continues():
    assert_lanes_continue(loader(ORDER), SERIES)


def test_a_data_loader_in_order_does_not_and_the_message_is_the_explanation():
    with pytest.raises(AssertionError) as caught:
        assert_lanes_continue(loader(), SERIES)
    said = " ".join(str(caught.value).split())
    assert "verdict the lanes do not go on: in 20 of 20 steps" in said
    assert "lanes 0 to 3: skips 6 rows (5 times)" in said
    assert "each lane advances by 8 rows from call to call, and its window is 2 rows" in said
    assert "DataLoader(TensorDataset(X, y), batch_size=4, shuffle=False, drop_last=True)" in said


def test_a_shuffled_data_loader_does_not():
    torch.manual_seed(1)
    with pytest.raises(AssertionError, match=r"feed\s+them\s+unshuffled"):
        assert_lanes_continue(loader(ORDER, shuffle=True), SERIES)


def test_without_state_any_order_will_do_but_windows_must_be_rows_of_the_series():
    assert_lanes_continue(loader(shuffle=True), SERIES, stateful=False)
    with pytest.raises(AssertionError, match="not found"):
        assert_lanes_continue(loader(), SERIES + 100, stateful=False)


class Pieces:
    """What a Keras `PyDataset` is to whoever goes through it: batches by number, and a hook at an epoch's end."""

    num_batches = 6
    epochs = 0

    def __getitem__(self, number):
        rows = WINDOWS[ORDER].reshape(6, 4, 2, 1)[number]
        return {"rows": rows, "extra": None}, rows[:, -1]

    def on_epoch_end(self):
        self.epochs += 1


def test_datasets_by_number_dictionaries_tuples_and_plain_arrays():
    pieces = Pieces()
    assert_lanes_continue(pieces, SERIES, epochs=2)
    assert pieces.epochs == 2
    assert lanes_of(pieces, SERIES).framework == "keras"
    assert_lanes_continue([[[1, 2], [5, 6]], [[3, 4], [7, 8]]], list(range(1, 9)))
    assert_lanes_continue(((batch, None) for batch in WINDOWS[ORDER].reshape(6, 4, 2)), SERIES)


def test_state_that_is_kept_over_an_epoch_is_told():
    resets = np.zeros(6, dtype=bool)
    with pytest.raises(AssertionError, match="no reset at the start of an epoch: in 4 of 44 steps"):
        assert_lanes_continue(loader(ORDER), SERIES, reset_after=resets, epochs=2)
    resets[-1] = True
    assert_lanes_continue(loader(ORDER), SERIES, reset_after=resets, epochs=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_what_to_lanes_makes_continues_and_any_two_of_its_batches_exchanged_do_not(sizes, batch_size, timesteps, drop):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"g": np.repeat(np.arange(len(sizes)), sizes), "v": np.arange(1.0, sum(sizes) + 1)})
    try:
        lanes = to_lanes(
            frame, group="g", values="v", batch_size=batch_size, timesteps=timesteps, unequal="drop" if drop else "pad"
        )
    except StudyError:
        return
    batches = lanes.X.reshape(-1, batch_size, timesteps, 1)
    series = [part.to_numpy() for _, part in frame.groupby("g")["v"]]
    assert_lanes_continue(batches, series, reset_after=lanes.reset_after)
    for first, second in pairwise(range(len(batches))):
        if lanes.reset_after[first] or not lanes.mask.reshape(-1, batch_size)[[first, second]].all():
            continue
        turned = batches.copy()
        turned[[first, second]] = turned[[second, first]]
        with pytest.raises(AssertionError, match=r"do not go on|no reset"):
            assert_lanes_continue(turned, series, reset_after=lanes.reset_after)


def test_a_smaller_last_batch_has_fewer_lanes():
    batches = [WINDOWS[ORDER][:4], WINDOWS[ORDER][4:6]]
    assert_lanes_continue(batches, SERIES)


@pytest.mark.parametrize(
    ("given_loader", "options", "said"),
    [
        ([], {}, "gives no batch"),
        (3, {}, "is a int, which gives no batches"),
        ([np.zeros((2, 2, 2, 2))], {}, "batch 0 has the shape"),
        ([np.ones((2, 1))], {"reset_after": [True, False]}, "reset_after has 2 values and the loader gives 1"),
        ([{}], {}, "empty batch"),
    ],
)
def test_mistakes_are_named(given_loader, options, said):
    with pytest.raises(StudyError, match=said):
        assert_lanes_continue(given_loader, SERIES, **options)
