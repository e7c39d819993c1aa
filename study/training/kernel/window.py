"""One batch of windows, forwards and back: from the carried state to the errors of the outputs and to the gradient."""

from __future__ import annotations

from typing import Any

from study.training.kernel.compiling import arithmetic
from study.training.kernel.layers import backward, forward
from study.training.kernel.memory import add_rows, add_to_rows
from study.training.kernel.products import add_product, turned
from study.training.kernel.vector import fma, load, store

SLOTS_AT_ONCE = 32  # steps times lanes whose gradient is added up at once, before what they need leaves near memory


@arithmetic
def go_forward(net: Any, data: Any, w: Any, window: Any) -> None:
    """Run the layer from its first state to its last, and the outputs to their logits."""
    timesteps, lanes, width = len(window.gates), window.gates.shape[1], window.gates.shape[2]
    for t in range(timesteps):
        for lane in range(lanes):
            gates = window.gates[t, lane]
            for k in range(width):
                z = load(w.bias[0], k)
                store(gates, k, z + load(w.bias[1], k) if net.biases > 1 else z)
            if len(data.values) > 0:
                for j in range(net.features):
                    x = data.values[window.rows[lane, 0], t, j]
                    if x != 0:
                        for k in range(width):
                            store(gates, k, fma(load(w.kernel[j], k), x, load(gates, k)))
            else:
                add_rows(gates, w.kernel, window.columns[t, lane])
        if t > 0 or net.carries:
            add_product(window.gates[t], window.h[t], w.recurrent)
        for lane in range(lanes):
            forward(
                net.layer,
                window.gates[t, lane],
                window.h[t, lane],
                window.c[t, lane],
                window.h[t + 1, lane],
                window.c[t + 1, lane],
                window.squashed[t, lane],
            )
    scored = len(window.errors)
    for p in range(scored):
        t = timesteps - scored + p
        for lane in range(lanes):
            logits = window.errors[p, lane]
            for o in range(net.outputs):
                store(logits, o, load(w.dense[o], net.units))
                if net.sees_inputs:
                    see_input(net, data, w, window, t, lane, o, logits)
        add_product(window.errors[p], window.h[t + 1], turned(w.dense[:, : net.units]))


@arithmetic
def see_input(net: Any, data: Any, w: Any, window: Any, t: Any, lane: Any, o: Any, logits: Any) -> None:
    """Add what one output receives from the inputs directly."""
    if len(data.values) > 0:
        for j in range(net.features):
            store(logits, o, fma(load(w.direct[o], j), data.values[window.rows[lane, 0], t, j], load(logits, o)))
        return
    columns = window.columns[t, lane]
    for n in range(len(columns)):
        if columns[n] >= 0:
            logits[o, n] += w.direct[o, columns[n], n]


@arithmetic
def go_back(net: Any, data: Any, w: Any, g: Any, window: Any) -> None:
    """Back-propagate from the errors of the outputs to the gradient; none passes into the state carried in."""
    timesteps, lanes, scored = len(window.gates), window.gates.shape[1], len(window.errors)
    dense = w.dense[:, : net.units]
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
                add_product(window.dh, window.gates[t + 1], turned(w.recurrent))
        if t >= timesteps - scored:
            add_product(window.dh, window.errors[t - timesteps + scored], dense)
        for lane in range(lanes):
            backward(
                net.layer,
                window.gates[t, lane],
                window.h[t, lane],
                window.c[t, lane],
                window.squashed[t, lane],
                window.dh[lane],
                window.dc[lane],
            )
        if end - t == at_once or t == 0:
            add_gradient(net, data, g, window, t, end)
            end = t


@arithmetic
def clear(matrix: Any) -> None:
    """Set all to zero."""
    for row in range(len(matrix)):
        for k in range(matrix.shape[1]):
            store(matrix[row], k, 0)


@arithmetic
def add_gradient(net: Any, data: Any, g: Any, window: Any, begin: Any, end: Any) -> None:
    """Add the gradient of the layer's weights by the steps from `begin` up to `end`."""
    lanes, width, seeds = window.gates.shape[1:]
    slots = (end - begin) * lanes
    gates = window.gates[begin:end].reshape(slots, width, seeds)
    if begin > 0 or end > 1 or net.carries:
        add_product(g.recurrent, turned(window.h[begin:end].reshape(slots, net.units, seeds)), gates)
    for slot in range(slots):
        t, lane = begin + slot // lanes, slot % lanes
        for k in range(width):
            store(g.bias[0], k, load(g.bias[0], k) + load(gates[slot], k))
        if len(data.values) > 0:
            for j in range(net.features):
                x = data.values[window.rows[lane, 0], t, j]
                if x != 0:
                    for k in range(width):
                        store(g.kernel[j], k, fma(load(gates[slot], k), x, load(g.kernel[j], k)))
        else:
            add_to_rows(g.kernel, window.columns[t, lane], gates[slot])


@arithmetic
def add_output_gradient(net: Any, data: Any, g: Any, window: Any) -> None:
    """Add the gradient of what stands between the layer and the outputs."""
    scored, lanes, outputs, seeds = window.errors.shape
    timesteps, slots = len(window.gates), scored * lanes
    errors = window.errors.reshape(slots, outputs, seeds)
    hidden = window.h[timesteps - scored + 1 :].reshape(slots, net.units, seeds)
    add_product(g.dense[:, : net.units], turned(errors), hidden)
    for slot in range(slots):
        t, lane = timesteps - scored + slot // lanes, slot % lanes
        for o in range(outputs):
            store(g.dense[o], net.units, load(g.dense[o], net.units) + load(errors[slot], o))
            if not net.sees_inputs:
                continue
            if len(data.values) > 0:
                for j in range(net.features):
                    x = data.values[window.rows[lane, 0], t, j]
                    store(g.direct[o], j, fma(load(errors[slot], o), x, load(g.direct[o], j)))
                continue
            columns = window.columns[t, lane]
            for n in range(seeds):
                if columns[n] >= 0:
                    g.direct[o, columns[n], n] += errors[slot, o, n]
