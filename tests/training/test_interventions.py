"""What is frozen keeps its bits, and a gradient that is stopped or let through changes the gradient alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import FEATURES, UNITS, draw, random_batch
from torch.nn import functional

from study.errors import StudyError
from study.training.engines.block import Block
from study.training.frozen import frozen_masks
from study.training.layers import LAYERS

torch.set_num_threads(1)  # more only cost time in networks this small

GATED = ("lstm", "gru", "simple_rnn")
OPTIMISERS = {
    "adam": {"learning_rate": 0.01},
    "sgd": {"learning_rate": 0.5},
    "momentum": {"optimiser": "sgd", "learning_rate": 0.1, "optimiser_options": (("momentum", 0.9),)},
    "rmsprop": {"optimiser": "rmsprop", "learning_rate": 0.01},
}


def train(block, updates=5, timesteps=3, lanes=2, carry=True):
    for number in range(updates):
        _, inputs, targets = random_batch(timesteps, lanes, timesteps, seed=number)
        block.update(inputs.to(block.dtype), targets.to(block.dtype), carry=carry, last_only=False)
    return block.export()


def as_kept(layer, masks):
    """Masks in the columns that the learner keeps."""
    return LAYERS[layer].arrange(masks)


@pytest.mark.parametrize("name", ["recurrent_layer", "kernel[3]", "recurrent_kernel", "bias", "dense_kernel", "gate"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("layer", GATED)
def test_what_is_frozen_keeps_its_bits_and_all_else_is_trained(layer, optimiser, name):
    gates = LAYERS[layer].gate_names
    if name == "gate" and not gates:
        pytest.skip("one block alone")
    names = [gates[-1] if name == "gate" else name]
    weights = [draw(layer, seed) for seed in range(3)]
    masks = frozen_masks(names, layer, weights[0])
    block = Block(weights, layer=layer, frozen=masks, **OPTIMISERS[optimiser])
    before = block.export()
    zero_by_construction = {name: array == 0 for name, array in before.items()}
    after = train(block)
    for weight, mask in as_kept(layer, masks).items():
        assert np.array_equal(before[weight][:, mask], after[weight][:, mask]), weight
        moved = before[weight] != after[weight]
        assert (moved | zero_by_construction[weight])[:, ~mask].all(), weight
    for moment in block.optimiser.memory:
        places = block._places(block.as_matrices(getattr(block.optimiser, moment)))
        for weight, mask in as_kept(layer, masks).items():
            assert not places[weight].numpy()[:, mask].any(), (moment, weight)


def test_names_mean_what_keras_calls_so():
    masks = frozen_masks(["forget_gate", "kernel[b]"], "lstm", draw(), symbols="abcde")
    columns = np.arange(4 * UNITS) // UNITS == 1
    rows = np.arange(FEATURES) == 1
    assert np.array_equal(masks["kernel"], rows[:, None] | columns)
    assert np.array_equal(masks["recurrent_kernel"], np.broadcast_to(columns, (UNITS, 4 * UNITS)))
    assert np.array_equal(masks["bias"], columns)
    assert not masks["dense_kernel"].any()


@pytest.mark.parametrize(
    ("name", "layer", "told"),
    [
        ("kernal", "lstm", "did you mean 'kernel'"),
        ("kernel[9]", "lstm", r"known: kernel\[0\] to kernel\[4\]"),
        ("forget_gate", "gru", "update_gate"),
        ("input_gate", "simple_rnn", "known: recurrent_layer"),
        ("direct_kernel", "lstm", "known"),
    ],
)
def test_unknown_names_are_refused(name, layer, told):
    with pytest.raises(StudyError, match=told):
        frozen_masks([name], layer, draw(layer))


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


def test_a_gradient_cannot_both_stop_and_cross_rows():
    with pytest.raises(StudyError, match="choose one"):
        Block([draw()], stop_gradient=True, gradient_rows=2)
    with pytest.raises(StudyError, match="1 or more"):
        Block([draw()], gradient_rows=0)
