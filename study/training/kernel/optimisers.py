"""What an update makes of a gradient, weight by weight: Adam, gradient descent with and without momentum, RMSprop.

Quotients and roots are exact. The square of a gradient is never formed alone, so that one too large for it is no
infinity less an infinity.
"""

from __future__ import annotations

from math import sqrt as root
from typing import Any, NamedTuple

import numpy as np

from study.training.kernel.vectors.compiling import arithmetic, inlined
from study.training.kernel.vectors.vector import fma, load, sqrt, store

CODES = {"adam": 0, "adam_pytorch": 1, "sgd": 2, "rmsprop": 3}
ADAM, ADAM_PYTORCH, SGD, RMSPROP = CODES.values()


class Rule(NamedTuple):
    """An optimiser and its options: `first` and `second` are how much of its memories m and v it keeps."""

    code: int
    learning_rate: float
    first: float  # beta_1, or the momentum
    second: float  # beta_2, or rho
    epsilon: float


@arithmetic
def rates(rule: Any, clock: Any) -> Any:
    """Count an update in `clock`, the powers of both betas, and give its rate and epsilon.

    The corrections of both moments are in them: Keras adds epsilon to the uncorrected root of v, PyTorch to the
    corrected one.
    """
    if rule.code > ADAM_PYTORCH:
        return rule.learning_rate, rule.epsilon
    clock[0] *= clock[2]
    clock[1] *= clock[3]
    corrected = root(1 - clock[1])
    rate = rule.learning_rate * corrected / (1 - clock[0])
    return rate, rule.epsilon * corrected if rule.code == ADAM_PYTORCH else rule.epsilon


@inlined
def change(memory: Any, pace: Any, k: Any, slope: Any) -> None:
    """Apply an update to weight k, whose gradient is `slope`; a frozen weight keeps its bits."""
    rule, free, w, m, v = memory
    rate, epsilon = pace
    if not free[k]:
        return
    if rule.code <= ADAM_PYTORCH:
        mean, square = load(m, k), load(v, k)
        mean = fma(slope - mean, 1 - rule.first, mean)
        square = fma(slope * (1 - rule.second), slope, square * rule.second)
        store(m, k, mean)
        store(v, k, square)
        store(w, k, load(w, k) - mean * rate / (sqrt(square) + epsilon))
    elif rule.code == RMSPROP:
        square = fma(slope * (1 - rule.second), slope, load(v, k) * rule.second)
        store(v, k, square)
        store(w, k, load(w, k) - slope * rate / sqrt(square + epsilon))
    elif rule.first == 0:
        store(w, k, fma(slope, -rate, load(w, k)))
    else:
        step = fma(slope, -rate, load(m, k) * rule.first)
        store(m, k, step)
        store(w, k, load(w, k) + step)


@arithmetic
def learn(memory: Any, pace: Any, g: Any) -> None:
    """Apply an update to all weights, by their gradient g."""
    for k in range(len(g)):
        change(memory, pace, k, load(g, k))


def make_rule(name: str, learning_rate: float, options: dict[str, float], number: Any) -> tuple[Rule, Any]:
    """Give an optimiser of those options, and its clock: powers of both betas, both 1 before the first update.

    Keras takes the powers in the precision of the weights, PyTorch always in double precision.
    """
    code = CODES[name]
    first = options.get("beta_1", options.get("momentum", 0.0))
    second = options.get("beta_2", options.get("rho", 0.0))
    betas = [float(number.type(beta)) if code == ADAM else beta for beta in (first, second)]
    return Rule(code, learning_rate, first, second, options.get("epsilon", 0.0)), np.array([1.0, 1.0, *betas])
