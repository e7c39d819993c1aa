"""Several trials beside each other, step by step, so that their logistic functions do not wait for one another.

A trial's numbers meet those of no other: each has a row of every array, and the same bits as if it were alone. What it
saves is time: in a network this small a logistic function waits for the one before it, and a processor computes those
of other trials meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from study.training.kernel.vectors.compiling import inlined
from study.training.kernel.vectors.views import at
from study.training.online.memory import BACKWARD, CELL_BLOCKS, LANES, UNITS, Memory, Told

SIDE_BY_SIDE = 4  # trials that learn beside each other
NEAR_MEMORY = 2**17  # bytes of weights that they have together at most


def side_by_side(told: Told) -> int:
    """Give how many trials of a network learn beside each other: one alone where nothing waits."""
    waits = told.network != CELL_BLOCKS or told.source < UNITS or told.reach == BACKWARD
    return max(1, min(SIDE_BY_SIDE, NEAR_MEMORY // (8 * LANES * told.end))) if waits else 1


def put_together(memories: Sequence[Memory]) -> tuple[Memory, list[Memory]]:
    """Copy the memories of trials into one, a row each; gives it, and each trial's own part of it."""
    whole = Memory(*(np.stack(parts) for parts in zip(*memories, strict=True)))
    return whole, [Memory(*(rows[place] for rows in whole)) for place in range(len(memories))]


@inlined
def of_trial(whole: Any, place: int) -> Any:
    """See one trial's part."""
    return Memory(
        at(whole.weights, place),
        at(whole.gradient, place),
        at(whole.first, place),
        at(whole.second, place),
        at(whole.powers, place),
        at(whole.traces, place),
        at(whole.history, place),
        at(whole.of_symbols, place),
        at(whole.small, place),
        at(whole.ones, place),
        at(whole.mask, place),
        at(whole.fed, place),
        at(whole.stamps, place),
        at(whole.counts, place),
        at(whole.sums, place),
        at(whole.nothing, place),
        at(whole.unseen, place),
    )


def step_by_step(start: Any, move: Any, respond: Any, finish: Any) -> Callable[..., Any]:
    """Make a function by which the first `count` of some trials learn from their sequences k, a step of each in turn.

    Parameters
    ----------
    start, move, respond, finish : compiled functions
        Of a network: what it does at the beginning of a sequence, at each step in two halves, and at the end.
    """

    @inlined
    def learn(told: Any, whole: Any, trials: Any, count: int, sequences: Any, rows: Any, k: int, live: Any) -> None:
        longest = 0
        for each in range(count):
            start(told, of_trial(whole, trials[each]))
            longest = max(longest, whole.counts[trials[each], 2])
        for t in range(longest):
            for each in range(count):
                place = trials[each]
                if t < whole.counts[place, 2]:
                    move(told, of_trial(whole, place), at(sequences, rows[place]), k, t, live[place])
            for each in range(count):
                place = trials[each]
                if t < whole.counts[place, 2]:
                    respond(told, of_trial(whole, place), at(sequences, rows[place]), k, t, live[place])
        for each in range(count):
            place = trials[each]
            finish(told, of_trial(whole, place), at(sequences, rows[place]), k, live[place])

    return learn
