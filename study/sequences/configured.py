"""The encoded rows and the schedule that a configuration asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

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
    varies = make_task(config.task, dict(config.task_options)).varies
    return [
        _encoded(config.task, config.task_options, seed, config.timesteps, config.targets)
        for seed in (seeds if varies else seeds[:1])
    ]


@lru_cache(maxsize=256)
def _encoded(
    name: str, options: tuple[tuple[str, Any], ...], seed: int, timesteps: int, targets: str
) -> EncodedDataset:
    """Encode a task's data once for the many configurations that share them."""
    task = make_task(name, dict(options))
    return encode(task.sequences(seed), timesteps, targets=targets, alphabet=task.alphabet)


def schedule_of(config: Config, dataset: EncodedDataset) -> Schedule:
    """Cut the configuration's schedule to a dataset; a StudyError says why where they do not fit."""
    return Schedule(dataset.lengths, **config.presentation)
