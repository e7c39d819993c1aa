"""One batch of windows, forwards and back: from the carried state to the errors of the outputs and to the gradient."""

from __future__ import annotations

from typing import Any

from study.training.kernel.layers import backward, forward
from study.training.kernel.memory import add_rows, add_to_rows, clear, start_from_bias
from study.training.kernel.vectors.compiling import arithmetic
from study.training.kernel.vectors.products import add_product
from study.training.kernel.vectors.vector import fma, load, store
from study.training.kernel.vectors.views import at, columns, matrix, turned

SLOTS_AT_ONCE = 32  # steps times lanes whose gradient is added up at once, before what they need leaves near memory
OUTPUT_SLOTS = 32  # whose outputs are computed at once, and learned from while they are near


@arithmetic
def go_forward(net: Any, data: Any, w: Any, window: Any) -> None:
    """Run the layer from its first state to its last."""
    timesteps, lanes, width = len(window.gates), window.gates.shape[1], window.gates.shape[2]
    for t in range(timesteps):
        for lane in range(lanes):
            gates = at(at(window.gates, t), lane)
            start_from_bias(net, w, gates)
            if len(data.values) > 0:
                for j in range(net.features):
                    x = data.values[window.rows[lane, 0], t, j]
                    if x != 0:
                        for k in range(width):
                            store(gates, k, fma(load(at(w.kernel, j), k), x, load(gates, k)))
            else:
                add_rows(gates, w.kernel, window.columns[t, lane])
        if t > 0 or net.carries:
            add_product(at(window.gates, t), at(window.h, t), w.recurrent)
        for lane in range(lanes):
            forward(
                net.layer,
                at(at(window.gates, t), lane),
                at(at(window.h, t), lane),
                at(at(window.c, t), lane),
                at(at(window.h, t + 1), lane),
                at(at(window.c, t + 1), lane),
                at(at(window.squashed, t), lane),
            )


@arithmetic
def put_out(net: Any, data: Any, w: Any, window: Any, begin: Any, end: Any) -> None:
    """Bring the outputs of some slots, counted step by step and lane by lane, to their logits."""
    scored, lanes, outputs = len(window.errors), window.errors.shape[1], net.outputs
    before = len(window.gates) - scored
    errors, hidden = slots_of(net, window, begin, end)
    for slot in range(begin, end):
        t, lane = before + slot // lanes, slot % lanes
        logits = at(errors, slot - begin)
        for o in range(outputs):
            store(logits, o, load(at(w.dense, o), net.units))
            if net.sees_inputs:
                see_input(net, data, w, window, t, lane, o, logits)
    add_product(errors, hidden, turned(columns(w.dense, 0, net.units)))


@arithmetic
def slots_of(net: Any, window: Any, begin: Any, end: Any) -> Any:
    """See the errors (slot, output) and the hidden states (slot, unit) of some slots."""
    lanes, scored = window.errors.shape[1], len(window.errors)
    first = (len(window.h) - scored) * lanes + begin
    errors = matrix(window.errors, begin * net.outputs, end - begin, net.outputs)
    return errors, matrix(window.h, first * net.units, end - begin, net.units)


@arithmetic
def see_input(net: Any, data: Any, w: Any, window: Any, t: Any, lane: Any, o: Any, logits: Any) -> None:
    """Add what one output receives from the inputs directly."""
    if len(data.values) > 0:
        for j in range(net.features):
            store(logits, o, fma(load(at(w.direct, o), j), data.values[window.rows[lane, 0], t, j], load(logits, o)))
        return
    symbols = window.columns[t, lane]
    for n in range(len(symbols)):
        if symbols[n] >= 0:
            logits[o, n] += w.direct[o, symbols[n], n]


@arithmetic
def go_back(net: Any, data: Any, w: Any, g: Any, window: Any, fresh: Any) -> None:
    """Back-propagate from the errors of the outputs to what the gates received; none passes into the carried state.

    On the way the gradient is added up; that of the recurrent kernel, where it is `fresh`, beginning with this.
    """
    timesteps, lanes, scored = len(window.gates), window.gates.shape[1], len(window.errors)
    dense = columns(w.dense, 0, net.units)
    at_once = max(1, SLOTS_AT_ONCE // lanes)
    end = timesteps
    clear(window.dh)
    clear(window.dc)
    for t in range(timesteps - 1, -1, -1):
        if t < timesteps - 1:
            if net.stopped:
                clear(window.dh)
                clear(window.dc)
            elif net.through_time:
                add_product(window.dh, at(window.gates, t + 1), turned(w.recurrent))
        if t >= timesteps - scored:
            add_product(window.dh, at(window.errors, t - timesteps + scored), dense)
        for lane in range(lanes):
            backward(
                net.layer,
                at(at(window.gates, t), lane),
                at(at(window.h, t), lane),
                at(at(window.c, t), lane),
                at(at(window.squashed, t), lane),
                at(window.dh, lane),
                at(window.dc, lane),
            )
        if end - t == at_once or t == 0:
            received, passed = steps_of(net, window, t, end)
            add_product(g.recurrent, turned(received), passed, fresh and end == timesteps)
            add_gradient(net, data, g, window, t, passed)
            end = t


@arithmetic
def steps_of(net: Any, window: Any, begin: Any, end: Any) -> Any:
    """See what some steps received and the gradient that they passed: hidden states (slot, unit), gates likewise."""
    lanes, width = window.gates.shape[1], window.gates.shape[2]
    first, slots = begin * lanes, (end - begin) * lanes
    return matrix(window.h, first * net.units, slots, net.units), matrix(window.gates, first * width, slots, width)


@arithmetic
def add_gradient(net: Any, data: Any, g: Any, window: Any, begin: Any, gates: Any) -> None:
    """Add the gradient of kernel and bias by the steps from `begin` on, whose gates (slot, gate * unit) are given."""
    lanes, slots, width = window.gates.shape[1], gates.shape[0], gates.shape[1]
    for slot in range(slots):
        t, lane = begin + slot // lanes, slot % lanes
        for k in range(width):
            store(at(g.bias, 0), k, load(at(g.bias, 0), k) + load(at(gates, slot), k))
        if len(data.values) > 0:
            for j in range(net.features):
                x = data.values[window.rows[lane, 0], t, j]
                if x != 0:
                    for k in range(width):
                        store(at(g.kernel, j), k, fma(load(at(gates, slot), k), x, load(at(g.kernel, j), k)))
        else:
            add_to_rows(g.kernel, window.columns[t, lane], at(gates, slot))


@arithmetic
def add_output_gradient(net: Any, data: Any, g: Any, window: Any, begin: Any, end: Any) -> None:
    """Add the gradient, by some slots, of what stands between the layer and the outputs."""
    scored, lanes, outputs, seeds = window.errors.shape
    before = len(window.gates) - scored
    errors, hidden = slots_of(net, window, begin, end)
    add_product(columns(g.dense, 0, net.units), turned(errors), hidden)
    for o in range(outputs):
        total = load(at(g.dense, o), net.units)
        for slot in range(end - begin):
            total = total + load(at(errors, slot), o)
        store(at(g.dense, o), net.units, total)
    if not net.sees_inputs:
        return
    for slot in range(end - begin):
        t, lane = before + (begin + slot) // lanes, (begin + slot) % lanes
        for o in range(outputs):
            if len(data.values) > 0:
                for j in range(net.features):
                    x = data.values[window.rows[lane, 0], t, j]
                    store(at(g.direct, o), j, fma(load(at(errors, slot), o), x, load(at(g.direct, o), j)))
                continue
            symbols = window.columns[t, lane]
            for n in range(seeds):
                if symbols[n] >= 0:
                    g.direct[o, symbols[n], n] += errors[slot, o, n]
