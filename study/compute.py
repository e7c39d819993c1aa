"""One unit of work: a cell and some seeds go in, a table of measures comes out; plain data both ways.

It knows neither files nor processes, so it can run anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from study.cell import Cell
from study.encoding import EncodedDataset, encode
from study.experiments.base import checkpoints
from study.layouts import Schedule
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

    Three layouts coincide with others. One interleaved lane holds its sequences one after the other, as consecutive
    rows do. More interleaved lanes than sequences repeat them, and a mean over repeated rows is the mean over the rows.
    A shuffled batch of all rows is the batch of all rows in order, where no state passes from it to the next. To
    compute them again would only differ by rounding, and read as an independent confirmation.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    Cell
        The cell itself where none of these holds.
    """
    dataset = datasets_of(cell, [0])[0]
    sequences = len(dataset.lengths)
    if cell.layout == "interleaved" and cell.batch_size == 1:
        return replace(cell, layout="consecutive")
    if cell.layout == "interleaved" and cell.batch_size > sequences and cell.batch_size % sequences == 0:
        return replace(cell, batch_size=sequences)
    carries_on = find_model(cell.model).carries_state and cell.reset == "never"
    if cell.layout == "shuffled" and cell.batch_size == dataset.rows and not carries_on:
        return replace(cell, layout="consecutive")
    return cell


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
