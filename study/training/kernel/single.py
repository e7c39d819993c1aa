"""Batches of a single row of one symbol, as the tutorial has them: the loop where nothing is added up.

No gradient is written down; and while a row of the recurrent kernel is learned from, it is multiplied by what it
receives in the next batch, so that it is read once.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.layers import backward, forward
from study.training.kernel.memory import add_rows, begin, clear, keep, matrices, read, reset, start_from_bias, weigh
from study.training.kernel.optimisers import change, rates
from study.training.kernel.outputs import err
from study.training.kernel.vectors.compiling import arithmetic
from study.training.kernel.vectors.products import add_product
from study.training.kernel.vectors.vector import fma, load, only, store
from study.training.kernel.vectors.views import at, columns, matrix, turned


@arithmetic
def train_singly(
    net: Any,
    clock: Any,
    memory: Any,
    state: Any,  # (part, lane, unit)
    window: Any,
    data: Any,
    rows: Any,  # (batch, lane, seed or 1)
    resets: Any,  # (batch, seed or 1)
    group: Any,
    last: Any,
    losses: Any,  # (vector, seed)
) -> None:
    """Learn from all batches, one row each, with one vector of seeds."""
    w, symbols, wanted = matrices(net, memory[2]), window.columns[0, 0], window.wanted[0, 0]
    gates, ahead = at(at(window.gates, 0), 0), at(window.ahead, 0)
    before, c_before = at(at(window.h, 0), 0), at(at(window.c, 0), 0)
    h, c, squashed = at(at(window.h, 1), 0), at(at(window.c, 1), 0), at(at(window.squashed, 0), 0)
    errors, share = at(at(window.errors, 0), 0), at(at(window.factors, 0), 0)
    answers, hidden = matrix(window.errors, 0, 1, net.outputs), matrix(window.h, net.units, 1, net.units)
    dense, dh, dc = columns(w.dense, 0, net.units), at(window.dh, 0), at(window.dc, 0)
    only_lane = net.lanes - 1  # not a literal 0, for which Numba would compile each function again
    read(data, rows[0], only_lane, group, last, window.columns, window.rows, window.wanted)
    begin(net, window, state, only_lane)
    start_from_bias(net, w, gates)
    add_rows(gates, w.kernel, symbols)
    if net.carries:
        add_product(at(window.gates, 0), at(window.h, 0), w.recurrent)
    for b in range(len(rows)):
        weigh(net, data, rows[b], group, last, window.factors)
        forward(net.layer, gates, before, c_before, h, c, squashed)
        for o in range(net.outputs):
            store(errors, o, load(at(w.dense, o), net.units))
        add_product(answers, hidden, turned(dense))
        err(net.loss, errors, wanted, share, window.loss, losses, group)
        clear(window.dh)
        clear(window.dc)
        add_product(window.dh, at(window.errors, 0), dense)
        backward(net.layer, gates, before, c_before, squashed, dh, dc)
        pace = rates(memory[0], clock)
        learn_outputs(net, memory, pace, errors, h)
        learn_inputs(net, memory, pace, symbols, gates)
        if net.carries:
            keep(net, window, state, only_lane)
            reset(state, resets[b], group, last)
        if b + 1 < len(rows):
            read(data, rows[b + 1], only_lane, group, last, window.columns, window.rows, window.wanted)
            start_from_bias(net, w, ahead)
            add_rows(ahead, w.kernel, symbols)
        learn_recurrent(net, memory, pace, before, gates, at(at(state, 0), 0), ahead)
        begin(net, window, state, only_lane)
        gates, ahead = ahead, gates


@arithmetic
def learn_outputs(net: Any, memory: Any, pace: Any, errors: Any, h: Any) -> None:
    """Learn what stands between the layer and the outputs: errors times what the outputs received."""
    first = (net.features + net.units + net.biases) * net.gates * net.units
    for o in range(net.outputs):
        error, row = load(errors, o), first + o * (net.units + 1)
        for k in range(net.units):
            change(memory, pace, row + k, error * load(h, k))
        change(memory, pace, row + net.units, error)


@arithmetic
def learn_inputs(net: Any, memory: Any, pace: Any, symbols: Any, gates: Any) -> None:
    """Learn kernel and bias: what the gates passed, for the kernel in each seed's row of its symbol."""
    width = net.gates * net.units
    for j in range(net.features):
        for k in range(width):
            change(memory, pace, j * width + k, only(symbols, j, load(gates, k)))
    first = (net.features + net.units) * width
    for row in range(net.biases):
        for k in range(width):
            change(memory, pace, first + row * width + k, load(gates, k))


@arithmetic
def learn_recurrent(net: Any, memory: Any, pace: Any, before: Any, gates: Any, after: Any, ahead: Any) -> None:
    """Learn the recurrent kernel, and add its product with the state after the update to the gates `ahead`."""
    width, w = net.gates * net.units, memory[2]
    for j in range(net.units):
        received, receives, first = load(before, j), load(after, j), (net.features + j) * width
        for k in range(width):
            change(memory, pace, first + k, load(gates, k) * received)
            if net.carries:
                store(ahead, k, fma(receives, load(w, first + k), load(ahead, k)))
