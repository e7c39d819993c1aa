"""Watched PyTorch models: what is recorded is what was fed, every layer is known, and nothing is left behind."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from study import StudyError, watch

pytestmark = pytest.mark.lowest


@pytest.fixture(autouse=True)
def _weights_are_the_same_every_time():
    torch.manual_seed(0)


ROWS = np.arange(1.0, 25.0, dtype=np.float32)  # cut into pieces, no two rows alike
PIECES = ROWS.reshape(3, 4, 2).swapaxes(0, 1)  # (batch, lane, timestep): three lanes that go on


def detached(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def loop(layer, batches, *, batch_first=True, carry=True, detach=True):
    state = None
    for batch in batches:
        inputs = torch.tensor(batch)[:, :, None]
        output, state = layer(inputs if batch_first else inputs.swapaxes(0, 1), state)
        state = None if not carry else detached(state) if detach else state
    return output


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2}, {"bidirectional": True}])
def test_every_layer_is_watched_in_both_orders_of_axes(kind, options, batch_first):
    layer = kind(1, 4, batch_first=batch_first, **options)
    with watch(layer) as seen:
        loop(layer, PIECES, batch_first=batch_first)
    told = seen.report(ROWS)
    assert told.holds
    assert told.verdict == "every lane goes on where it stopped: so it is in 9 of 9 steps"
    assert "state     what the lane's own last call left (9 times)" in str(told)
    assert "no gradient crosses calls" in str(told)


def test_a_state_that_is_handed_on_as_a_list_is_one():
    layer = nn.LSTM(1, 4, batch_first=True)
    with watch(layer) as seen:
        state = None
        for batch in PIECES:
            _, state = layer(torch.tensor(batch)[:, :, None], state)
            state = list(detached(state))
    assert seen.report(ROWS).holds


def test_projected_and_half_precision_states_are_compared_bit_by_bit():
    layer = nn.LSTM(1, 4, proj_size=2, batch_first=True).bfloat16()
    with watch(layer) as seen:
        state = None
        for batch in PIECES:
            _, state = layer(torch.tensor(batch)[:, :, None].bfloat16(), state)
            state = detached(state)
    assert seen.report(ROWS).holds


def test_a_state_that_is_not_handed_on_starts_from_zero():
    layer = nn.LSTM(1, 4, batch_first=True)
    with watch(layer) as seen:
        loop(layer, PIECES, carry=False)
    told = seen.report(ROWS)
    assert (
        "no state is carried: every call starts from zero, so a lane sees the 2 rows of its own window" in told.verdict
    )
    assert "out, state = layer(x, state)" in told.cures[0]


def test_a_state_that_is_not_detached_lets_a_gradient_cross():
    layer = nn.GRU(1, 4, batch_first=True)
    with watch(layer) as seen:
        loop(layer, PIECES, detach=False)
    assert "a gradient crosses into 3 of 3 calls that start from a carried state" in " ".join(
        str(seen.report()).split()
    )


def test_rows_in_order_are_told_apart_from_lanes():
    layer = nn.LSTM(1, 4, batch_first=True)
    with watch(layer) as seen:
        loop(layer, ROWS.reshape(4, 3, 2))
    told = seen.report(ROWS)
    assert told.verdict.startswith("the lanes do not go on: in 9 of 9 steps")
    assert "lanes 0 to 2: skips 4 rows (3 times)" in str(told)
    assert "each lane advances by 6 rows from call to call, and its window is 2 rows" in str(told)


def test_the_cure_for_rows_in_order_works_when_it_is_applied():
    layer = nn.LSTM(1, 4, batch_first=True)
    windows = ROWS.reshape(12, 2)
    with watch(layer) as seen:
        loop(layer, windows.reshape(4, 3, 2))
    cure = seen.report(ROWS).cures[0]
    names = {"np": np, "X": windows, "y": windows}
    exec("\n".join(part for part in cure.split("contiguous piece: ")[1].split("; ")[:4]), names)
    with watch(layer) as seen:
        loop(layer, names["X"].reshape(4, 3, 2))
    assert seen.report(ROWS).holds


class Words(nn.Module):
    """An embedding, a cell in a loop or a layer, and a head, as in a language model."""

    def __init__(self, cell):
        super().__init__()
        self.embedding = nn.Embedding(30, 3)
        self.part = cell(3, 4)

    def forward(self, tokens, state=None):
        steps = self.embedding(tokens)
        if isinstance(self.part, nn.LSTM):
            return self.part(steps.swapaxes(0, 1), state)
        for step in steps.unbind(1):
            state = self.part(step, state)
        return steps, state


def test_an_embedding_in_front_is_passed_over():
    model = Words(nn.LSTM)
    with watch(model) as seen:
        state = None
        for batch in PIECES.astype(int):
            _, state = model(torch.tensor(batch), state)
            state = detached(state)
    told = seen.report(ROWS.astype(int))
    assert told.holds
    assert told.layer == "part"


@pytest.mark.parametrize("cell", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_cells_in_a_loop_are_watched_step_by_step(cell):
    model = Words(cell)
    with watch(model) as seen:
        state = None
        for batch in PIECES.astype(int):
            _, state = model(torch.tensor(batch), state)
            state = detached(state)
    told = seen.report(ROWS.astype(int))
    assert told.verdict == "every lane goes on where it stopped: so it is in 21 of 21 steps"
    assert "a gradient crosses into 4 of 7 calls" in str(told)


def test_packed_windows_count_as_long_as_they_are():
    layer = nn.LSTM(1, 4, batch_first=True)
    first, second = np.array([[1, 2, 0], [10, 11, 12]], np.float32), np.array([[3, 4, 5], [13, 0, 0]], np.float32)
    with watch(layer) as seen:
        state = None
        for batch, lengths in ((first, [2, 3]), (second, [3, 1])):
            inputs = torch.tensor(batch)[:, :, None]
            packed = pack_padded_sequence(inputs, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
            _, state = layer(packed, state)
            state = detached(state)
    assert seen.report(ROWS).verdict == "every lane goes on where it stopped: so it is in 2 of 2 steps"


def test_validation_that_moves_the_state_is_told():
    layer = nn.GRU(1, 4, batch_first=True)
    held_out = torch.full((3, 2, 1), 99.0)
    with watch(layer) as seen:
        state = None
        for batch in PIECES:
            _, state = layer(torch.tensor(batch)[:, :, None], state)
            layer.eval()
            with torch.no_grad():
                _, state = layer(held_out, state)
            layer.train()
    told = seen.report(ROWS)
    assert told.verdict.startswith("validation or prediction moves the state: in 9 of 9 steps")
    assert "give validation a state of its own" in told.cures[0]


def test_learned_starts_and_lanes_that_are_exchanged_are_told():
    layer = nn.GRU(1, 4, batch_first=True)
    with watch(layer) as seen:
        state = torch.ones(1, 3, 4)
        for batch in PIECES:
            _, state = layer(torch.tensor(batch)[:, :, None], state)
            state = state.detach().flip(1)
    kinds = [finding.kind for finding in seen.report(ROWS).findings]
    assert kinds == ["lanes are mixed"]
    sources = [step.source.kind for step in seen.report(ROWS).watched.steps]
    assert sources == ["something else"] * 3 + ["another lane", "own", "another lane"] * 3


def test_lanes_that_move_together_with_their_state_go_on():
    layer = nn.GRU(1, 4, batch_first=True)
    with watch(layer) as seen:
        state = None
        for number, batch in enumerate(PIECES):
            turned = batch[::-1].copy() if number % 2 else batch
            _, state = layer(torch.tensor(turned)[:, :, None], state)
            state = state.detach().flip(1)
    assert seen.report(ROWS).holds


def _refuse(model, tokens, before):
    assert torch.equal(model(tokens)[0], before)
    model(tokens + 1_000)


def test_nothing_of_the_model_is_changed_after_it_closes():
    model = Words(nn.LSTM)
    tokens = torch.tensor(PIECES[0].astype(int))
    before = model(tokens)[0]
    hooks = [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in model.modules()]
    seen = watch(model)
    with pytest.raises(IndexError), seen:  # a token that the embedding does not know, as a mistake inside the block
        _refuse(model, tokens, before)
    assert [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in model.modules()] == hooks
    assert not any(part._forward_hooks_with_kwargs or part._forward_pre_hooks_with_kwargs for part in model.modules())
    model(tokens)
    assert len(seen.calls["part"]) == 1


def test_what_is_recorded_is_a_copy():
    layer = nn.RNN(1, 2, batch_first=True)
    buffer = torch.ones(1, 1, 1)
    with watch(layer) as seen:
        layer(buffer)
        buffer += 1
    assert seen.calls["model"][0].inputs.item() == 1


def test_in_a_notebook_and_in_one_line():
    layer = nn.LSTM(1, 4, batch_first=True)
    with watch(layer) as seen:
        loop(layer, ROWS.reshape(4, 3, 2))
    told = seen.report(ROWS)
    assert repr(told) == "<Report of model: the lanes do not go on, 9 of 9 steps; print it for the whole>"
    assert repr(seen) == "<watch: calls recorded: model 4; report(series) tells what they show>"
    page = told._repr_html_()
    assert page.count("<b>") == 9
    assert page.index("verdict") < page.index("lane 0")


def test_mistakes_are_named():
    with pytest.raises(StudyError, match=r"no nn\.LSTM"):
        watch(nn.Linear(1, 1))
    with pytest.raises(StudyError, match="neither"):
        watch(print)
    with pytest.raises(StudyError, match="no call was recorded"):
        watch(nn.LSTM(1, 1)).report()
    with pytest.raises(StudyError, match="unknown layer 'lstm'"):
        watch(nn.LSTM(1, 1)).report(layer="lstm")
