"""What the outputs answer, what that costs, and the gradient of the cost: slot by slot, for all seeds of a vector.

A slot's wanted symbol may differ from seed to seed, and be none (negative).
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.vectors.compiling import arithmetic
from study.training.kernel.vectors.functions import exp_less_one, log_one_plus_exp, logarithm, logistic, logistic_slope
from study.training.kernel.vectors.vector import fma, larger, load, only, store

CODES = {"cross_entropy": 0, "summed_cross_entropy": 1, "squared_error": 2, "softmax_cross_entropy": 3}
CROSS_ENTROPY, SUMMED, SQUARED, SOFTMAX = CODES.values()


@arithmetic
def answer(loss: Any, slot: Any) -> None:
    """Turn logits (output) into probabilities: the logistic function of each, or the softmax of all."""
    if loss == SOFTMAX:
        top = greatest(slot)
        total = 0 * top
        for o in range(len(slot)):
            share = exp_less_one(load(slot, o) - top) + 1
            store(slot, o, share)
            total = total + share
        for o in range(len(slot)):
            store(slot, o, load(slot, o) / total)
    else:
        for o in range(len(slot)):
            store(slot, o, logistic(load(slot, o)))


@arithmetic
def greatest(slot: Any) -> Any:
    """Find each seed's greatest logit."""
    top = load(slot, 0)
    for o in range(1, len(slot)):
        top = larger(load(slot, o), top)
    return top


@arithmetic
def err(loss: Any, slot: Any, wanted: Any, share: Any, found: Any, losses: Any, group: Any) -> None:
    """Turn a slot's logits (output) into the gradient of the loss by them, times its share (seed) of the batch's loss.

    What it costs is added to `losses` (vector, seed), unless they are of no vector; `found` (1) is spare.
    """
    if len(losses) > 0:
        cost(loss, slot, wanted, found)
        for n in range(len(wanted)):
            losses[group, n] += found[0, n] * share[n]
    answer(loss, slot)
    differentiate(loss, slot, wanted, share)


@arithmetic
def differentiate(loss: Any, slot: Any, wanted: Any, share: Any) -> None:
    """Turn probabilities into the gradient of the loss by the logits, times each seed's share (seed)."""
    outputs, scale = len(slot), load(share, 0)
    if loss == SQUARED:
        for o in range(outputs):
            y = load(slot, o)
            store(slot, o, (y - only(wanted, o, 1)) * (logistic_slope(y) * scale))
        return
    for o in range(outputs):
        store(slot, o, (load(slot, o) - only(wanted, o, 1)) * scale)
    if loss == SOFTMAX:  # a slot without a target asks for nothing
        for n in range(len(wanted)):
            if wanted[n] < 0:
                for o in range(outputs):
                    slot[o, n] = 0


@arithmetic
def cost(loss: Any, slot: Any, wanted: Any, found: Any) -> None:
    """Put the slot's loss, summed over outputs, into the first place of `found` (1), from its logits."""
    outputs = len(slot)
    total = 0 * load(slot, 0)
    if loss == SQUARED:
        for o in range(outputs):
            beside = logistic(load(slot, o)) - only(wanted, o, 1)
            total = fma(beside, beside * 0.5, total)
        store(found, 0, total)
        return
    if loss == SOFTMAX:
        top = greatest(slot)
        for o in range(outputs):
            total = total + exp_less_one(load(slot, o) - top) + 1
        total = logarithm(total) + top
    else:
        for o in range(outputs):
            total = total + log_one_plus_exp(load(slot, o))
    store(found, 0, total)
    for n in range(len(wanted)):
        if wanted[n] >= 0:
            found[0, n] -= slot[wanted[n], n]
        elif loss == SOFTMAX:
            found[0, n] = 0
