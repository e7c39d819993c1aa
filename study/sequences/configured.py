"""The encoded rows and the schedule that a configuration asks for."""

from __future__ import annotations

from collections.abc import Sequence

from study.config import Config
from study.sequences.encoding import EncodedDataset, encode
from study.sequences.layouts import Schedule
from study.sequences.tasks import make_task


def datasets_of(config: Config, seeds: Sequence[int]) -> list[EncodedDataset]:
    """Encode the configuration's task: one dataset for all seeds, or one for each where the task varies.

    Parameters
    ----------
    config : Config
    seeds : sequence of int

    Returns
    -------
    list of EncodedDataset
    """
    task = make_task(config.task, dict(config.task_options))
    return [
        encode(task.sequences(seed), config.timesteps, targets=config.targets, alphabet=task.alphabet)
        for seed in (seeds if task.varies else seeds[:1])
    ]


def schedule_of(config: Config, dataset: EncodedDataset) -> Schedule:
    """Cut the configuration's schedule to a dataset; a StudyError says why where they do not fit."""
    return Schedule(dataset.lengths, **config.presentation)
