"""What Python calls: learn many sequences in turn, count how many in a row pass, answer some, and guess weights.

All take `told` and `memory` (see `study.training.online.memory`) and sequences of shape (sequence, symbol), columns of
the alphabet with -1 after the end of a shorter one. `live` says whether the hidden unit has joined the network.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from study.training.kernel.vectors.compiling import arithmetic, entry, inlined
from study.training.kernel.vectors.views import at
from study.training.online import cell_blocks, memory_cell, self_recurrent
from study.training.online.memory import BACKWARD, CELL_BLOCKS, MEMORY_CELL, UNITS
from study.training.online.together import of_trial, step_by_step

MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))  # of splitmix64
INCREASE, FIRST_FACTOR, SECOND_FACTOR = MIX
SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11))
SHIFT_1, SHIFT_2, SHIFT_3, SHIFT_4 = SHIFTS

_learn_unit, _learn_cell, _learn_blocks = (
    step_by_step(network.start, network.move, network.respond, network.finish)
    for network in (self_recurrent, memory_cell, cell_blocks)
)
_know_symbols, _learn_from_inputs = cell_blocks.know_symbols, cell_blocks.learn_from_inputs
_answer_unit, _answer_cell, _answer_blocks = self_recurrent.answer, memory_cell.answer, cell_blocks.answer


@inlined
def steps_of(sequences: Any, k: int) -> Any:
    """Count the pairs of a sequence."""
    last = sequences.shape[1] - 1
    while sequences[k, last] < 0:
        last -= 1
    return last


@inlined
def learn(told: Any, whole: Any, trials: Any, count: int, sequences: Any, rows: Any, k: int, live: Any) -> None:
    """Let the first `count` of some trials learn from sequence k of each."""
    for each in range(count):
        whole.counts[trials[each], 2] = steps_of(at(sequences, rows[trials[each]]), k)
    if told.network == CELL_BLOCKS and told.source == UNITS and told.reach != BACKWARD:
        for each in range(count):
            _learn_from_inputs(told, of_trial(whole, trials[each]), at(sequences, rows[trials[each]]), k)
    elif told.network == CELL_BLOCKS:
        _learn_blocks(told, whole, trials, count, sequences, rows, k, live)
    elif told.network == MEMORY_CELL:
        _learn_cell(told, whole, trials, count, sequences, rows, k, live)
    else:
        _learn_unit(told, whole, trials, count, sequences, rows, k, live)


@inlined
def prepare(told: Any, memory: Any) -> None:
    """Work out what is the same in all sequences that are answered with these weights."""
    if told.network == CELL_BLOCKS and told.source == UNITS:
        _know_symbols(told, memory)


@arithmetic
def answer(
    told: Any,
    memory: Any,
    sequences: Any,
    k: int,
    live: bool,
    last_only: bool,
    within: float,
    kept: Any,
    looked_at: Any,
) -> Any:
    """Give the largest error in sequence k, or one larger than `within` as soon as there is one."""
    steps = steps_of(sequences, k)
    first = steps - 1 if last_only else 0
    if told.network == CELL_BLOCKS:
        return _answer_blocks(told, memory, sequences, k, steps, live, first, within, kept, looked_at)
    if told.network == MEMORY_CELL:
        return _answer_cell(told, memory, sequences, k, steps, live, first, within, kept, looked_at)
    return _answer_unit(told, memory, sequences, k, steps, live, first, within, kept, looked_at)


@arithmetic
def count_passing(told: Any, memory: Any, sequences: Any, live: bool, last_only: bool, within: float) -> Any:
    """Count how many of the sequences, from the first on, have no error larger than `within`."""
    prepare(told, memory)
    for k in range(len(sequences)):
        if not answer(told, memory, sequences, k, live, last_only, within, memory.nothing, memory.unseen) <= within:
            return k
    return len(sequences)


@entry
def passing(told: Any, memory: Any, sequences: Any, live: bool, last_only: bool, within: float) -> Any:
    """Count how many of the sequences, from the first on, have no error larger than `within`."""
    return count_passing(told, memory, sequences, live, last_only, within)


@entry
def train(
    told: Any,
    whole: Any,
    trials: Any,
    sequences: Any,
    rows: Any,
    live: Any,
    before: int,
    every: int,
    asked: Any,
    last_only: bool,
    within: float,
    learnt: Any,
) -> None:
    """Let trials learn from their sequences in turn, each until it passes all of those asked.

    Parameters
    ----------
    whole : Memory
        Of all trials together; see `study.training.online.together`.
    trials : ndarray of int
        Places of those that learn; it is used up.
    sequences : ndarray of int, shape (trial that learns, sequence, symbol)
    rows : ndarray of int, shape (trial,)
        Where in `sequences` those of a trial are.
    live : ndarray of bool, shape (trial,)
    before : int
        How many sequences each has learnt before.
    every : int
        Sequences between two judgements.
    asked : ndarray of int, shape (sequence, symbol)
        What is judged; nothing where it is empty.
    last_only, within
        Of the judgement.
    learnt : ndarray of int, shape (trial,)
        Where it is written how many each has learnt when it passes; what else is there stays.
    """
    count = len(trials)
    for k in range(sequences.shape[1]):
        learn(told, whole, trials, count, sequences, rows, k, live)
        if len(asked) > 0 and (before + k + 1) % every == 0:
            left = 0
            for each in range(count):
                place = trials[each]
                if count_passing(told, of_trial(whole, place), asked, live[place], last_only, within) == len(asked):
                    learnt[place] = k + 1
                else:
                    trials[left] = place
                    left += 1
            count = left


@entry
def answer_all(told: Any, memory: Any, sequences: Any, live: bool, kept: Any, looked_at: Any) -> None:
    """Answer all of some sequences of one length, or at the end of some of any.

    Parameters
    ----------
    kept : ndarray
        Where answers go: of each sequence and step, or of cell blocks of each sequence, `width` vectors.
    looked_at : ndarray, shape (sequence, step, 6)
        Where states of cells 1 and 2 go, their input gates and their output gates, as far as there are any.
    """
    prepare(told, memory)
    for k in range(len(sequences)):
        answer(told, memory, sequences, k, live, False, np.inf, kept, looked_at)


@inlined
def draw(random: Any) -> Any:
    """Draw a number from 0 to 1 by splitmix64, whose state is one number."""
    random[0] += INCREASE
    z = random[0]
    z = (z ^ (z >> SHIFT_1)) * FIRST_FACTOR
    z = (z ^ (z >> SHIFT_2)) * SECOND_FACTOR
    return np.float64((z ^ (z >> SHIFT_3)) >> SHIFT_4) * (1.0 / 2**53)


@entry
def guess(
    told: Any, memory: Any, sequences: Any, places: Any, limit: float, random: Any, last_only: bool, within: float
) -> Any:
    """Draw new weights for each sequence until they pass it; gives how many were drawn, and whether the last passed.

    Parameters
    ----------
    places : ndarray of int
        Of all weights, see `study.training.online.memory.places_of`.
    limit : float
        Weights are uniform between minus this and this.
    random : ndarray of uint64, shape (1,)
        State of the random numbers.
    """
    for k in range(len(sequences)):
        for place in places:
            memory.weights[place] = limit * (2 * draw(random) - 1)
        prepare(told, memory)
        if answer(told, memory, sequences, k, True, last_only, within, memory.nothing, memory.unseen) <= within:
            return k + 1, True
    return len(sequences), False
