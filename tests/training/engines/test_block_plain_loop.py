"""The engine against loops as most people write them, with PyTorch's layers."""

from __future__ import annotations

import pytest
import torch
from small_networks import TUTORIAL, draw, random_batch
from torch import nn
from torch.nn import functional

from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training.batches import BatchMaker
from study.training.engines.block import Block
from study.training.rows import Orders

torch.set_num_threads(1)  # more only cost time in networks this small


class PlainLoop:
    """One seed as most people write it: a PyTorch layer, a linear layer, an optimiser, autograd."""

    def __init__(self, layer, weights, dtype):
        make = {"lstm": nn.LSTM, "gru": nn.GRU, "simple_rnn": nn.RNN}[layer]
        features, units = weights["kernel"].shape[0], weights["recurrent_kernel"].shape[0]
        self.layer = make(features, units).to(dtype)
        self.dense = nn.Linear(units, weights["dense_kernel"].shape[1]).to(dtype)
        drawn = {name: torch.from_numpy(array) for name, array in weights.items()}
        parts = [drawn[name] for name in ("kernel", "recurrent_kernel", "bias")]
        if layer == "gru":  # PyTorch's order is reset, update, candidate
            parts = [torch.cat([p[..., units : 2 * units], p[..., :units], p[..., 2 * units :]], -1) for p in parts]
        with torch.no_grad():
            self.layer.weight_ih_l0.copy_(parts[0].T)
            self.layer.weight_hh_l0.copy_(parts[1].T)
            from_inputs, from_state = parts[2] if layer == "gru" else (parts[2], torch.zeros_like(parts[2]))
            self.layer.bias_ih_l0.copy_(from_inputs)
            self.layer.bias_hh_l0.copy_(from_state)
            self.dense.weight.copy_(drawn["dense_kernel"].T)
            self.dense.bias.copy_(drawn["dense_bias"])
        if layer != "gru":  # one trained bias
            self.layer.bias_hh_l0.requires_grad_(False)
        trained = [p for p in (*self.layer.parameters(), *self.dense.parameters()) if p.requires_grad]
        self.optimiser, self.state, self.last_only = torch.optim.Adam(trained), None, True

    def update(self, inputs, targets, *, carry):
        hidden, state = self.layer(inputs[0], self.state if carry else None)
        logits = self.dense(hidden[-targets.shape[1] :])
        loss = functional.binary_cross_entropy_with_logits(logits, targets[0])
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        return loss.item()


LOOPS = [  # layer, timesteps, targets, batch size, layout, epochs
    ("lstm", 1, "last", 1, "consecutive", 250),  # the tutorial: 2,000 updates
    ("lstm", 1, "last", 2, "interleaved", 50),
    ("lstm", 1, "last", 4, "consecutive", 50),
    ("lstm", 3, "last", 2, "consecutive", 50),
    ("lstm", 4, "every", 1, "consecutive", 100),
    ("simple_rnn", 1, "last", 1, "consecutive", 50),
    ("simple_rnn", 4, "every", 2, "consecutive", 50),
    ("gru", 1, "last", 1, "consecutive", 50),
    ("gru", 4, "every", 2, "consecutive", 50),
]


@pytest.mark.parametrize(("precision", "within"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize("case", LOOPS, ids=str)
def test_losses_are_those_of_a_plain_pytorch_loop(case, precision, within):
    layer, timesteps, asked, lanes, layout, epochs = case
    dataset = encode(TUTORIAL, timesteps, targets=asked)
    schedule = Schedule(dataset.lengths, batch_size=lanes, layout=layout)
    weights = draw(layer, shape=(5, 20, 5))
    block, loop = (
        Block([weights], layer=layer, optimiser="adam_pytorch", dtype=precision),
        PlainLoop(layer, weights, precision),
    )
    batches = BatchMaker([dataset], precision).batches(Orders(schedule, [0]).epoch(0))
    furthest = 0.0
    for _ in range(epochs):
        for batch in batches:
            ours = block.update(
                batch.inputs, batch.targets, carry=True, with_loss=True, last_only=batch.targets.shape[1] == 1
            ).item()
            furthest = max(furthest, abs(ours - loop.update(batch.inputs, batch.targets, carry=True)))
            if batch.reset_after:
                block.reset_state()
                loop.state = None
    assert furthest < within


def test_the_gru_computes_what_pytorchs_does():
    weights = draw("gru", shape=(5, 20, 5))
    loop = PlainLoop("gru", weights, torch.float64)
    _, inputs, _ = random_batch(4, 2, 4)
    hidden, _ = loop.layer(inputs[0])
    found = Block([weights], layer="gru", dtype=torch.float64).predict(inputs, carry=False, last_only=False)
    assert (found[0] - loop.dense(hidden).sigmoid()).abs().max() < 1e-14


def test_the_gradients_of_the_gru_are_those_of_pytorchs():
    weights, units = draw("gru", shape=(5, 20, 5)), 20
    _, inputs, targets = random_batch(6, 3, 6)
    loop = PlainLoop("gru", weights, torch.float64)
    logits = loop.dense(loop.layer(inputs[0])[0])
    functional.binary_cross_entropy_with_logits(logits, targets[0]).backward()
    block = Block([weights], layer="gru", dtype=torch.float64)
    block.update(inputs, targets, carry=False, last_only=False)
    ours = {name: torch.from_numpy(array[0]) for name, array in block.export(gradient=True).items()}
    layer = loop.layer

    def in_our_order(gradient):  # PyTorch's order is reset, update, candidate
        reset, update, candidate = gradient.T.split(units, -1) if gradient.ndim == 2 else gradient.split(units)
        return torch.cat([update, reset], -1), candidate

    kernel, recurrent, bias, bias_of_state = (
        in_our_order(p.grad) for p in (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
    )
    expected = {  # our four blocks: update, reset, candidate from the inputs, candidate from the state
        "kernel": torch.cat([*kernel, torch.zeros(5, units)], -1),
        "recurrent_kernel": torch.cat([recurrent[0], torch.zeros(units, units), recurrent[1]], -1),
        "bias": torch.stack(
            [
                torch.cat([*bias, torch.zeros(units)]),
                torch.cat([bias_of_state[0], torch.zeros(units), bias_of_state[1]]),
            ]
        ),
        "dense_kernel": loop.dense.weight.grad.T,
        "dense_bias": loop.dense.bias.grad,
    }
    for name, gradient in expected.items():
        assert (ours[name] - gradient).abs().max() < 1e-15, name
