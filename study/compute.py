"""One unit of work: a cell and some seeds go in, a table of measures comes out; plain data both ways.

It knows neither files nor processes, so it can run anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from math import gcd

import numpy as np
import pandas as pd

from study.cell import Cell
from study.encoding import EncodedDataset, encode
from study.errors import StudyError
from study.experiments.base import checkpoints
from study.layouts import EMPTY, Epoch, Schedule
from study.models import find_model
from study.scoring import score
from study.tasks import make_task


def datasets_of(cell: Cell, seeds: Sequence[int]) -> list[EncodedDataset]:
    """Encode the cell's task: one dataset for all seeds, or one for each where the task varies.

    Parameters
    ----------
    cell : Cell
    seeds : sequence of int

    Returns
    -------
    list of EncodedDataset
    """
    task = make_task(cell.task, dict(cell.task_options))
    return [
        encode(task.sequences(seed), cell.timesteps, targets=cell.targets, alphabet=task.alphabet)
        for seed in (seeds if task.varies else seeds[:1])
    ]


def schedule_of(cell: Cell, dataset: EncodedDataset) -> Schedule:
    """Cut the cell's schedule to a dataset; a StudyError says why where they do not fit."""
    return Schedule(dataset.lengths, cell.batch_size, cell.layout, cell.reset, cell.order)


@cache
def computed_as(cell: Cell) -> Cell:
    """Give the cell whose runs stand for this one's: the same weight updates, laid out more simply.

    To compute them again would only differ by rounding, and read as an independent confirmation. Tried are
    consecutive rows, and no more lanes than sequences.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    Cell
        The cell itself where nothing simpler makes its updates.
    """
    dataset = datasets_of(cell, [0])[0]
    carries_state, known = find_model(cell.model).carries_state, History()
    updates = weight_updates(schedule_of(cell, dataset), known, carries_state=carries_state)
    simpler = [replace(cell, layout="consecutive")] if cell.layout != "consecutive" else []
    if cell.layout == "interleaved" and cell.batch_size > len(dataset.lengths):
        simpler.append(replace(cell, batch_size=len(dataset.lengths)))
    for other in simpler if updates else ():
        with suppress(StudyError):  # its rows, laid out so, leave some over
            if weight_updates(schedule_of(other, dataset), known, carries_state=carries_state) == updates:
                return other
    return cell


class History(dict[tuple[int, int], int]):
    """Numbers what a lane has seen, by the number of what it had seen before and the row that followed."""

    def after(self, before: int, row: int) -> int:
        """Number a history; 0 is the empty one."""
        return self.setdefault((before, row), len(self) + 1)


Updates = list[dict[tuple[int, int], int]]  # of each batch: how often it holds a row with a history, in lowest terms


def weight_updates(schedule: Schedule, known: History, *, carries_state: bool) -> list[Updates]:
    """List what each weight update is made of: its rows, and what their lanes had seen; the order of lanes is nothing.

    An update takes a mean over its rows, so repeating all of them changes none.

    Parameters
    ----------
    schedule : Schedule
    known : History
        The same for schedules that are compared.
    carries_state : bool
        Whether what a lane has seen before counts.

    Returns
    -------
    list of list of dict
        Of two epochs with the sequences in order, and of two with them turned round. Empty where chance decides which
        rows meet in an update: if turning shuffled rows by one place in one of two epochs changes an update, or, with
        shuffled rows in random order (which are drawn otherwise than rows in order), the order of the sequences does.
    """
    orders = [list(range(schedule.sequences)), list(range(schedule.sequences))[::-1]]

    def updates(*turns: int) -> list[Updates]:
        epochs = ([_arranged(schedule, order, turned) for turned in turns] for order in orders)
        return [_counted(each, known, carries_state=carries_state) for each in epochs]

    found = updates(0, 0)
    if schedule.layout == "shuffled" and updates(1, 0) != found:
        return []
    return [] if schedule.layout == "shuffled" and schedule.order == "random" and found[0] != found[1] else found


def _arranged(schedule: Schedule, order: Sequence[int], turned: int) -> Epoch:
    """Lay out an epoch in which the rows that are shuffled together are turned by some places instead."""
    parts = [np.arange(schedule.lengths[s]) + schedule.starts[s] for s in order]
    if schedule.layout == "shuffled" and schedule.reset != "sequence":
        parts = [np.concatenate(parts)]
    return schedule.arrange([np.roll(part, turned) for part in parts])


def _counted(epochs: Sequence[Epoch], known: History, *, carries_state: bool) -> Updates:
    """Count each batch's rows with what their lanes had seen."""
    seen, found = [0] * epochs[0].rows.shape[1], []
    for epoch in epochs:
        for rows, reset in zip(epoch.rows.tolist(), epoch.reset_after.tolist(), strict=True):
            before = seen if carries_state else [0] * len(rows)
            counts = Counter((past, row) for past, row in zip(before, rows, strict=True) if row != EMPTY)
            common = gcd(*counts.values())
            found.append({which: count // common for which, count in counts.items()})
            seen = [0] * len(rows) if reset else [known.after(past, row) for past, row in zip(seen, rows, strict=True)]
    return found


def compute(cell: Cell, seeds: Sequence[int]) -> pd.DataFrame:
    """Train and score some seeds of a cell.

    Parameters
    ----------
    cell : Cell
    seeds : sequence of int
        Seed indices; they are trained side by side, each as if alone.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint, as `study.scoring.score` gives them, with the probe's columns if there is one.

    Raises
    ------
    StudyError
        If the cell names something unknown or does not fit together.
    """
    datasets = datasets_of(cell, seeds)
    schedule = schedule_of(cell, datasets[0])
    if cell.probe:
        from study.probes import find_probe  # noqa: PLC0415  (so that cells are planned without torch)

        return find_probe(cell.probe)(cell, datasets, schedule, seeds)
    moments = find_model(cell.model).train(cell, datasets, schedule, seeds, checkpoints(cell.epochs))
    table = pd.concat([score(moment, datasets, seeds) for moment in moments], ignore_index=True)
    return table.sort_values(["seed", "epoch"], ignore_index=True)
