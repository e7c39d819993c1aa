"""The loop: windows forwards and back, and the update, batch after batch, for one vector of seeds after the other.

A vector's weights, moments and gradient stay in near memory through all batches of a call.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.memory import Data, Net, Weights, Window, matrices, read, weigh
from study.training.kernel.optimisers import learn, rates
from study.training.kernel.outputs import answer, cost, differentiate
from study.training.kernel.vectors.compiling import arithmetic, entry
from study.training.kernel.vectors.vector import fma, load, store
from study.training.kernel.vectors.views import at, matrix
from study.training.kernel.window import (
    OUTPUT_SLOTS,
    add_output_gradient,
    clear,
    go_back,
    go_forward,
    put_out,
)

__all__ = ["Data", "Net", "Weights", "Window", "respond", "train"]


@arithmetic
def begin(net: Any, window: Any, state: Any, first: Any) -> None:
    """Start some lanes from the carried state (part, lane, unit), or from zero."""
    lanes = window.h.shape[1]
    for lane in range(lanes):
        for k in range(net.units):
            if net.carries:
                store(at(at(window.h, 0), lane), k, load(at(at(state, 0), first + lane), k))
                store(at(at(window.c, 0), lane), k, load(at(at(state, 1), first + lane), k))
            else:
                store(at(at(window.h, 0), lane), k, 0)
                store(at(at(window.c, 0), lane), k, 0)


@arithmetic
def keep(net: Any, window: Any, state: Any, first: Any) -> None:
    """Keep the state of some lanes after the window."""
    last, lanes = len(window.h) - 1, window.h.shape[1]
    for lane in range(lanes):
        for k in range(net.units):
            store(at(at(state, 0), first + lane), k, load(at(at(window.h, last), lane), k))
            store(at(at(state, 1), first + lane), k, load(at(at(window.c, last), lane), k))


@arithmetic
def reset(state: Any, resets: Any, group: Any, last: Any) -> None:
    """Set the state of the seeds that are reset to zero; `resets` (seed or 1)."""
    parts, lanes, units, seeds = state.shape
    for n in range(seeds):
        if resets[min(group * seeds + n, last, len(resets) - 1)]:
            for part in range(parts):
                for lane in range(lanes):
                    for k in range(units):
                        state[part, lane, k, n] = 0


@arithmetic
def clear_gradient(g: Any) -> None:
    """Set the gradient to zero, but for that of the recurrent kernel, which is written anew."""
    clear(g.kernel)
    clear(g.bias)
    clear(g.dense)
    clear(g.direct)


@arithmetic
def learn_at_once(net: Any, memory: Any, pace: Any, flat: Any, window: Any) -> None:
    """Learn from a single slot, without writing the recurrent kernel's gradient down: what it received times passed."""
    width = net.gates * net.units
    before, gates = at(at(window.h, 0), 0), at(at(window.gates, 0), 0)
    first = net.features * width
    for j in range(net.units):
        learn(memory, pace, first + j * width, gates, 0, width, load(before, j))
    after = first + net.units * width
    learn(memory, pace, 0, flat, 0, first, 1)
    learn(memory, pace, after, flat, after, len(flat) - after, 1)


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
    at_once = net.accumulate == 1 and len(window.gates) * net.lanes == 1 and not keeps
    start = clock[0], clock[1]
    for s in range(len(weights)):
        clock[0], clock[1] = start
        w, flat, state = matrices(net, at(weights, s)), at(gradients, s), at(states, s)
        memory = rule, free, at(weights, s), at(first_memory, s), at(second_memory, s)
        g, waiting = matrices(net, flat), already
        for b in range(len(rows)):
            clear_gradient(g)
            weigh(net, data, rows[b], s, last, window.factors)
            for first in range(0, net.lanes, lanes):
                read(net, data, rows[b], first, s, last, window)
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
                        if len(losses) > 0:
                            cost(net.loss, slot, wanted, window.loss)
                            for n in range(losses.shape[1]):
                                losses[s, n] += window.loss[0, n] * window.factors[p, first + lane, n]
                        answer(net.loss, slot)
                        factor = matrix(window.factors, p * net.lanes + first + lane, 1, 1)
                        differentiate(net.loss, slot, wanted, factor)
                    add_output_gradient(net, data, g, window, done, end)
                go_back(net, data, w, g, window, not at_once, first == 0)
            if net.biases > 1:
                for k in range(g.bias.shape[1]):
                    store(at(g.bias, 1), k, load(at(g.bias, 0), k))
            if net.carries:
                reset(state, resets[b], s, last)
            if net.accumulate == 1:
                pace = rates(rule, clock)
                if at_once:
                    learn_at_once(net, memory, pace, flat, window)
                else:
                    learn(memory, pace, 0, flat, 0, len(flat), 1)
                continue
            total = at(gathered, s)
            for k in range(len(flat)):
                store(total, k, fma(load(flat, k), 1 / net.accumulate, load(total, k)))
            waiting += 1
            if waiting == net.accumulate:
                learn(memory, rates(rule, clock), 0, total, 0, len(total), 1)
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
                read(net, data, rows[b], first, s, last, window)
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
