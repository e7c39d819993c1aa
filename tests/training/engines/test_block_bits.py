"""A seed's result is bitwise the same alone, in any block and at any place of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from study.randomness import stream
from study.training.engines.block import Block
from study.training.initialisers import initial_weights
from study.training.layers import LAYERS

pytestmark = pytest.mark.lowest

torch.set_num_threads(1)  # more only cost time in networks this small

SEEDS, UPDATES = 64, 8
GROUPS = [[5], [63], [3, 5], [9, 1, 7], [60, 61, 62, 63, 2], list(range(10, 43))]


def _train(seeds, layer, timesteps, lanes, dtype, *, every=False, shape=(5, 20), columns=False, **options):
    """Train on random symbols, the same for all: weights, probabilities and losses of each seed."""
    (features, units), settings = shape, options.pop("settings", {})
    weights = [
        initial_weights("keras", stream("initialisation", seed), layer, (features, units, features), **options)
        for seed in seeds
    ]
    block = Block(weights, layer=layer, dtype=dtype, **settings)
    draws, losses = np.random.default_rng(0), []
    for _ in range(UPDATES):
        symbols = torch.from_numpy(draws.integers(-1, features, (1, timesteps, lanes)))
        one_hot = (symbols.unsqueeze(-1) == torch.arange(features)).to(dtype)
        answers = torch.from_numpy(draws.integers(0, features, (1, timesteps if every else 1, lanes, 1)))
        targets = (answers == torch.arange(features)).to(dtype)
        inputs = symbols if columns else one_hot
        losses.append(block.update(inputs, targets, carry=True, with_loss=True, last_only=not every).clone())
    probabilities = block.predict(inputs, carry=True, last_only=not every)
    return {**block.export(), "probabilities": probabilities.numpy(), "losses": torch.stack(losses, 1).numpy()}


def _assert_same(*arguments, **options):
    together = _train(range(SEEDS), *arguments, **options)
    for seeds in GROUPS:
        apart = _train(seeds, *arguments, **options)
        for name, values in apart.items():
            assert np.array_equal(values, together[name][seeds]), (name, seeds)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
@pytest.mark.parametrize("timesteps", [1, 4])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_size_of_the_block_and_the_place_in_it_change_no_bit(layer, timesteps, lanes, dtype):
    _assert_same(layer, timesteps, lanes, dtype)


@pytest.mark.parametrize("shape", [(5, 7), (6, 33)])
@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("layer", ["lstm", "gru"])
def test_no_bit_changes_for_odd_shapes_and_a_target_at_every_step(layer, columns, shape):
    _assert_same(layer, 4, 2, torch.float32, every=True, shape=shape, columns=columns, sees_inputs=True)


@pytest.mark.parametrize("outputs", [5, 7, 16, 33])
@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "softmax_cross_entropy"},
        {"optimiser": "sgd", "learning_rate": 0.1, "optimiser_options": (("momentum", 0.9),)},
        {"optimiser": "rmsprop"},
        {"gradient_rows": 3},
        {"stop_gradient": True},
    ],
    ids=str,
)
def test_no_bit_changes_with_any_loss_optimiser_or_intervention(settings, outputs):
    _assert_same("lstm", 2, 3, torch.float32, every=True, shape=(outputs, 7), settings=settings)
