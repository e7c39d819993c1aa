"""The gradients that are derived by hand, against autograd, and what follows from them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import FEATURES, UNITS, draw, random_batch
from torch.nn import functional

from study.training.engines.block import Block
from study.training.layers import LAYERS

torch.set_num_threads(1)  # more only cost time in networks this small


def step(layer, z_of, h, c):
    """One step as the papers write it; `z_of` gives the gates' inputs from the hidden state."""
    if layer == "lstm":
        i, f, g, o = z_of(h).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    if layer == "gru":
        u, r, n_x, n_h = z_of(h).chunk(4, -1)
        n = (n_x + r.sigmoid() * n_h).tanh()
        return (1 - u.sigmoid()) * n + u.sigmoid() * h, c
    if layer == "simple_rnn":
        return z_of(h).tanh(), c
    if layer == "lstm_1997":
        i, s = z_of(h.detach()).chunk(2, -1)  # errors do not pass from the gates' inputs to earlier steps
        c = c + i.sigmoid() * s.sigmoid()
        return c, c
    i, s, o = z_of(h.detach()).chunk(3, -1)
    c = c + i.sigmoid() * (4 * s.sigmoid() - 2)
    return o.sigmoid() * (2 * c.sigmoid() - 1), c


def reference(layer, weights, inputs, targets, state, *, loss="cross_entropy", slot_weights=None):
    """Loss and gradients by autograd, one seed."""
    w = {name: torch.from_numpy(array[0]).double().requires_grad_() for name, array in weights.items()}
    h, c = state
    bias = w["bias"].sum(0) if w["bias"].ndim == 2 else w["bias"]  # the GRU has two
    hidden = []
    for x in inputs[0]:
        h, c = step(layer, lambda h, x=x: x @ w["kernel"] + h @ w["recurrent_kernel"] + bias, h, c)
        hidden.append(h)
    scored = targets.shape[1]
    logits = torch.stack(hidden[-scored:]) @ w["dense_kernel"] + w["dense_bias"]
    if "direct_kernel" in w:
        logits = logits + inputs[0, -scored:] @ w["direct_kernel"]
    if loss == "cross_entropy":
        slots = functional.binary_cross_entropy_with_logits(logits, targets[0], reduction="none").mean(-1)
    else:
        slots = (logits.sigmoid() - targets[0]).square().sum(-1) / 2
    value = slots.mean() if slot_weights is None else (slots * slot_weights[0]).sum() / slot_weights.sum()
    value.backward()
    return value.item(), {name: tensor.grad.numpy() for name, tensor in w.items()}


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize(
    ("timesteps", "lanes", "every"),
    [(1, 1, False), (1, 3, False), (1, 8, False), (5, 1, True), (5, 2, False), (5, 4, True)],
)
@pytest.mark.parametrize("layer", LAYERS)
def test_gradients_derived_by_hand_are_those_of_autograd(layer, timesteps, lanes, every, loss):
    block = Block([draw(layer, sees_inputs=True)], layer=layer, dtype=torch.float64, loss=loss)
    _, inputs, targets = random_batch(timesteps, lanes, timesteps if every else 1)
    state = tuple(torch.rand(1, lanes, UNITS, dtype=torch.float64) - 0.5 for _ in range(2))
    block.state = state if layer.startswith("lstm") else state[:1]
    before = block.export()
    found = block.update(inputs, targets, carry=True, with_loss=True, last_only=not every)
    expected, gradients = reference(layer, before, inputs, targets, (state[0][0], state[1][0]), loss=loss)
    assert found.item() == pytest.approx(expected, abs=1e-14)
    for name, gradient in block.export(gradient=True).items():
        held = held_at_zero(block, name)
        assert np.abs((gradient[0] - gradients[name])[~held]).max(initial=0) < 1e-15, name
        assert not gradient[0][held].any(), name
        assert np.array_equal(block.export()[name][0][held], before[name][0][held])


def held_at_zero(block, name):
    """Which weights of that name the layer holds at zero."""
    marked = {n: torch.zeros(1, *a.shape[1:]) for n, a in block.export().items()}
    for part in block.layer.untrained(marked["kernel"], marked["recurrent_kernel"], marked["bias"]):
        part.fill_(1)
    return marked[name][0].bool().numpy()


@pytest.mark.parametrize("layer", LAYERS)
def test_a_sequence_at_once_is_the_sequence_step_by_step(layer):
    block = Block([draw(layer, seed) for seed in range(3)], layer=layer, dtype=torch.float64)
    _, inputs, _ = random_batch(7, 2, 7)
    whole = block.predict(inputs, carry=False, last_only=False)
    steps = [block.predict(inputs[:, t : t + 1], carry=True) for t in range(7)]
    assert (torch.cat(steps, dim=1) - whole).abs().max() < 1e-15


@pytest.mark.parametrize("layer", ["lstm", "gru"])
@pytest.mark.parametrize("timesteps", [1, 4])
def test_columns_are_one_hot_vectors(layer, timesteps):
    blocks = [
        Block([draw(layer, s, sees_inputs=True) for s in range(2)], layer=layer, dtype=torch.float64) for _ in "ab"
    ]
    for number in range(5):
        symbols, _, targets = random_batch(timesteps, 2, timesteps, seed=number)
        symbols[0, 0, 0] = -1  # a step without an input
        one_hot = (symbols.unsqueeze(-1) == torch.arange(FEATURES)).double()
        for block, inputs in zip(blocks, (symbols, one_hot), strict=True):
            block.update(inputs, targets, carry=True, last_only=False)
    for name, array in blocks[0].export().items():
        assert np.abs(array - blocks[1].export()[name]).max() < 1e-14, name


def test_the_weights_of_slots_weight_the_loss_and_its_gradient():
    _, inputs, targets = random_batch(4, 3, 4)
    slot_weights = torch.rand(1, 4, 3, dtype=torch.float64)
    slot_weights[0, 1, 2] = 0
    block = Block([draw()], dtype=torch.float64)
    before = block.export()
    found = block.update(inputs, targets, carry=False, with_loss=True, last_only=False, weights=slot_weights)
    zero = torch.zeros(3, UNITS, dtype=torch.float64)
    expected, gradients = reference("lstm", before, inputs, targets, (zero, zero), slot_weights=slot_weights)
    assert found.item() == pytest.approx(expected, abs=1e-14)
    for name, gradient in block.export(gradient=True).items():
        assert np.abs(gradient[0] - gradients[name]).max() < 1e-15, name


def test_a_slot_without_a_target_takes_no_part():
    blocks = [Block([draw()], dtype=torch.float64) for _ in range(2)]
    _, inputs, targets = random_batch(1, 2, 1)
    weights = torch.tensor([[[1.0, 0.0]]], dtype=torch.float64)
    one = blocks[0].update(inputs, targets, carry=False, with_loss=True, weights=weights)
    other = blocks[1].update(inputs[:, :, :1], targets[:, :, :1], carry=False, with_loss=True)
    assert one.item() == pytest.approx(other.item(), abs=1e-15)
    for name, array in blocks[0].export(gradient=True).items():
        assert np.abs(array - blocks[1].export(gradient=True)[name]).max() < 1e-16
