"""The study's engine from given weights: from those that the study draws, it must come to what the study comes to."""

from __future__ import annotations

import numpy as np
import pytest

from study.keras import same_start
from study.keras.rates import CONFIGS
from study.keras.same_start import answers_here
from study.keras.traces import WEIGHTS
from study.models import find_model
from study.sequences.configured import datasets_of, schedule_of
from study.training.loop import drawn_weights

SEEDS = (3, 4)


@pytest.mark.parametrize("name", ["lanes, momentum 0.9, rate 0.1", "GRU, Adam", "Adam, softmax"])
def test_answers_are_those_of_the_study_where_the_weights_are(name, monkeypatch):
    config = CONFIGS[name]
    datasets, model = datasets_of(config, SEEDS), find_model(config.model)
    drawn = dict(zip(SEEDS, drawn_weights(model, config, datasets[0].features, SEEDS), strict=True))
    asked = []

    def of_seed(_config, _dataset, seed):
        asked.append(seed)
        return [drawn[seed][name] for name in WEIGHTS]

    monkeypatch.setattr(same_start, "drawn_weights", of_seed)
    answers = answers_here(config, SEEDS, (2, 5))
    assert asked == list(SEEDS)
    training = model.training(config, datasets, schedule_of(config, datasets[0]), SEEDS)
    for epoch in (2, 5):
        training.train_to(epoch)
        assert np.array_equal(answers[epoch], training.checkpoint().row_by_row.probabilities)
