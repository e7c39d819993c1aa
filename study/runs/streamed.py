"""Jobs on streams: whether a configuration can be fed by one, and how its seeds are trained and judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import pandas as pd

from study.config import Config
from study.errors import StudyError
from study.measures.stop_rules import LastStep, make_stop_rule
from study.models import find_model
from study.models.base import Model
from study.models.networks_1997 import NetworkOf1997
from study.models.recurrent import RecurrentModel
from study.runs.unfinished import Training, measured
from study.sequences.joining import make_joining
from study.sequences.streams import judged_at, once_a_sequence, stored_at, streamed_task
from study.sequences.tasks.base import Task
from study.training.online.memory import BACKWARD, limits_of, make_told
from study.wiring import make_wiring, wired


def checked_stream(config: Config) -> tuple[Task, Model]:
    """Make the task and the model of a configuration that streams; a StudyError says what does not fit."""
    model = find_model(config.model)
    if not isinstance(model, RecurrentModel | NetworkOf1997):
        raise StudyError(f"model {config.model} does not learn from a stream; use a recurrent model")
    make_stop_rule(config.stop, dict(config.stop_options))
    make_joining(config.joins, dict(config.joins_options))
    task = streamed_task(config)
    if isinstance(model, NetworkOf1997):
        make_told(config, len(task.whole_alphabet))
        limits_of(config)
        _refuse_task(config)
    return task, model


def _refuse_task(config: Config) -> None:
    """Raise a StudyError unless what is inside a network of 1997 can be measured on its task."""
    measured_on = ("distractors",) if config.model == "cell_blocks_1997" else ("long_lag", "random_middle")
    if config.task not in measured_on:
        raise StudyError(
            f"task is {config.task}; what is measured of model {config.model} is declared for "
            f"{' and '.join(measured_on)} alone, so set that, or take a recurrent model"
        )


def seconds_on_line(config: Config) -> float:
    """Guess the seconds that a network of 1997 takes for a sequence; measured on one core of a server."""
    task, chosen = streamed_task(config), make_wiring(config.model, config.wiring)
    told, steps = make_told(config, len(task.whole_alphabet)), task.lengths[0]
    if config.model == "cell_blocks_1997":
        step = {"none": 5e-9, "cells": 38e-9, "all": 43e-9}[chosen["feedback"]] * (1 + 0.6 * (told.reach == BACKWARD))
    else:
        step = 30e-9 + 10e-9 * told.width if told.every else 20e-9
    adam = 4e-9 * told.end * (1 if once_a_sequence(config) else steps) if told.adam else 0.0
    return steps * (step + (5e-9 if task.varies else 1e-9)) + adam


def compute_stream(config: Config, seeds: Sequence[int]) -> pd.DataFrame:
    """Train some seeds, each on its own stream, and judge them every `judged_every` sequences.

    Parameters
    ----------
    config : Config
        With a budget in sequences.
    seeds : sequence of int

    Returns
    -------
    DataFrame
        One row a seed and judgement that is stored, as `study.measures.judging.judge` gives them. A seed's last row is
        that of its success, or of the end of the budget, which is all that is known of how long it would have taken.
    """
    measure, training = _learnt_on_line(config, seeds) if wired(config.model) else _trained_in_batches(config, seeds)
    checkpoints = stored_at(config) if wired(config.model) else judged_at(config)
    table = measured(config, seeds, training, checkpoints, measure).sort_values(
        ["seed", "sequences"], ignore_index=True
    )
    ends = ~table["seed"].duplicated(keep="last")
    return table[table["sequences"].isin(stored_at(config)) | ends].reset_index(drop=True)


def _trained_in_batches(config: Config, seeds: Sequence[int]) -> tuple[Callable[[], pd.DataFrame], Training]:
    """Set seeds up that are judged from outside, at every judgement."""
    from study.measures.judging import judge  # noqa: PLC0415  (here and below: so that plans need no torch)
    from study.training.streamed.trainer import Streams  # noqa: PLC0415

    model = find_model(config.model)
    assert isinstance(model, RecurrentModel)
    rule = make_stop_rule(config.stop, dict(config.stop_options))
    streams = Streams(model, config, seeds)
    return lambda: judge(streams, rule), streams


def _learnt_on_line(config: Config, seeds: Sequence[int]) -> tuple[Callable[[], pd.DataFrame], Training]:
    """Set trials up that judge themselves, and are looked at where they are stored."""
    if find_spec("numba") is None:
        raise StudyError(f"model {config.model} is trained by compiled code alone, and numba is missing; install numba")
    from study.measures.trials import measure  # noqa: PLC0415
    from study.training.online.trials import Criterion, Trials  # noqa: PLC0415

    rule = make_stop_rule(config.stop, dict(config.stop_options))
    test = Criterion(rule.within, rule.count, isinstance(rule, LastStep)) if rule else Criterion(0.0, 0, False)
    trials = Trials(config, seeds, test)
    return lambda: measure(trials), trials
