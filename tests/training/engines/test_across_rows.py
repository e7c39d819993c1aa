"""A gradient that is stopped, or goes through several rows, changes the gradient alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import UNITS, draw, random_batch
from torch.nn import functional

from study.config import Config
from study.errors import StudyError
from study.models import find_model
from study.runs.compute import compute
from study.sequences.configured import datasets_of, schedule_of
from study.training.batches import Batch
from study.training.engines.block import Block
from study.training.layers import LAYERS
from study.training.loop import Trainer

torch.set_num_threads(1)  # more only cost time in networks this small

RATE = 0.5
GATED = ("lstm", "gru", "simple_rnn")


def plain_step(layer, w, x, state):
    """One step of one seed, for autograd; `state` is (h,) or (h, c)."""
    h = state[0]
    bias = w["bias"].sum(0) if w["bias"].ndim == 2 else w["bias"]
    z = x @ w["kernel"] + h @ w["recurrent_kernel"] + bias
    if layer == "lstm":
        i, f, g, o = z.chunk(4, -1)
        c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    if layer == "gru":
        u, r, n_x, n_h = z.chunk(4, -1)
        n = (n_x + r.sigmoid() * n_h).tanh()
        return ((1 - u.sigmoid()) * n + u.sigmoid() * h,)
    return (z.tanh(),)


def leaves(block):
    return {name: torch.from_numpy(array[0]).requires_grad_() for name, array in block.export().items()}


def held_at_zero(block):
    """Weights that a layer keeps at zero by construction, by name."""
    marked = {name: torch.zeros(1, *array.shape[1:]) for name, array in block.export().items()}
    for part in block.layer.untrained(marked["kernel"], marked["recurrent_kernel"], marked["bias"]):
        part.fill_(1)
    return {name: array[0].bool().numpy() for name, array in marked.items()}


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("shape", [(4, 1, True), (4, 3, True), (5, 1, False), (5, 6, False)])
@pytest.mark.parametrize("layer", GATED)
def test_a_stopped_gradient_is_that_of_each_step_alone(layer, shape, by_hand, monkeypatch):
    monkeypatch.setattr(LAYERS[layer], "by_hand", by_hand)
    timesteps, lanes, every = shape
    scored = timesteps if every else 1
    _, inputs, targets = random_batch(timesteps, lanes, scored)
    free, stopped = (Block([draw(layer)], layer=layer, dtype=torch.float64, stop_gradient=s) for s in (False, True))
    w, state = (
        leaves(stopped),
        tuple(torch.rand(lanes, UNITS, dtype=torch.float64) for _ in range(LAYERS[layer].states)),
    )
    losses = []
    for block in (free, stopped):
        block.state = tuple(part[None] for part in state)
        losses.append(block.update(inputs, targets, carry=True, with_loss=True, last_only=not every).item())
    assert losses[0] == losses[1]
    for one, other in zip(free.state, stopped.state, strict=True):
        assert torch.equal(one, other)
    hidden = []
    for x in inputs[0]:
        state = plain_step(layer, w, x, tuple(part.detach() for part in state))
        hidden.append(state[0])
    logits = torch.stack(hidden[-scored:]) @ w["dense_kernel"] + w["dense_bias"]
    functional.binary_cross_entropy_with_logits(logits, targets[0]).backward()
    held, full = held_at_zero(stopped), free.export(gradient=True)
    for name, gradient in stopped.export(gradient=True).items():
        assert np.abs((gradient[0] - w[name].grad.numpy())[~held[name]]).max(initial=0) < 1e-15, name
    assert np.abs(full["recurrent_kernel"] - stopped.export(gradient=True)["recurrent_kernel"]).max() > 1e-6


def rows_by_autograd(layer, values, batches, k, held):
    """Gradient descent in plain PyTorch: each row's loss differentiated through the last k rows, with their weights.

    A batch is (inputs, targets, lanes whose state is reset afterwards), of one seed; the rate is `RATE`.
    """
    lanes, units = batches[0][0].shape[1], len(values["recurrent_kernel"])
    state = tuple(torch.zeros(lanes, units, dtype=torch.float64) for _ in range(LAYERS[layer].states))
    rows, losses = [], []  # of the last k rows: weights, state before, inputs, lanes that are reset afterwards
    for inputs, targets, reset in batches:
        rows = [*rows, (values, state, inputs, reset)][-k:]
        leaves = [{name: value.clone().requires_grad_() for name, value in row[0].items()} for row in rows]
        state = rows[0][1]
        for w, (_, _, x, after) in zip(leaves, rows, strict=True):
            hidden = []
            for x_t in x:
                state = plain_step(layer, w, x_t, state)
                hidden.append(state[0])
            state = tuple(part * (~after).double()[:, None] for part in state)
        logits = torch.stack(hidden[-len(targets) :]) @ w["dense_kernel"] + w["dense_bias"]
        loss = functional.binary_cross_entropy_with_logits(logits, targets)
        loss.backward()
        losses.append(loss.item())
        gradient = {n: sum(w[n].grad for w in leaves if w[n].grad is not None) for n in values}
        state = tuple(part.detach() for part in state)
        values = {n: v - RATE * gradient[n] * ~torch.from_numpy(held[n]) for n, v in values.items()}
    return losses, values


def batches_of(number, timesteps, lanes, every, resets):
    """Random batches; some are followed by a reset."""
    return [
        Batch(*random_batch(timesteps, lanes, timesteps if every else 1, seed=seed)[1:], None, resets(seed))
        for seed in range(number)
    ]


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("shape", [(1, 1, False), (1, 4, False), (3, 2, True), (2, 6, False)])
@pytest.mark.parametrize("layer", GATED)
def test_a_gradient_across_rows_is_that_of_autograd(layer, shape, k, by_hand, monkeypatch):
    monkeypatch.setattr(LAYERS[layer], "by_hand", by_hand)
    timesteps, lanes, every = shape
    block = Block(
        [draw(layer, seed) for seed in range(2)],
        layer=layer, dtype=torch.float64, optimiser="sgd", learning_rate=RATE, gradient_rows=k,
    )  # fmt: skip
    before = {name: torch.from_numpy(array) for name, array in block.export().items()}
    # The first seed's state is reset after each fourth batch, the second's after each fifth, both after the twelfth.
    batches = batches_of(14, timesteps, lanes, every, lambda n: torch.tensor([n % 4 == 3, n % 5 == 4]) | (n == 11))
    losses = np.array([block.run_epoch([batch], carry=True, with_loss=True) for batch in batches])
    held = held_at_zero(block)
    for seed in range(2):
        alone = [(x[0], y[0], reset[seed].expand(lanes)) for x, y, _, reset in batches]
        expected, values = rows_by_autograd(layer, {n: v[seed] for n, v in before.items()}, alone, k, held)
        assert np.abs(losses[:, seed] - expected).max() < 1e-13
        for name, array in block.export().items():
            assert np.abs(array[seed] - values[name].numpy()).max() < 1e-13, name


@pytest.mark.parametrize("layer", ["lstm", "gru", "simple_rnn", "lstm_1997_gated"])
def test_through_more_rows_than_there_are_it_is_the_gradient_of_the_whole_sequence(layer):
    """Weights that do not change between rows: three rows with a target at the last are one window of three steps."""
    symbols, inputs, targets = random_batch(3, 2, 1)
    rows, whole = (
        Block([draw(layer, sees_inputs=True)], layer=layer, dtype=torch.float64, learning_rate=0.0, gradient_rows=k)
        for k in (3, 1)
    )
    for fed in (inputs, symbols):  # as vectors, and as columns
        for t in range(3):
            rows.update(fed[:, t : t + 1], targets, carry=True)
        whole.update(fed, targets, carry=True)
        for name, gradient in whole.export(gradient=True).items():
            assert np.abs(gradient - rows.export(gradient=True)[name]).max() < 1e-15, name
        for block in (rows, whole):
            block.reset_state()


def test_only_the_gradient_changes_with_the_rows_it_goes_through():
    """As long as the weights stay, losses and states have the bits of training row by row."""

    def train(k):
        block = Block([draw(seed=seed) for seed in range(3)], gradient_rows=k, learning_rate=0.0)
        losses = []
        for number in range(6):
            _, inputs, targets = random_batch(1, 2, 1, torch.float32, seed=number)
            losses.append(block.update(inputs, targets, carry=True, with_loss=True))
        return torch.stack(losses), block.state, block.export(gradient=True)

    one, four = train(1), train(4)
    assert torch.equal(one[0], four[0])
    assert all(torch.equal(a, b) for a, b in zip(one[1], four[1], strict=True))
    assert not np.array_equal(one[2]["kernel"], four[2]["kernel"])
    assert np.array_equal(one[2]["dense_kernel"], four[2]["dense_kernel"])


def test_one_row_is_the_tutorial_bit_for_bit():
    tables = [compute(Config(epochs=20, **settings), range(3)) for settings in ({}, {"gradient_rows": 1})]
    assert tables[0].equals(tables[1])


def test_scoring_in_between_does_not_cut_the_gradient():
    config = Config(epochs=6, gradient_rows=3, reset="never", order="random")
    datasets = datasets_of(config, [0])
    schedule = schedule_of(config, datasets[0])
    found = []
    for asked in (range(7), [6]):
        trainer = Trainer(find_model(config.model), config, datasets, schedule, range(2))
        for epoch in asked:
            trainer.train_to(epoch)
            trainer.checkpoint()
        found.append(trainer.learner.export())
    for name, array in found[0].items():
        assert np.array_equal(array, found[1][name]), name


def test_a_model_without_carried_state_has_no_rows_for_a_gradient():
    with pytest.raises(StudyError, match="use a stateful model"):
        compute(Config(model="stateless_lstm", gradient_rows=2, epochs=1), [0])


def test_a_gradient_cannot_both_stop_and_cross_rows():
    with pytest.raises(StudyError, match="choose one"):
        Block([draw()], stop_gradient=True, gradient_rows=2)
    with pytest.raises(StudyError, match="1 or more"):
        Block([draw()], gradient_rows=0)
