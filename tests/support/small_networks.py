"""Small networks and batches that several tests train."""

from __future__ import annotations

import torch
from torch.nn import functional

from study.randomness import stream
from study.training.initialisers import initial_weights

TUTORIAL = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]
FEATURES, UNITS = 5, 6


def draw(layer="lstm", seed=0, shape=(FEATURES, UNITS, FEATURES), name="keras", **options):
    return initial_weights(name, stream("initialisation", seed), layer, shape, **options)


def random_batch(timesteps, lanes, scored, dtype=torch.float64, features=FEATURES, seed=0):  # noqa: PLR0917
    draws = torch.Generator().manual_seed(seed)
    symbols = torch.randint(0, features, (1, timesteps, lanes), generator=draws)
    answers = torch.randint(0, features, (1, scored, lanes), generator=draws)
    return symbols, functional.one_hot(symbols, features).to(dtype), functional.one_hot(answers, features).to(dtype)
