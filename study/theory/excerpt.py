"""The part of long data that is analysed, and the sentence that says so.

Contexts are counted exactly, which takes long for long data, so beyond some size only the beginning is analysed:
what is said is exact for that part, and no guess about the rest.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import accumulate
from math import factorial

from study.errors import StudyError
from study.sequences.layouts import Schedule
from study.theory.contexts import lanes_notice_order

MOST_STEPS = 200_000  # rows times orders of the sequences that are followed one by one: a few seconds
MOST_ROWS = 50_000
MOST_SHUFFLED = 6  # sequences in random order beyond this size are analysed on that many: 720 orders


def excerpt(sequences: Sequence[Sequence[Hashable]], schedule: Schedule) -> tuple[list[Sequence[Hashable]], str]:
    """Cut sequences to what can be analysed exactly.

    Parameters
    ----------
    sequences : sequence of sequences
    schedule : Schedule
        Of all of them.

    Returns
    -------
    sequences : list
        All of them, or the first ones, the last of them cut short where the batch size asks for it.
    note : str
        What was left out, empty if nothing.
    """
    rows, total = sum(schedule.lengths), len(sequences)
    listed = _orders(schedule, total)
    if rows * listed <= MOST_STEPS and rows <= MOST_ROWS:
        return list(sequences), ""
    most = total if listed <= 2 else min(total, MOST_SHUFFLED)
    allowance = min(MOST_ROWS, MOST_STEPS // _orders(schedule, most))
    if schedule.layout == "interleaved":
        kept = _whole_groups(sequences, schedule, most, allowance)
    else:
        kept = _from_the_start(sequences, schedule.batch_size, most, allowance)
    analysed = sum(len(sequence) - 1 for sequence in kept)
    reason = f"; {total} sequences in random order have too many orders to list" if most < total else ""
    return kept, (
        f"analysed exactly: the first {analysed:,} of {rows:,} rows, from {len(kept):,} of {total:,} sequences{reason}"
    )


def _orders(schedule: Schedule, sequences: int) -> int:
    """Count the orders of the sequences that have to be analysed."""
    if not lanes_notice_order(schedule):
        return 1
    return 2 if schedule.order == "alternating" else factorial(min(sequences, 20))


def _from_the_start(
    sequences: Sequence[Sequence[Hashable]], batch_size: int, most: int, allowance: int
) -> list[Sequence[Hashable]]:
    """Keep whole sequences as long as they fit, then cut the end to whole batches."""
    kept: list[Sequence[Hashable]] = []
    left = allowance
    for place, sequence in enumerate(sequences[:most]):
        length = min(len(sequence) - 1, left if place else max(left // min(most, 2), 1))
        kept.append(sequence[: length + 1])
        left -= length
        if left < 1:
            break
    over = sum(len(sequence) - 1 for sequence in kept) % batch_size
    while over and kept:
        last = len(kept[-1]) - 1
        cut = min(over, last)
        kept[-1] = kept[-1][: last - cut + 1]
        over -= cut
        if last == cut:
            kept.pop()
    if not kept:
        raise StudyError(f"batch size {batch_size} is larger than the {allowance} rows that can be analysed; lower it")
    return kept


def _whole_groups(
    sequences: Sequence[Sequence[Hashable]], schedule: Schedule, most: int, allowance: int
) -> list[Sequence[Hashable]]:
    """Keep whole groups of lanes, each sequence cut to an equal share."""
    lanes = min(schedule.batch_size, len(sequences))
    ends = [*accumulate(len(sequence) - 1 for sequence in sequences[:most])]
    groups = max(1, bisect_right(ends, allowance) // lanes)
    share = max(1, allowance // (groups * lanes))
    return [sequence[: share + 1] for sequence in sequences[: groups * lanes]]
