"""The GRU against PyTorch's: what it computes, and its gradients."""

from __future__ import annotations

import torch
from plain_loop import PlainLoop
from small_networks import draw, random_batch
from torch.nn import functional

from study.training.engines.block import Block


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
