"""The self-recurrent unit of Tasks 2a and 2b: h(t) = f(w[x(t)] + r h(t-1)), by RTRL, by full BPTT, or by one step.

RTRL carries dh/dw and dh/dr forward: dh(t)/dw[i] = f' (r dh(t-1)/dw[i] + [i = x(t)]) and
dh(t)/dr = f' (h(t-1) + r dh(t-1)/dr). BPTT brings the errors of all steps back at the end. Where outputs see the step
before, all units step at once, and weights change after that.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.vectors.compiling import arithmetic, inlined
from study.training.kernel.vectors.functions import logistic
from study.training.kernel.vectors.vector import fma, load, store
from study.training.online.lanes import filled, lane_0
from study.training.online.memory import BACKWARD, FORWARD, LANES
from study.training.online.outputs import answer_outputs, learn_outputs
from study.training.online.updates import ALL, begin, descend_at_once, feed, update

STATE, LAST, OWN = 0, 1, 2  # of scratch: the unit's value, the one before, and its weight from itself


@inlined
def unit(told: Any, memory: Any, x: int, h: float) -> Any:
    """Compute the unit's next value from its last."""
    own = (told.rest + 2 * told.width) * LANES
    net = memory.weights[(told.rest + told.width) * LANES + x] + memory.weights[own] * h
    return lane_0(logistic(filled(net)))


@inlined
def carry(told: Any, memory: Any, x: int, before: float, slope: float, r: float) -> None:
    """Bring the derivatives of the unit one step further."""
    kept = slope * r if told.reach == FORWARD else 0.0
    first = told.rest + told.width
    for place in range(told.width):
        fed = load(memory.ones, x % LANES if x // LANES == place else LANES)
        store(memory.traces, first + place, fma(fed, slope, load(memory.traces, first + place) * kept))
    own = (told.rest + 2 * told.width) * LANES
    memory.traces[own] = slope * before + kept * memory.traces[own]


@inlined
def reach_weights(told: Any, memory: Any, error: float) -> None:
    """Add the gradient of the unit's weights by an error that reaches it, or learn from it at once."""
    for place in range(told.rest + told.width, told.end):
        if told.now:
            descend_at_once(told, memory, place, load(memory.traces, place) * error)
        else:
            store(memory.gradient, place, fma(load(memory.traces, place), error, load(memory.gradient, place)))


@inlined
def go_back(told: Any, memory: Any, sequences: Any, k: int, steps: int, r: float) -> None:
    """Bring the errors of all steps back; of each step, history holds its slope, h before it and the error at it."""
    first, own = (told.rest + told.width) * LANES, (told.rest + 2 * told.width) * LANES
    later = 0.0
    for t in range(steps - 1, -1, -1):
        at = t + 1 if told.before else t  # the step whose outputs see this h
        error = memory.history[3 * at + 2] if at < steps else 0.0
        net = (error + later) * memory.history[3 * t]
        memory.gradient[first + sequences[k, t]] += net
        memory.gradient[own] += net * memory.history[3 * t + 1]
        later = net * r


@inlined
def start(told: Any, memory: Any) -> None:
    """Begin a sequence."""
    begin(memory)
    for place in range(told.rest + told.width, told.end):
        store(memory.traces, place, filled(0.0))
    memory.small[STATE] = 0.0


@inlined
def move(told: Any, memory: Any, sequences: Any, k: int, t: int, live: bool) -> None:
    """Bring the unit to step t of sequence k; see `study.training.online.together`."""
    x, r, last = sequences[k, t], memory.weights[(told.rest + 2 * told.width) * LANES], memory.small[STATE]
    feed(memory, x)
    h = unit(told, memory, x, last) if live else last
    memory.small[STATE], memory.small[LAST], memory.small[OWN] = h, last, r
    if live and not told.before:
        carry(told, memory, x, last, h * (1 - h), r)


@inlined
def respond(told: Any, memory: Any, sequences: Any, k: int, t: int, live: bool) -> None:
    """Answer at step t, and learn from it."""
    x, h, last = sequences[k, t], memory.small[STATE], memory.small[LAST]
    error, slope = 0.0, h * (1 - h)
    if told.every or t == memory.counts[2] - 1:
        error = learn_outputs(told, memory, x, sequences[k, t + 1], last if told.before else h, live)
        if live and told.reach != BACKWARD:
            reach_weights(told, memory, error)
        if not (told.once or told.now):
            update(told, memory, x)
    if live and told.before:
        carry(told, memory, x, last, slope, memory.small[OWN])
    if told.reach == BACKWARD:
        memory.history[3 * t] = slope
        memory.history[3 * t + 1] = last
        memory.history[3 * t + 2] = error


@inlined
def finish(told: Any, memory: Any, sequences: Any, k: int, live: bool) -> None:
    """End a sequence."""
    if live and told.reach == BACKWARD:
        go_back(told, memory, sequences, k, memory.counts[2], memory.weights[(told.rest + 2 * told.width) * LANES])
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
    worst, h = 0.0, 0.0
    for t in range(steps):
        x, last = sequences[k, t], h
        if live:
            h = unit(told, memory, x, last)
        if len(looked_at):
            looked_at[k, t, 0] = h
        if t >= first:
            seen = last if told.before else h
            error = answer_outputs(told, memory, x, sequences[k, t + 1], seen, kept, k * steps + t)
            worst = max(worst, error)
            if not worst <= within:
                return worst
    return worst
