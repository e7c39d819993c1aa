"""The study's own engine from the initial weights that Keras draws, so that chance in them plays no part."""

from __future__ import annotations

from collections.abc import Sequence

from study.config import Config
from study.keras.program import Floats, drawn_weights
from study.keras.traces import WEIGHTS
from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.sequences.configured import datasets_of, schedule_of
from study.training.loop import Trainer


def answers_here(config: Config, seeds: Sequence[int], epochs: Sequence[int]) -> dict[int, Floats]:
    """Train every seed from Keras' weights with the study's engine, and ask the networks at each of some epochs.

    Parameters
    ----------
    config : Config
        Of a recurrent model.
    seeds : sequence of int
    epochs : sequence of int
        Ascending.

    Returns
    -------
    dict of int to ndarray, shape (seeds, rows, outputs)
        By epoch; row by row, from a fresh state before each sequence.

    Raises
    ------
    StudyError
        If Keras is not installed.
    """
    datasets, model = datasets_of(config, seeds), find_model(config.model)
    assert isinstance(model, RecurrentModel)
    weights = [dict(zip(WEIGHTS, drawn_weights(config, datasets[0], seed), strict=True)) for seed in seeds]
    trainer = Trainer(model, config, datasets, schedule_of(config, datasets[0]), seeds, weights=weights)
    answers = {}
    for epoch in epochs:
        trainer.train_to(epoch)
        answers[epoch] = trainer.checkpoint().row_by_row.probabilities
    return answers
