"""The loop: windows forwards and back, and the update, batch after batch, for one vector of seeds after the other.

A vector's weights, moments and gradient stay in near memory through all batches of a call.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.memory import Data, Net, Weights, Window, begin, clear, keep, matrices, read, reset, weigh
from study.training.kernel.optimisers import learn, rates
from study.training.kernel.outputs import answer, err
from study.training.kernel.single import train_singly
from study.training.kernel.vectors.compiling import arithmetic, entry
from study.training.kernel.vectors.vector import fma, load, store
from study.training.kernel.vectors.views import at
from study.training.kernel.window import (
    OUTPUT_SLOTS,
    add_output_gradient,
    go_back,
    go_forward,
    put_out,
)

__all__ = ["Data", "Net", "Weights", "Window", "respond", "train"]


@arithmetic
def clear_gradient(g: Any) -> None:
    """Set the gradient to zero, but for that of the recurrent kernel, which is written anew."""
    clear(g.kernel)
    clear(g.bias)
    clear(g.dense)
    clear(g.direct)


@entry
def train(
    net: Any,
    rule: Any,
    clock: Any,  # powers of both betas so far, and the betas
    free: Any,  # (weight): whether it is trained
    weights: Any,  # (vector, weight, seed), as all that follow
    first_memory: Any,
    second_memory: Any,
    gradients: Any,  # of one vector, or of all where they are looked at
    gathered: Any,  # over `accumulate` batches; of no weight where that is 1
    already: Any,  # batches gathered before
    states: Any,  # (vector, part, lane, unit, seed)
    window: Any,
    data: Any,
    rows: Any,  # (batch, lane, seed or 1)
    resets: Any,  # (batch, seed or 1)
    last: Any,  # the last seed that there is; the places after it repeat it
    losses: Any,  # (vector, seed), added to; of no vector where they are not wanted
    keeps: Any,  # whether the last batch's gradient is looked at
) -> None:
    """Learn from all batches, one vector of seeds after the other."""
    lanes = window.gates.shape[1]
    symbols_alone = len(data.values) == 0 and not net.sees_inputs
    singly = symbols_alone and net.accumulate == 1 and len(window.gates) * net.lanes == 1 and not keeps
    start = clock[0], clock[1]
    for s in range(len(weights)):
        clock[0], clock[1] = start
        w, flat, state = matrices(net, at(weights, s)), at(gradients, s), at(states, s)
        memory = rule, free, at(weights, s), at(first_memory, s), at(second_memory, s)
        if singly:
            train_singly(net, clock, memory, state, window, data, rows, resets, s, last, losses)
            continue
        g, waiting = matrices(net, flat), already
        for b in range(len(rows)):
            clear_gradient(g)
            weigh(net, data, rows[b], s, last, window.factors)
            for first in range(0, net.lanes, lanes):
                read(data, rows[b], first, s, last, window.columns, window.rows, window.wanted)
                begin(net, window, state, first)
                go_forward(net, data, w, window)
                if net.carries:
                    keep(net, window, state, first)
                slots = len(window.errors) * lanes
                for done in range(0, slots, OUTPUT_SLOTS):
                    end = min(done + OUTPUT_SLOTS, slots)
                    put_out(net, data, w, window, done, end)
                    for k in range(done, end):
                        p, lane = k // lanes, k % lanes
                        slot, wanted = at(at(window.errors, p), lane), window.wanted[p, lane]
                        share = at(at(window.factors, p), first + lane)
                        err(net.loss, slot, wanted, share, window.loss, losses, s)
                    add_output_gradient(net, data, g, window, done, end)
                go_back(net, data, w, g, window, first == 0)
            if net.biases > 1:
                for k in range(g.bias.shape[1]):
                    store(at(g.bias, 1), k, load(at(g.bias, 0), k))
            if net.carries:
                reset(state, resets[b], s, last)
            if net.accumulate == 1:
                learn(memory, rates(rule, clock), flat)
                continue
            total = at(gathered, s)
            for k in range(len(flat)):
                store(total, k, fma(load(flat, k), 1 / net.accumulate, load(total, k)))
            waiting += 1
            if waiting == net.accumulate:
                learn(memory, rates(rule, clock), total)
                for k in range(len(total)):
                    store(total, k, 0)
                waiting = 0


@entry
def respond(
    net: Any,
    weights: Any,  # (vector, weight, seed)
    states: Any,  # (vector, part, lane, unit, seed)
    window: Any,
    data: Any,
    rows: Any,  # (batch, lane, seed or 1)
    resets: Any,  # (batch, seed or 1)
    last: Any,
    found: Any,  # (batch, lane, scored, output, vector, seed), written
    seen: Any,  # (vector, lane, gate * unit, seed): gates at the last step, written; of no vector where not wanted
) -> None:
    """Answer all batches without changing a weight."""
    lanes, seeds = window.gates.shape[1], weights.shape[2]
    for s in range(len(weights)):
        w = matrices(net, at(weights, s))
        for b in range(len(rows)):
            for first in range(0, net.lanes, lanes):
                read(data, rows[b], first, s, last, window.columns, window.rows, window.wanted)
                begin(net, window, at(states, s), first)
                go_forward(net, data, w, window)
                if net.carries:
                    keep(net, window, at(states, s), first)
                slots = len(window.errors) * lanes
                for done in range(0, slots, OUTPUT_SLOTS):
                    put_out(net, data, w, window, done, min(done + OUTPUT_SLOTS, slots))
                for p in range(len(window.errors)):
                    for lane in range(lanes):
                        answer(net.loss, at(at(window.errors, p), lane))
                        for o in range(net.outputs):
                            for n in range(seeds):
                                found[b, first + lane, p, o, s, n] = window.errors[p, lane, o, n]
                if len(seen) > 0:
                    last_step = at(window.gates, len(window.gates) - 1)
                    for lane in range(lanes):
                        for k in range(seen.shape[2]):
                            store(at(at(seen, s), first + lane), k, load(at(last_step, lane), k))
            if net.carries:
                reset(at(states, s), resets[b], s, last)
