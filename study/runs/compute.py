"""One job: a configuration and some seeds go in, a table of measures comes out; plain data both ways.

It knows neither files nor processes, so it can run anywhere; `study.runs.unfinished` resumes a job that was killed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from study.config import Config
from study.experiment import checkpoints
from study.measures.scoring import score
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.runs.streamed import compute_stream
from study.runs.unfinished import measured
from study.sequences.configured import datasets_of, schedule_of


def compute(config: Config, seeds: Sequence[int]) -> pd.DataFrame:
    """Train and score some seeds of a configuration.

    Parameters
    ----------
    config : Config
    seeds : sequence of int
        Seed indices; they are trained side by side, each as if alone.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint, as `study.measures.scoring.score` gives them, with the probe's columns if
        there is one; of a stream as `study.runs.streamed.compute_stream` gives them.

    Raises
    ------
    StudyError
        If the configuration names something unknown or does not fit together.
    """
    if config.streams:
        return compute_stream(config, seeds)
    datasets = datasets_of(config, seeds)
    schedule = schedule_of(config, datasets[0])
    if config.probe:
        from study.measures.probes import find_probe  # noqa: PLC0415  (so that plans need no torch)

        return find_probe(config.probe)(config, datasets, schedule, seeds)
    model = find_model(config.model)
    if isinstance(model, RecurrentModel):
        training = model.training(config, datasets, schedule, seeds)
        table = measured(
            config,
            seeds,
            training,
            checkpoints(config.epochs),
            lambda: score(training.checkpoint(), datasets, seeds),
        )
    else:
        stages = model.train(config, datasets, schedule, seeds, checkpoints(config.epochs))
        table = pd.concat([score(trained, datasets, seeds) for trained in stages])
    return table.sort_values(["seed", "epoch"], ignore_index=True)
