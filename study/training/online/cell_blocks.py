"""The two cell blocks of Task 2c, each a cell with input and output gate, and two outputs that see the cells alone.

    net_u(t) = W[x(t), u] + sum_v R[v, u] y_v(t-1)      u, v: in 1, in 2, out 1, out 2, cell 1, cell 2
    s_j(t)   = s_j(t-1) + f(net_in) g(net_cell),  y_cell(t) = f(net_out) h(s_j(t)),  answer_k = f(sum_j K[j, k] y_cell)

f logistic, g from -2 to 2, h from -1 to 1. Only the last step has an error. The paper's gradient is truncated: through
s_j it reaches the cell's and the input gate's nets of every step, and the output gate's of the last step, and it goes
no further back from there. The full one takes all ways.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.vectors.compiling import arithmetic, inlined
from study.training.kernel.vectors.functions import logistic, logistic_slope
from study.training.kernel.vectors.vector import fma, load, store
from study.training.online.lanes import (
    filled,
    lane_0,
    lane_1,
    lane_2,
    lane_3,
    sum_of_lanes,
    swap_halves,
    swap_pairs,
    twice,
    with_cells,
)
from study.training.online.memory import BACKWARD, FORWARD, LANES, ONE_STEP, UNITS
from study.training.online.updates import ALL, begin, feed, update

HIDDEN, BUILT = 0, 1  # vectors of scratch: units of the step before, a vector that is put together (and the one after)
STATE, NOW, SCALE, OFFSET = 3, 4, 5, 6  # the states, the units at this step, and what their partners are made of
STORED = 4  # vectors of history a step: units, partners, states, units of the step before
X = 2  # the first class, counted from the end of the alphabet; the other one is the last symbol


@inlined
def lanes(memory: Any, a: float, b: float, c: float, d: float, e: float, f: float) -> Any:
    """Put six numbers together."""
    first = BUILT * LANES
    memory.small[first], memory.small[first + 1], memory.small[first + 2] = a, b, c
    memory.small[first + 3], memory.small[first + 4], memory.small[first + 5] = d, e, f
    memory.small[first + 6] = memory.small[first + 7] = 0.0
    return load(memory.small, BUILT)


@inlined
def units(told: Any, memory: Any, x: int) -> Any:
    """Compute gates and squashed inputs of the cells, from the input and the units of the step before."""
    net = load(memory.weights, x)
    for source in range(told.source, UNITS):
        net = fma(load(memory.weights, told.rest + source), memory.small[HIDDEN * LANES + source], net)
    return logistic(net)


@inlined
def partners(y: Any, scale: Any, offset: Any) -> Any:
    """Give what each is multiplied by: to input gates what their cells are fed, to cells their gate and g's range."""
    return fma(swap_halves(y), scale, offset)


@inlined
def squash(s: Any) -> Any:
    """H of the states, in lanes 0 and 1: from -1 to 1."""
    return logistic(s) * 2.0 - 1.0


@inlined
def ranges(told: Any, memory: Any) -> Any:
    """Give scale and offset of `partners`."""
    scale = lanes(memory, told.range, told.range, 0.0, 0.0, told.range, told.range)
    return scale, lanes(memory, told.low, told.low, 0.0, 0.0, 0.0, 0.0)


@inlined
def start(told: Any, memory: Any) -> None:
    """Begin a sequence."""
    begin(memory)
    scale, offset = ranges(told, memory)
    store(memory.small, SCALE, scale)
    store(memory.small, OFFSET, offset)
    nothing = filled(0.0)
    for place in (HIDDEN, STATE, NOW):
        store(memory.small, place, nothing)


@inlined
def move(told: Any, memory: Any, sequences: Any, k: int, t: int, live: bool) -> None:
    """Bring gates and states to step t of sequence k; see `study.training.online.together`."""
    x = sequences[k, t]
    feed(memory, x)
    before, y = load(memory.small, NOW), units(told, memory, x)
    other = partners(y, load(memory.small, SCALE), load(memory.small, OFFSET))
    s = fma(y, other, load(memory.small, STATE))
    store(memory.small, STATE, s)
    store(memory.small, NOW, y)
    if told.reach == FORWARD or (told.reach == ONE_STEP and t == memory.counts[2] - 1):
        trace(told, memory, x, logistic_slope(y) * other)
    if told.reach == BACKWARD:
        store(memory.history, t * STORED, y)
        store(memory.history, t * STORED + 1, other)
        store(memory.history, t * STORED + 2, s)
        store(memory.history, t * STORED + 3, before)


@inlined
def respond(told: Any, memory: Any, sequences: Any, k: int, t: int, live: bool) -> None:
    """Let the cells be seen, by the other units at the next step or by the outputs at the end."""
    y, last = load(memory.small, NOW), t == memory.counts[2] - 1
    if told.source < UNITS or last:
        y = with_cells(y, swap_pairs(y) * squash(load(memory.small, STATE)))
        store(memory.small, NOW, y)
        if not last:
            store(memory.small, HIDDEN, y)


@inlined
def finish(told: Any, memory: Any, sequences: Any, k: int, live: bool) -> None:
    """Learn at the end of a sequence, where its error is."""
    steps, y, s = memory.counts[2], load(memory.small, NOW), load(memory.small, STATE)
    error = learn_outputs(told, memory, y, sequences[k, steps] - (told.symbols - X))
    if told.reach == BACKWARD:
        go_back(told, memory, sequences, k, steps, error)
    else:
        reach_weights(told, memory, sequences[k, steps - 1], y, squash(s), error)
    update(told, memory, ALL)


@inlined
def know_symbol(told: Any, memory: Any, x: int, scale: Any, offset: Any) -> None:
    """Work out what a symbol does where units see the inputs alone: the same whenever it comes, with the same weights.

    Kept are the units, what each is multiplied by, and how their nets move the states.
    """
    y = logistic(load(memory.weights, x))
    other = partners(y, scale, offset)
    store(memory.of_symbols, 3 * x, y)
    store(memory.of_symbols, 3 * x + 1, other)
    store(memory.of_symbols, 3 * x + 2, logistic_slope(y) * other)


@arithmetic
def know_symbols(told: Any, memory: Any) -> None:
    """Work out what each symbol does, before sequences are answered where units see the inputs alone."""
    scale, offset = ranges(told, memory)
    for x in range(told.symbols):
        know_symbol(told, memory, x, scale, offset)


@arithmetic
def learn_from_inputs(told: Any, memory: Any, sequences: Any, k: int) -> None:
    """Learn from sequence k where units see the inputs alone, and the error is carried forward: each symbol once."""
    begin(memory)
    steps = memory.counts[2]
    for t in range(steps):
        feed(memory, sequences[k, t])
    scale, offset = ranges(told, memory)
    for place in range(memory.counts[1]):
        know_symbol(told, memory, memory.fed[place], scale, offset)
    s = filled(0.0)
    for t in range(steps):
        x = sequences[k, t]
        s = fma(load(memory.of_symbols, 3 * x), load(memory.of_symbols, 3 * x + 1), s)
        if told.reach == FORWARD or t == steps - 1:
            store(memory.traces, x, load(memory.traces, x) + load(memory.of_symbols, 3 * x + 2))
    y = load(memory.of_symbols, 3 * sequences[k, steps - 1])
    store(memory.small, STATE, s)
    store(memory.small, NOW, with_cells(y, swap_pairs(y) * squash(s)))
    finish(told, memory, sequences, k, True)


@inlined
def trace(told: Any, memory: Any, x: int, step: Any) -> None:
    """Bring the derivatives of the states by nets of gates and cells one step further, for each of their weights."""
    store(memory.traces, x, load(memory.traces, x) + step)
    for source in range(told.source, UNITS):
        here = told.rest + source
        store(memory.traces, here, fma(step, memory.small[HIDDEN * LANES + source], load(memory.traces, here)))


@inlined
def outputs(told: Any, memory: Any, y: Any) -> Any:
    """Answer: both outputs, in lanes 0 and 1."""
    weights = load(memory.weights, told.rest + UNITS)
    cells = swap_halves(y)
    return logistic(fma(weights, lane_0(cells), swap_pairs(weights) * lane_1(cells)))


@inlined
def learn_outputs(told: Any, memory: Any, y: Any, kind: int) -> Any:
    """Add the gradient of the outputs' weights; gives the errors that reach both cells, in lanes 0 and 1."""
    answer, place = outputs(told, memory, y), told.rest + UNITS
    target = lanes(memory, 1.0 - kind, 0.0 + kind, 0.0, 0.0, 0.0, 0.0)
    error = (target - answer) * lanes(memory, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    memory.sums[0] += sum_of_lanes(error * error) / 2
    memory.sums[1] += 1
    error = error * told.factor if told.entropy else error * told.factor * logistic_slope(answer)
    a, b, cells = lane_0(error), lane_1(error), swap_halves(y)
    c, d = lane_0(cells), lane_1(cells)
    weights = load(memory.weights, place)
    store(memory.gradient, place, load(memory.gradient, place) + lanes(memory, a * c, b * c, a * d, b * d, 0.0, 0.0))
    reaching = weights * lanes(memory, a, b, a, b, 0.0, 0.0)
    return lanes(memory, lane_0(reaching) + lane_1(reaching), lane_2(reaching) + lane_3(reaching), 0.0, 0.0, 0.0, 0.0)


@inlined
def reach_weights(told: Any, memory: Any, x: int, y: Any, h: Any, error: Any) -> None:
    """Add the gradient by the errors that reach the cells: through the states' derivatives, and of the output gates."""
    gates = swap_pairs(y)
    state = twice(error * gates * (1.0 - h * h) * 0.5)
    gate = error * h * logistic_slope(gates)
    gate = lanes(memory, 0.0, 0.0, lane_0(gate), lane_1(gate), 0.0, 0.0)
    nothing = filled(0.0)
    for place in range(memory.counts[1]):
        here = memory.fed[place]
        store(memory.gradient, here, load(memory.traces, here) * state)
        store(memory.traces, here, nothing)
    store(memory.gradient, x, load(memory.gradient, x) + gate)
    for source in range(told.source, UNITS):
        here, seen = told.rest + source, memory.small[HIDDEN * LANES + source]
        store(memory.gradient, here, fma(gate, seen, load(memory.traces, here) * state))
        store(memory.traces, here, nothing)


@inlined
def go_back(told: Any, memory: Any, sequences: Any, k: int, steps: int, error: Any) -> None:
    """Bring the error back through all units and all steps."""
    to_gates = lanes(memory, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    to_units = with_cells(filled(0.0), error)  # the error of each unit's value
    to_state = filled(0.0)  # lanes 0 and 1
    for t in range(steps - 1, -1, -1):
        y, other = load(memory.history, t * STORED), load(memory.history, t * STORED + 1)
        h = squash(load(memory.history, t * STORED + 2))
        before = load(memory.history, t * STORED + 3)
        cells, gates = swap_halves(to_units), swap_pairs(y)
        to_state = to_state + cells * gates * (1.0 - h * h) * 0.5 * to_gates
        through = twice(to_state) * other + to_units * to_gates
        output_gates = swap_pairs((cells * h + swap_pairs(to_units)) * to_gates)
        net = (through + output_gates) * logistic_slope(y)
        x = sequences[k, t]
        store(memory.gradient, x, load(memory.gradient, x) + net)
        store(memory.small, HIDDEN, before)
        sums = filled(0.0)
        store(memory.small, BUILT + 1, sums)
        for source in range(told.source, UNITS):
            here = told.rest + source
            step = fma(net, memory.small[HIDDEN * LANES + source], load(memory.gradient, here))
            store(memory.gradient, here, step)
            memory.small[(BUILT + 1) * LANES + source] = sum_of_lanes(net * load(memory.weights, here))
        to_units = load(memory.small, BUILT + 1)


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
    """Answer sequence k at its end; see `study.training.online.loop`; `know_symbols` comes before it, where due."""
    scale, offset = ranges(told, memory)
    known = told.source == UNITS
    s = y = filled(0.0)
    store(memory.small, HIDDEN, s)
    for t in range(steps):
        x = sequences[k, t]
        y = load(memory.of_symbols, 3 * x) if known else units(told, memory, x)
        s = fma(y, load(memory.of_symbols, 3 * x + 1) if known else partners(y, scale, offset), s)
        if len(looked_at):
            looked_at[k, t, 0], looked_at[k, t, 1] = lane_0(s), lane_1(s)
            looked_at[k, t, 2], looked_at[k, t, 3] = lane_0(y), lane_1(y)
            looked_at[k, t, 4], looked_at[k, t, 5] = lane_2(y), lane_3(y)
        if told.source < UNITS or t == steps - 1:
            y = with_cells(y, swap_pairs(y) * squash(s))
            store(memory.small, HIDDEN, y)
    kind = sequences[k, steps] - (told.symbols - X)
    both = outputs(told, memory, y)
    if len(kept):
        store(kept, k, both)
    a, b = lane_0(both), lane_1(both)
    worst = max(abs(a - (1 - kind)), abs(b - kind))
    return worst if a + b >= 0 else float("inf")
