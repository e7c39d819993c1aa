"""How weights change: plain gradient descent, or Adam as Keras computes it, in the rows that a gradient touches."""

from __future__ import annotations

from math import sqrt
from typing import Any

from study.training.kernel.vectors.compiling import inlined
from study.training.kernel.vectors.vector import fma, load, store
from study.training.kernel.vectors.vector import sqrt as roots
from study.training.online.lanes import filled

ALL = -1  # instead of a symbol: the rows of all symbols that were fed


@inlined
def descend(told: Any, memory: Any, first: int, count: int) -> None:
    """Change `count` vectors of weights from the first on by gradient descent, and forget their gradient."""
    nothing = filled(0.0)
    for place in range(first, first + count):
        gradient = load(memory.gradient, place)
        store(memory.weights, place, fma(gradient, told.rate, load(memory.weights, place)))
        store(memory.gradient, place, nothing)


@inlined
def adapt(told: Any, memory: Any) -> None:
    """Change all weights by Adam: w += rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon), g being downhill."""
    memory.powers[0] *= told.beta_1
    memory.powers[1] *= told.beta_2
    rate = told.rate * sqrt(1 - memory.powers[1]) / (1 - memory.powers[0])
    nothing = filled(0.0)
    for place in range(told.end):
        gradient = load(memory.gradient, place)
        first, second = load(memory.first, place), load(memory.second, place)
        first = fma(gradient - first, 1 - told.beta_1, first)
        second = fma(gradient * gradient - second, 1 - told.beta_2, second)
        store(memory.first, place, first)
        store(memory.second, place, second)
        step = first / (roots(second) + told.epsilon)
        store(memory.weights, place, fma(step, rate, load(memory.weights, place)))
        store(memory.gradient, place, nothing)


@inlined
def update(told: Any, memory: Any, row: int) -> None:
    """Change the weights once; of the outputs' rows, that of symbol `row`, or of all that were fed where it is `ALL`.

    All other rows have no gradient.
    """
    if told.adam:
        adapt(told, memory)
        return
    for place in range(memory.counts[1]):
        x = memory.fed[place]
        if row in (x, ALL):
            descend(told, memory, x * told.width, told.width)
        if told.cell < told.rest:
            descend(told, memory, told.cell + x, 1)
    descend(told, memory, told.rest, told.end - told.rest)


@inlined
def descend_at_once(told: Any, memory: Any, place: int, gradient: Any) -> None:
    """Change a vector of weights by a gradient that nobody writes down."""
    store(memory.weights, place, fma(gradient, told.rate, load(memory.weights, place)))


@inlined
def begin(memory: Any) -> None:
    """Begin a sequence: no symbol was fed yet."""
    memory.counts[0] += 1
    memory.counts[1] = 0


@inlined
def feed(memory: Any, x: int) -> None:
    """Note that a symbol is fed; without a branch, which a processor would guess wrong as often as not."""
    memory.fed[memory.counts[1]] = x
    memory.counts[1] += memory.stamps[x] != memory.counts[0]
    memory.stamps[x] = memory.counts[0]
