"""What each weight update is made of, so that layouts which make the same updates are known to be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import gcd

import numpy as np

from study.sequences.layouts import EMPTY, Epoch, Schedule
from study.theory.contexts import HistoryNumbers

Updates = list[dict[tuple[int, int], int]]  # of each batch: how often it holds a row with a history, in lowest terms


def weight_updates(schedule: Schedule, numbers: HistoryNumbers[int], *, carries_state: bool) -> list[Updates]:
    """List what each weight update is made of: its rows, and what their lanes had seen before them.

    An update takes a mean over its rows: neither the order of the lanes nor repeating all rows changes it.

    Parameters
    ----------
    schedule : Schedule
    numbers : HistoryNumbers
        The same one for all schedules that are compared.
    carries_state : bool
        Whether what a lane has seen before counts.

    Returns
    -------
    list of list of dict
        Of two epochs with the sequences in order, and of two with them in reverse. Empty where chance decides which
        rows meet in an update: if turning shuffled rows by one place in one of two epochs changes an update, or, with
        shuffled rows in random order (which are drawn otherwise than rows in order), the order of the sequences does.
    """
    orders = [list(range(schedule.sequences)), list(range(schedule.sequences))[::-1]]

    def updates(*turns: int) -> list[Updates]:
        epochs = ([_arranged(schedule, order, turned) for turned in turns] for order in orders)
        return [_counted(each, numbers, carries_state=carries_state) for each in epochs]

    made = updates(0, 0)
    if schedule.layout == "shuffled" and updates(1, 0) != made:
        return []
    return [] if schedule.layout == "shuffled" and schedule.order == "random" and made[0] != made[1] else made


def _arranged(schedule: Schedule, order: Sequence[int], turned: int) -> Epoch:
    """Lay out an epoch; rows that would be shuffled together are moved round by some places instead."""
    starts = schedule.starts
    parts = [np.arange(starts[s], starts[s] + schedule.lengths[s]) for s in order]
    if schedule.layout == "shuffled" and schedule.reset != "sequence":
        parts = [np.concatenate(parts)]
    return schedule.arrange([np.roll(part, turned) for part in parts] if turned else parts)


def _counted(epochs: Sequence[Epoch], numbers: HistoryNumbers[int], *, carries_state: bool) -> Updates:
    """Count, for each batch, how often it holds a row together with what the row's lane had seen."""
    seen = [0] * epochs[0].rows.shape[1]  # the history of each lane
    updates: Updates = []
    for epoch in epochs:
        for rows, reset in zip(epoch.rows.tolist(), epoch.reset_after.tolist(), strict=True):
            before = seen if carries_state else [0] * len(rows)
            counts = Counter((past, row) for past, row in zip(before, rows, strict=True) if row != EMPTY)
            common = gcd(*counts.values())
            updates.append({which: count // common for which, count in counts.items()})
            seen = (
                [0] * len(rows) if reset else [numbers.after(past, row) for past, row in zip(seen, rows, strict=True)]
            )
    return updates
