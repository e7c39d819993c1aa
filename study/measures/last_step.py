"""Whether the last symbol of each sequence is right, apart from every other row that an input alone does not tell.

A probe: where fillers come several times, the ambiguous rows are more than the last ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.errors import StudyError
from study.experiment import checkpoints
from study.measures.scoring import score
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Schedule
from study.training.loop import Trainer
from study.training.rows import Answers

if TYPE_CHECKING:
    from study.config import Config


def last_step(
    config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]
) -> pd.DataFrame:
    """Train as any run is trained, and score the last row of each sequence beside all of them.

    Parameters
    ----------
    config : Config
        With a recurrent model and a layout without chance.
    datasets, schedule, seeds
        As for `study.models.base.Model.train`.

    Returns
    -------
    DataFrame
        One row a seed and checkpoint: the columns of `study.measures.scoring.score` and ``last_accuracy``, share of
        the sequences whose last symbol has the greatest probability, in the layout of training.

    Raises
    ------
    StudyError
        If the configuration is not of that kind.
    """
    model = find_model(config.model)
    if not isinstance(model, RecurrentModel) or schedule.draws:
        raise StudyError(
            f"probe last_step cannot be used on model {config.model}, layout {config.layout}, order {config.order}; "
            "use a recurrent model, a layout other than shuffled, and order fixed"
        )
    trainer, tables = Trainer(model, config, datasets, schedule, seeds), []
    for epoch in checkpoints(config.epochs):
        trainer.train_to(epoch)
        checkpoint = trainer.checkpoint()
        scores = score(checkpoint, datasets, seeds)
        tables.append(scores.assign(last_accuracy=_last_right(checkpoint.in_layout, datasets)))
    return pd.concat(tables).sort_values(["seed", "epoch"], ignore_index=True)


def _last_right(answers: Answers, datasets: Sequence[EncodedDataset]) -> npt.NDArray[np.float32]:
    """Give the share of the sequences whose last row is right, shape (seeds,)."""
    ends = np.cumsum(datasets[0].lengths) - 1  # rows
    rows, steps = answers.rows[0], answers.steps[0]
    last = np.isin(rows, ends) & (steps == datasets[0].timesteps - 1)  # (item,)
    targets = np.stack([each.targets[rows[last], steps[last]] for each in datasets])  # (dataset, sequence)
    shares: npt.NDArray[np.float32] = (answers.probabilities[:, last].argmax(axis=2) == targets).mean(
        axis=1, dtype=np.float32
    )
    return shares
