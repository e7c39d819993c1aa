"""Units of work on streams: whether a configuration can be fed by one, and how its seeds are trained and judged."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from study.config import Config
from study.errors import StudyError
from study.measures.stop_rules import make_stop_rule
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.runs.unfinished import measured
from study.sequences.joining import make_joining
from study.sequences.streams import judged_at, stored_at, streamed_task
from study.sequences.tasks.base import Task


def checked_stream(config: Config) -> tuple[Task, RecurrentModel]:
    """Make the task and the model of a configuration that streams; a StudyError says what does not fit."""
    model = find_model(config.model)
    if not isinstance(model, RecurrentModel):
        raise StudyError(f"model {config.model} does not learn from a stream; use a recurrent model")
    make_stop_rule(config.stop, dict(config.stop_options))
    make_joining(config.joins, dict(config.joins_options))
    return streamed_task(config), model


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
    from study.measures.judging import judge  # noqa: PLC0415  (here and below: so that plans need no torch)
    from study.training.streamed.trainer import Streams  # noqa: PLC0415

    _, model = checked_stream(config)
    rule = make_stop_rule(config.stop, dict(config.stop_options))
    training = Streams(model, config, seeds)
    table = measured(config, seeds, training, judged_at(config), lambda: judge(training, rule))
    table = table.sort_values(["seed", "sequences"], ignore_index=True)
    ends = ~table["seed"].duplicated(keep="last")
    return table[table["sequences"].isin(stored_at(config)) | ends].reset_index(drop=True)
