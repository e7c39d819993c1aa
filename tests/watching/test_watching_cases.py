"""The cases of docs/cases.md, each rebuilt in a few lines: what is said of it, and that the cure works when applied."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from study import watch
from study.watching.loaders import lanes_of

pytestmark = pytest.mark.lowest


@pytest.fixture(autouse=True)
def _weights_are_the_same_every_time():
    torch.manual_seed(0)


PAGE = (Path(__file__).parents[2] / "docs/cases.md").read_text(encoding="utf-8")
ROWS = np.arange(1.0, 101.0, dtype=np.float32)


def in_pieces(windows, size):
    """The cure as it is printed."""
    count = len(windows) // size * size
    return windows[np.arange(count).reshape(size, -1).T.ravel()]


def batches(windows, size):
    return windows.reshape(-1, size, *windows.shape[1:])


def train(feed, *, layer=None, detach=True, carry=True, validate=None):
    """A loop over batches (batch, timesteps), watched; what `validate` gives is run in between."""
    layer = layer or nn.GRU(1, 4, batch_first=True)
    with watch(layer) as seen:
        state = None
        for batch in feed:
            _, state = layer(torch.tensor(batch)[:, :, None], state)
            if validate is not None:
                layer.eval()
                state = validate(layer, state)
                layer.train()
            state = None if not carry else state.detach() if detach else state
    return seen


def example_of_batch_size_25():
    windows = ROWS[:, None]
    return lanes_of(batches(windows, 25), ROWS), lanes_of(batches(in_pieces(windows, 25), 25), ROWS)


def parts_of_sequences_in_order():
    series = ROWS[:24].reshape(4, 6)
    parts = series.reshape(4, 3, 2)
    return lanes_of(batches(parts.reshape(12, 2), 4), list(series)), lanes_of(parts.swapaxes(0, 1), list(series))


def echo_with_batch_size_25():
    return example_of_batch_size_25()[0], train(ROWS[:, None, None]).report(ROWS)


def shuffled_text_generation():
    windows = np.random.default_rng(0).permutation(ROWS.reshape(50, 2))
    return lanes_of(batches(windows, 5), ROWS), lanes_of(batches(in_pieces(ROWS.reshape(50, 2), 5), 5), ROWS)


def two_epochs_without_a_reset():
    feed = batches(in_pieces(ROWS.reshape(50, 2), 5), 5)
    never, after_each = np.zeros(10, dtype=bool), np.arange(10) == 9
    return (
        lanes_of(feed, ROWS, epochs=2, reset_after=never),
        lanes_of(feed, ROWS, epochs=2, reset_after=after_each),
    )


def sentences_of_a_language_model():
    sentences = [ROWS[:10], ROWS[10:20], ROWS[20:30]]
    feed = ROWS[:30].reshape(15, 1, 2)
    resets = np.arange(15) % 5 == 4
    return lanes_of(feed, sentences, reset_after=resets & False), lanes_of(feed, sentences, reset_after=resets)


def state_that_is_not_detached():
    feed = batches(in_pieces(ROWS.reshape(50, 2), 5), 5)
    return train(feed, detach=False).report(ROWS), train(feed).report(ROWS)


def windows_that_overlap_and_skip():
    sliding = np.lib.stride_tricks.sliding_window_view(ROWS, 6)
    apart = ROWS[:96].reshape(16, 6)
    return lanes_of(batches(sliding[:88], 8), ROWS), lanes_of(batches(in_pieces(apart, 8), 8), ROWS)


def sliding_windows_one_by_one():
    sliding = np.lib.stride_tricks.sliding_window_view(ROWS, 4)
    return lanes_of(sliding[:, None], ROWS), lanes_of(sliding[::4][:, None], ROWS)


def state_that_is_made_and_not_handed_on():
    feed = batches(in_pieces(ROWS.reshape(50, 2), 5), 5)
    return train(feed, carry=False).report(ROWS), train(feed).report(ROWS)


def validation_that_moves_the_state():
    feed = batches(in_pieces(ROWS.reshape(50, 2), 5), 5)
    held_out = torch.full((5, 2, 1), 500.0)
    moved = train(feed, validate=lambda layer, state: layer(held_out, state)[1])
    apart = train(feed, validate=lambda layer, state: (layer(held_out), state)[1])
    return moved.report(ROWS), apart.report(ROWS)


def rows_taken_for_timesteps():
    feed = batches(in_pieces(ROWS.reshape(50, 2), 5), 5)
    return train(feed, layer=nn.GRU(1, 4)).report(ROWS), train(feed).report(ROWS)


def environments_that_change_places():
    """Three environments; every batch takes them in another order."""
    layer, feed = nn.GRU(1, 4, batch_first=True), ROWS[:30].reshape(3, 5, 2).swapaxes(0, 1)
    told = []
    for with_state in (False, True):
        with watch(layer) as seen:
            state = torch.zeros(1, 3, 4)
            for number, batch in enumerate(feed):
                order = np.roll(np.arange(3), number)
                _, left = layer(torch.tensor(batch[order])[:, :, None], state[:, order] if with_state else state)
                state = left[:, np.argsort(order)] if with_state else left
                state = state.detach()
        told.append(seen.report(ROWS[:30]))
    return tuple(told)


def table_that_was_reshaped_across_groups():
    groups = [ROWS[:14], ROWS[14:36], ROWS[36:60]]
    feed = ROWS[:60].reshape(3, 20).T.reshape(10, 2, 3).swapaxes(1, 2)
    padded = np.zeros((3, 24), dtype=np.float32)
    for lane, group in enumerate(groups):
        padded[lane, 24 - len(group) :] = group
    return lanes_of(feed, groups), lanes_of(padded.reshape(3, 12, 2).swapaxes(0, 1), groups)


def state_that_is_reset_after_every_batch():
    feed = batches(in_pieces(ROWS.reshape(50, 2), 5), 5)
    every = np.ones(10, dtype=bool)
    return lanes_of(feed, ROWS, reset_after=every), lanes_of(feed, ROWS)


CASES = [
    example_of_batch_size_25,
    parts_of_sequences_in_order,
    echo_with_batch_size_25,
    shuffled_text_generation,
    two_epochs_without_a_reset,
    sentences_of_a_language_model,
    state_that_is_not_detached,
    windows_that_overlap_and_skip,
    sliding_windows_one_by_one,
    state_that_is_made_and_not_handed_on,
    validation_that_moves_the_state,
    rows_taken_for_timesteps,
    environments_that_change_places,
    table_that_was_reshaped_across_groups,
    state_that_is_reset_after_every_batch,
]


def said_of(name):
    """What the page says that the program says of a case: before the cure and after it."""
    part = re.search(rf"\(`{name}`\)\n(.*?)(?=\n## |\Z)", PAGE, re.DOTALL)
    assert part, f"docs/cases.md has no case {name}"
    return re.findall(r"^    (.*)", part[1], re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_the_page_says_of_a_case_is_what_the_program_says(case):
    before, after = case()
    *first, last = said_of(case.__name__)
    told = [f"{label}: {text}" for label, text in before.lines()]
    for line in first:
        assert line in told
    assert last == f"after the cure: {after.verdict}"
    assert after.holds


def test_the_page_has_no_other_cases():
    assert re.findall(r"^## .*\(`(\w+)`\)$", PAGE, re.MULTILINE) == [case.__name__ for case in CASES]
