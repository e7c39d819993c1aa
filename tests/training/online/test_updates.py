"""How weights change: Adam as the study's other networks have it, and rows that are not touched."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from autograd_1997 import blocks_losses, config_of, let_learn, named, network_of, random_sequences, unit_losses

from study.training.optimisers import make_optimiser

CASES = {
    "memory_cell_1997": (unit_losses, {"update": "sequence"}, None),
    "self_recurrent_1997": (unit_losses, {"update": "sequence", "gradient": "bptt"}, None),
    "cell_blocks_1997": (blocks_losses, {"gradient": "full"}, (7, 8)),
}


@pytest.mark.parametrize("model", CASES)
def test_adam_is_the_studys_own(model):
    losses, wiring, ends = CASES[model]
    config = config_of(model, wiring, optimiser="adam", learning_rate=0.01)
    told, memory, places = network_of(config, 9, 0, 12)
    sequences, columns = random_sequences(9, [6, 12, 8, 5], 0, ends)
    weights = named(memory.weights, places)
    flat = torch.cat([value.reshape(-1) for value in weights.values()])
    adam = make_optimiser("adam", flat, 0.01)
    for sequence in sequences:
        shift = torch.zeros_like(flat, requires_grad=True)
        parts = torch.split(flat + shift, [value.numel() for value in weights.values()])
        now = {n: part.reshape(value.shape) for (n, value), part in zip(weights.items(), parts, strict=True)}
        none = {name: torch.zeros_like(value) for name, value in weights.items()}
        total = sum(losses(config, now, none, 9, sequence))
        adam.update(flat, torch.autograd.grad(total, shift)[0])
    let_learn(told, memory, columns)
    found = np.concatenate([memory.weights[where].ravel() for where in places.values()])
    np.testing.assert_allclose(found, flat.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("update", ["step", "sequence"])
def test_symbols_that_are_not_fed_keep_their_weights(update):
    config = config_of("memory_cell_1997", {"update": update})
    told, memory, places = network_of(config, 9, 0, 12)
    before = memory.weights.copy()
    columns = np.array([[1, 4, 1, 2, 0]])  # the last is never an input
    let_learn(told, memory, columns)
    for name in ("direct", "kernel"):
        moved = (memory.weights != before)[places[name]].any(1)
        assert np.flatnonzero(moved).tolist() == [1, 2, 4]
