"""The self-recurrent unit: RTRL and BPTT against autograd and finite differences."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from autograd_1997 import assert_learns_alike, config_of, let_learn, named, network_of, random_sequences, unit_losses

WIRINGS = [
    {"gradient": gradient, "update": update, "outputs_see": see, "errors": errors}
    for gradient, update, see, errors in product(
        ("rtrl", "bptt", "one_step"), ("step", "sequence"), ("same_step", "step_before"), ("every_step", "last_step")
    )
    if (gradient, update) != ("bptt", "step")
]


@pytest.mark.parametrize("wiring", WIRINGS, ids=lambda wiring: " ".join(wiring.values()))
def test_it_learns_as_autograd_does(wiring):
    assert_learns_alike(config_of("self_recurrent_1997", wiring), 11, [7, 7, 12])


@pytest.mark.parametrize("loss", ["squared_error", "whole_squared_error", "summed_cross_entropy"])
def test_losses_are_learnt_as_they_are_named(loss):
    assert_learns_alike(config_of("self_recurrent_1997", loss=loss), 5, [6, 9])


@pytest.mark.parametrize("see", ["same_step", "step_before"])
def test_rtrl_and_bptt_are_one_gradient_where_weights_change_once_a_sequence(see):
    weights = []
    for gradient in ("rtrl", "bptt"):
        config = config_of("self_recurrent_1997", {"gradient": gradient, "update": "sequence", "outputs_see": see})
        told, memory, _ = network_of(config, 9, 1, 30)
        let_learn(told, memory, random_sequences(9, [30] * 20, 3)[1])
        weights.append(memory.weights)
    np.testing.assert_allclose(*weights, rtol=0, atol=1e-10)


@pytest.mark.parametrize("see", ["same_step", "step_before"])
def test_the_gradient_is_that_of_finite_differences(see):
    config = config_of("self_recurrent_1997", {"update": "sequence", "outputs_see": see}, learning_rate=1.0)
    told, memory, places = network_of(config, 5, 2, 8)
    (sequence,), columns = random_sequences(5, [8], 4)
    start = named(memory.weights, places)
    let_learn(told, memory, columns)

    def loss(name, place, change):
        shifts = {other: torch.zeros_like(value) for other, value in start.items()}
        shifts[name].view(-1)[place] = change
        return sum(float(each) for each in unit_losses(config, start, shifts, 5, sequence))

    for name, where in places.items():
        for place, at in enumerate(where.ravel()):
            slope = (loss(name, place, 1e-5) - loss(name, place, -1e-5)) / 2e-5
            assert start[name].view(-1)[place] - memory.weights[at] == pytest.approx(slope, abs=1e-9)
