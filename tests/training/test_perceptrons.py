"""Perceptrons trained side by side are scikit-learn's, each trained alone, and no neighbour changes a seed's bits."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from study.config import Config
from study.models import MODELS
from study.randomness import stream
from study.runs.compute import compute
from study.sequences.configured import datasets_of, schedule_of
from study.training.perceptrons import Perceptrons
from study.training.rows import Orders

pytestmark = pytest.mark.lowest

EPOCHS = (0, 1, 30)
CASES = {
    "tutorial": {},
    "two lanes": {"batch_size": 2, "layout": "interleaved"},
    "one batch": {"batch_size": 8, "learning_rate": 0.03},
    "shuffled": {"batch_size": 2, "layout": "shuffled", "order": "random"},
    "whole window": {"timesteps": 4, "batch_size": 4, "units": 7},
    "data of their own": {
        "task": "random_sequences",
        "task_options": (("count", 3), ("length", 4), ("size", 4)),
        "timesteps": 2,
        "batch_size": 3,
    },
}


def alone(config, seed):
    """What scikit-learn's network answers for each row, and the mean loss of the epoch, at each of `EPOCHS`."""
    (dataset,) = datasets_of(config, [seed])
    x, y = dataset.X.reshape(dataset.rows, -1).astype(np.float64), dataset.Y.astype(int)
    network = MLPClassifier(
        (config.units,),
        activation="tanh",
        alpha=0.0,
        batch_size=config.batch_size,
        learning_rate_init=config.learning_rate,
        epsilon=1e-7,
        shuffle=False,
        random_state=int(stream("initialisation", seed).integers(2**31)),
    )
    orders, trained = Orders(schedule_of(config, dataset), [seed]), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for epoch in EPOCHS[1:]:
            for number in range(trained, epoch):
                rows = orders.epoch(number).rows.reshape(-1)
                network.partial_fit(x[rows], y[rows], classes=np.arange(dataset.features))
            trained = epoch
            yield network.predict_proba(x), network.loss_ / dataset.features


@pytest.mark.parametrize("name", CASES)
def test_each_seed_is_trained_as_scikit_learn_trains_it_alone(name):
    config, seeds = Config(model="mlp", **CASES[name]), [0, 5, 2]
    datasets = datasets_of(config, seeds)
    schedule = schedule_of(config, datasets[0])
    checkpoints = list(MODELS["mlp"].train(config, datasets, schedule, seeds, EPOCHS))
    assert np.isnan(checkpoints[0].training_loss).all()
    for place, seed in enumerate(seeds):
        for checkpoint, (probabilities, loss) in zip(checkpoints[1:], alone(config, seed), strict=True):
            answers = checkpoint.row_by_row
            assert answers.rows[0].tolist() == list(range(datasets[0].rows))
            np.testing.assert_allclose(answers.probabilities[place], probabilities, rtol=2e-7)  # stored in float32
            assert checkpoint.training_loss[place] == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize(("rounds", "tolerance"), [(0, 0), (20, 1e-11)])
def test_weights_are_drawn_and_changed_as_by_scikit_learn(rounds, tolerance):
    draws = np.random.default_rng(0)
    x, y = draws.random((40, 6)), draws.integers(0, 2, (40, 3))
    networks = Perceptrons([11, 12], 6, 9, 3, learning_rate=0.01)
    for _ in range(rounds):
        for first in range(0, len(x), 5):
            networks.update(x[None, first : first + 5], y[None, first : first + 5])
    for place, random_state in enumerate((11, 12)):
        network = MLPClassifier(
            (9,),
            activation="tanh",
            alpha=0.0,
            batch_size=5,
            learning_rate_init=0.01 if rounds else 1e-300,  # the one fit that draws the weights changes none
            epsilon=1e-7,
            shuffle=False,
            random_state=random_state,
        )
        for _ in range(max(rounds, 1)):
            network.partial_fit(x, y, classes=np.arange(3))
        kernels, biases = network.coefs_, network.intercepts_
        for own, given in zip(networks.weights, (kernels[0], biases[0], kernels[1], biases[1]), strict=True):
            np.testing.assert_allclose(own[place], given.reshape(own[place].shape), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", CASES)
def test_no_neighbour_changes_a_bit_of_a_seed(name):
    config = Config(model="mlp", epochs=20, **CASES[name])
    together = compute(config, range(33)).set_index(["seed", "epoch"])
    for seeds in ([4], [32, 7], range(5, 18)):
        part = compute(config, seeds).set_index(["seed", "epoch"])
        assert part.equals(together.loc[part.index]), seeds


@pytest.mark.parametrize("size", [1, 2, 8, 32])
@pytest.mark.parametrize("units", [1, 7, 20, 64])
@pytest.mark.parametrize("symbols", [1, 5, 40])
def test_weights_are_the_same_bits_in_every_block(size, units, symbols):
    draws = np.random.default_rng(size)
    x, y = draws.random((1, size, symbols)), draws.integers(0, 2, (1, size, symbols))
    together = Perceptrons(range(17), symbols, units, symbols, 0.01)
    for _ in range(3):
        together.update(x, y)
    for seeds in ([3], [16, 0], range(2, 13)):
        part = Perceptrons(seeds, symbols, units, symbols, 0.01)
        for _ in range(3):
            part.update(x, y)
        assert np.array_equal(part.parameters, together.parameters[list(seeds)]), seeds
