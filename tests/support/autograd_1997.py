"""The networks of 1997 once more, in torch: forward as the paper's formulas have it, gradients by autograd.

Slow and plain. Weights at each step are a number plus a shift that all steps share, so that a gradient by the shift is
that of RTRL even while weights change at every step. Where a gradient is cut, something is detached.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from study.config import Config
from study.training.online.loop import train
from study.training.online.memory import Memory, draw_weights, make_memory, make_told, places_of
from study.wiring import make_wiring

USUAL = {"precision": "float64", "initialisation": "uniform_1997", "optimiser": "sgd", "learning_rate": 0.5}


def config_of(model, wiring=(), **changes):
    units = 2 if model == "cell_blocks_1997" else 1
    loss = {"loss": "squared_error", "sequences": 100}
    return Config(model=model, units=units, wiring=tuple(dict(wiring).items()), **{**USUAL, **loss, **changes})


def network_of(config, symbols, seed, longest, limit=1.0):
    """What compiled code is told, its memory with large weights, so that nothing is nearly linear, and the places."""
    told = make_told(config, symbols)
    return told, make_memory(told, draw_weights(told, seed, limit=limit), longest), places_of(told)


def named(weights, places):
    """Weights by name, as tensors."""
    return {name: torch.tensor(weights[where]) for name, where in places.items()}


def loss_of(config, answer, target):
    error = answer - target
    if config.loss == "summed_cross_entropy":
        return -(target * answer.log() + (1 - target) * (1 - answer).log()).sum()
    return error.square().sum() * {"squared_error": 0.5, "whole_squared_error": 1.0}[config.loss]


def learnt(config, weights, symbols, sequences):
    """Weights by name after learning from sequences, each shape (symbols of it,), by gradient descent."""
    step = blocks_losses if config.model == "cell_blocks_1997" else unit_losses
    once = config.model == "cell_blocks_1997" or make_wiring(config.model, config.wiring)["update"] == "sequence"
    weights = dict(weights)
    for sequence in sequences:
        shifts = {name: torch.zeros_like(value, requires_grad=True) for name, value in weights.items()}
        total = {name: torch.zeros_like(value) for name, value in weights.items()}
        for loss in step(config, weights, shifts, symbols, sequence):
            gradients = torch.autograd.grad(loss, list(shifts.values()), retain_graph=True, allow_unused=True)
            for name, gradient in zip(shifts, gradients, strict=True):
                change = torch.zeros_like(shifts[name]) if gradient is None else gradient
                if once:
                    total[name] = total[name] + change
                else:
                    weights[name] = weights[name] - config.learning_rate * change
        if once:
            weights |= {name: weights[name] - config.learning_rate * total[name] for name in weights}
    return weights


def unit_losses(config, weights, shifts, symbols, sequence):
    """Losses of the steps of a sequence, in turn; `weights` may be changed in between."""
    chosen = make_wiring(config.model, config.wiring)
    state = torch.zeros((), dtype=torch.float64)
    eye = torch.eye(symbols, dtype=torch.float64)
    for t, (x, y) in enumerate(pairwise(sequence)):
        now = {name: weights[name] + shifts[name] for name in weights}
        before = state.detach() if chosen["gradient"] == "one_step" else state
        if config.model == "memory_cell_1997":
            low, high = chosen["g"]
            gate, cell = now["kernel"][x].sigmoid()
            after = before + gate * (low + (high - low) * cell)
        else:
            after = torch.sigmoid(now["kernel"][x] + now["recurrent"] * before)
        seen = state if chosen["outputs_see"] == "step_before" else after
        answer = torch.sigmoid(now["direct"][x] + now["readout"] * seen)
        if chosen["errors"] == "every_step" or t == len(sequence) - 2:
            yield loss_of(config, answer, eye[y])
        state = after


def blocks_losses(config, weights, shifts, symbols, sequence):
    """Loss of a sequence's last step."""
    chosen, now = make_wiring(config.model, config.wiring), {name: weights[name] + shifts[name] for name in weights}
    units, states = torch.zeros(6, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    sees = torch.ones(6, dtype=torch.float64)
    sees[: {"all": 0, "cells": 4, "none": 6}[chosen["feedback"]]] = 0
    for x in sequence[:-1]:
        seen = units if chosen["gradient"] == "full" else units.detach()  # errors stop at the nets of gates and cells
        if chosen["gradient"] == "one_step":
            states = states.detach()
        net = now["kernel"][x] + (seen * sees) @ now["recurrent"]
        gates, cells = net[:4].sigmoid(), 4 * net[4:].sigmoid() - 2
        states = states + gates[:2] * cells
        units = torch.cat([gates, gates[2:] * (2 * states.sigmoid() - 1)])
    answer = torch.sigmoid(units[4:] @ now["readout"])
    yield loss_of(config, answer, torch.eye(2, dtype=torch.float64)[sequence[-1] - (symbols - 2)])


def random_sequences(symbols, lengths, seed, ends=None):
    """Sequences of random symbols, those of `ends` at their ends; the list, and columns filled up with -1."""
    generator = np.random.default_rng(seed)
    drawn = [generator.integers(symbols, size=length) for length in lengths]
    for each in drawn if ends else ():
        each[-1] = generator.choice(ends)
    columns = np.full((len(drawn), max(lengths)), -1)
    for row, each in zip(columns, drawn, strict=True):
        row[: len(each)] = each
    return [each.tolist() for each in drawn], columns


def let_learn(told, memory, columns):
    """Let compiled code learn from some sequences, in the arrays that are given."""
    whole = Memory(*(values[None] for values in memory))
    first, live = np.zeros(1, dtype=np.int64), np.ones(1, dtype=bool)
    train(told, whole, first.copy(), columns[None], first, live, 0, 1, columns[:0], False, 0.1, first.copy())


def assert_learns_alike(config, symbols, lengths, *, seed=0, ends=None):
    """Compiled code and autograd have the same weights after some sequences."""
    told, memory, places = network_of(config, symbols, seed, max(lengths))
    sequences, columns = random_sequences(symbols, lengths, seed, ends)
    start = named(memory.weights, places)
    expected = learnt(config, start, symbols, sequences)
    let_learn(told, memory, columns)
    found = named(memory.weights, places)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name].numpy(), values.numpy(), rtol=0, atol=1e-12, err_msg=name)
    assert any((expected[name] != start[name]).any() for name in expected)
    filled = np.ones(len(memory.weights), dtype=bool)
    filled[np.concatenate([where.ravel() for where in places.values()])] = False
    for part in (memory.weights[filled], memory.gradient, memory.traces[: told.rest * 8]):
        assert not part.any()  # what fills rows up stays 0, and nothing is left over for the next sequence
    return start, expected
