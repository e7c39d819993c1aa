"""Output units of Tasks 2a and 2b: one for each symbol, logistic, which see the input and one hidden unit."""

from __future__ import annotations

from typing import Any

from study.training.kernel.vectors.compiling import inlined
from study.training.kernel.vectors.functions import logistic, logistic_slope
from study.training.kernel.vectors.vector import absolute, fma, larger, load, store
from study.training.online.lanes import filled, largest_of_lanes, sum_of_lanes
from study.training.online.memory import LANES
from study.training.online.updates import descend_at_once


@inlined
def output(told: Any, memory: Any, x: int, seen: float, place: int) -> Any:
    """Answer with eight of the outputs to input x, where they see a hidden unit of value `seen`."""
    net = load(memory.weights, x * told.width + place)
    return logistic(fma(load(memory.weights, told.rest + place), seen, net))


@inlined
def wanted(memory: Any, y: int, place: int) -> Any:
    """Give the targets of eight outputs: 1 for symbol y."""
    return load(memory.ones, y % LANES if y // LANES == place else LANES)


@inlined
def learn_outputs(told: Any, memory: Any, x: int, y: int, seen: float, live: bool) -> Any:
    """Add a step's gradient of the output weights, or learn from it at once; gives the error that reaches the hidden
    unit.

    Parameters
    ----------
    told, memory
        See `study.training.online.memory`.
    x, y : int
        Input and the symbol that follows.
    seen : float
        The hidden unit, as the outputs see it.
    live : bool
        Whether there is a hidden unit yet.

    Returns
    -------
    float
        Downhill, as all gradients here.
    """
    squares = reaching = filled(0.0)
    for place in range(told.width):
        answer = output(told, memory, x, seen, place)
        error = (wanted(memory, y, place) - answer) * load(memory.mask, place)
        squares = fma(error, error, squares)
        error = error * told.factor if told.entropy else error * told.factor * logistic_slope(answer)
        here, there = x * told.width + place, told.rest + place
        reaching = fma(error, load(memory.weights, there), reaching)
        if told.now:
            descend_at_once(told, memory, here, error)
            if live:
                descend_at_once(told, memory, there, error * seen)
        else:
            store(memory.gradient, here, load(memory.gradient, here) + error)
            if live:
                store(memory.gradient, there, fma(error, seen, load(memory.gradient, there)))
    memory.sums[0] += sum_of_lanes(squares) / 2
    memory.sums[1] += 1
    return sum_of_lanes(reaching)


@inlined
def answer_outputs(told: Any, memory: Any, x: int, y: int, seen: float, kept: Any, row: int) -> Any:
    """Give the largest error of a step, infinite where one is no number; answers go to row `row` of `kept`, if any."""
    worst = total = filled(0.0)
    for place in range(told.width):
        answer = output(told, memory, x, seen, place)
        error = absolute(wanted(memory, y, place) - answer) * load(memory.mask, place)
        worst, total = larger(error, worst), total + error
        if len(kept):
            store(kept, row * told.width + place, answer)
    return largest_of_lanes(worst) if sum_of_lanes(total) >= 0 else float("inf")
