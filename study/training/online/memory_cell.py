"""The memory cell of Tasks 2a and 2b: s(t) = s(t-1) + f(a[x]) g(c[x]), without forget gate, output gate or bias.

Cell and input gate see the inputs alone, so that the paper's truncated gradient is the exact one. Carried forward, the
derivatives ds/da[i] and ds/dc[i] change in one place a step.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.vectors.compiling import arithmetic, inlined
from study.training.kernel.vectors.functions import logistic, logistic_slope
from study.training.kernel.vectors.vector import fma, load, store
from study.training.online.lanes import filled, lane_0, swap_halves
from study.training.online.memory import ONE_STEP
from study.training.online.outputs import answer_outputs, learn_outputs
from study.training.online.updates import ALL, begin, descend_at_once, feed, update

STATE, LAST = 0, 1  # of scratch: the cell's state, and the one before
NOW = 1  # vector of scratch: gate and cell at this step


@inlined
def gate_and_cell(told: Any, memory: Any, x: int) -> Any:
    """Compute input gate (lane 0) and the cell's squashed input before its range (lane 4)."""
    return logistic(load(memory.weights, told.cell + x))


@inlined
def partner(told: Any, units: Any, memory: Any) -> Any:
    """Give what each is multiplied by: to the gate what the cell is fed, to the cell the gate and its range."""
    to_cell, to_gate = load(memory.ones, 4), load(memory.ones, 0)
    scale = (to_cell + to_gate) * told.range
    return fma(swap_halves(units), scale, to_gate * told.low)


@inlined
def carry(told: Any, memory: Any, x: int, units: Any) -> None:
    """Bring the derivatives of the state one step further."""
    if told.reach == ONE_STEP:
        forget(told, memory)
    here = told.cell + x
    step = logistic_slope(units) * partner(told, units, memory)
    store(memory.traces, here, load(memory.traces, here) + step)


@inlined
def forget(told: Any, memory: Any) -> None:
    """Set the derivatives to zero."""
    for place in range(memory.counts[1]):
        store(memory.traces, told.cell + memory.fed[place], filled(0.0))


@inlined
def reach_weights(told: Any, memory: Any, error: float) -> None:
    """Add the gradient of gate and cell by an error that reaches the state, or learn from it at once."""
    for place in range(memory.counts[1]):
        here = told.cell + memory.fed[place]
        if told.now:
            descend_at_once(told, memory, here, load(memory.traces, here) * error)
        else:
            store(memory.gradient, here, fma(load(memory.traces, here), error, load(memory.gradient, here)))


@inlined
def start(told: Any, memory: Any) -> None:
    """Begin a sequence."""
    begin(memory)
    memory.small[STATE] = 0.0


@inlined
def move(told: Any, memory: Any, sequences: Any, k: int, t: int, live: bool) -> None:
    """Bring the cell to step t of sequence k; see `study.training.online.together`."""
    x, last = sequences[k, t], memory.small[STATE]
    feed(memory, x)
    units = gate_and_cell(told, memory, x)
    memory.small[LAST] = last
    if live:
        memory.small[STATE] = last + lane_0(units * partner(told, units, memory))
    if live and not told.before:
        carry(told, memory, x, units)
    store(memory.small, NOW, units)


@inlined
def respond(told: Any, memory: Any, sequences: Any, k: int, t: int, live: bool) -> None:
    """Answer at step t, and learn from it."""
    x = sequences[k, t]
    if told.every or t == memory.counts[2] - 1:
        seen = memory.small[LAST] if told.before else memory.small[STATE]
        error = learn_outputs(told, memory, x, sequences[k, t + 1], seen, live)
        if live:
            reach_weights(told, memory, error)
        if not (told.once or told.now):
            update(told, memory, x)
    if live and told.before:
        carry(told, memory, x, load(memory.small, NOW))


@inlined
def finish(told: Any, memory: Any, sequences: Any, k: int, live: bool) -> None:
    """End a sequence."""
    forget(told, memory)
    if told.once:
        update(told, memory, ALL)


@arithmetic
def answer(
    told: Any,
    memory: Any,
    sequences: Any,
    k: int,
    steps: int,
    live: bool,
    first: int,
    within: float,
    kept: Any,
    looked_at: Any,
) -> Any:
    """Answer sequence k; see `study.training.online.loop`."""
    worst, s = 0.0, 0.0
    for t in range(steps):
        x, last = sequences[k, t], s
        units = gate_and_cell(told, memory, x)
        if live:
            s += lane_0(units * partner(told, units, memory))
        if len(looked_at):
            looked_at[k, t, 0], looked_at[k, t, 2] = s, lane_0(units)
        if t >= first:
            seen = last if told.before else s
            error = answer_outputs(told, memory, x, sequences[k, t + 1], seen, kept, k * steps + t)
            worst = max(worst, error)
            if not worst <= within:
                return worst
    return worst
