"""The library's own layer against the default one, and where it is not taken."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import draw, random_batch

from study.config import Config
from study.runs.compute import compute
from study.training import learner
from study.training.engines.block import Block
from study.training.engines.fused import FusedBlock
from study.training.learner import make_learner
from study.training.settings import Settings

torch.set_num_threads(1)  # more only cost time in networks this small


@pytest.mark.parametrize(("timesteps", "lanes", "every"), [(50, 1, True), (12, 3, True), (12, 2, False)])
def test_the_librarys_layer_agrees_with_the_default_one_and_treats_seeds_apart(timesteps, lanes, every):
    def train(seeds, fused):
        drawn = [draw(seed=seed, shape=(5, 20, 5), sees_inputs=True) for seed in seeds]
        engine = "fused" if fused else "eager"
        block = make_learner(Settings(), drawn, timesteps=timesteps, lanes=lanes, engine=engine)
        assert isinstance(block, FusedBlock) == fused
        losses, weights = [], torch.ones(1, timesteps if every else 1, lanes)
        weights[0, -1, -1] = 3
        for number in range(30):
            _, inputs, targets = random_batch(timesteps, lanes, weights.shape[1], torch.float32, seed=number)
            options = {"carry": True, "with_loss": True, "last_only": not every, "weights": weights}
            losses.append(block.update(inputs, targets, **options).numpy())
        return np.array(losses), block.export(), block.predict(inputs, carry=True, last_only=not every).numpy()

    (ours, weights, answers), (theirs, expected, wanted) = train(range(5), True), train(range(5), False)
    assert np.abs(ours - theirs).max() < 1e-5
    assert np.abs(answers - wanted).max() < 1e-4
    assert max(np.abs(weights[name] - expected[name]).max() for name in weights) < 1e-4
    alone, its_weights, its_answers = train([3], True)
    assert np.array_equal(alone[:, 0], ours[:, 3])
    assert np.array_equal(its_answers[0], answers[3])
    assert all(np.array_equal(its_weights[name][0], weights[name][3]) for name in weights)


def test_a_layer_can_ask_for_the_librarys_layer():
    layers = (
        Config(model="stateless_lstm", timesteps=4, epochs=60, batch_size=2, engine=e) for e in ("eager", "fused")
    )
    default, fused = (compute(layer, range(3)) for layer in layers)
    assert np.abs(default["training_loss"] - fused["training_loss"]).max() < 1e-4
    assert not np.array_equal(default["loss"], fused["loss"])  # it was taken


def test_the_librarys_layer_is_not_taken_where_it_does_not_fit():
    def make(**settings):
        settings = Settings(**settings)
        return make_learner(settings, [draw(settings.layer)], timesteps=50, lanes=1, engine="fused")

    learner._told.clear()
    with pytest.warns(UserWarning, match="the fused engine is not used: it knows the LSTM alone"):
        assert type(make(layer="gru")) is Block
    with pytest.warns(UserWarning, match="single precision"):
        assert type(make(dtype=torch.float64)) is Block
