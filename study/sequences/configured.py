"""The encoded rows and the schedule that a configuration asks for."""

from __future__ import annotations

from collections.abc import Sequence

from study.config import Cell
from study.sequences.encoding import EncodedDataset, encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task


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
