"""Optimisers against their formulas as Keras and PyTorch publish them, element by element in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from study.errors import StudyError
from study.training.optimisers import OPTIMISERS, checked_options, make_optimiser

torch.set_num_threads(1)  # more only cost time in buffers this small

CASES = [
    ("adam", 0.001, {}),
    ("adam", 0.01, {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("adam", 0.01, {"beta_1": 0.0, "beta_2": 0.99999}),
    ("adam_pytorch", 0.001, {}),
    ("adam_pytorch", 0.01, {"epsilon": 1e-3}),
    ("sgd", 0.5, {}),
    ("sgd", 0.1, {"momentum": 0.9}),
    ("rmsprop", 0.001, {}),
    ("rmsprop", 0.01, {"rho": 0.99, "epsilon": 1e-3}),
]


def published(case, w, gradients, dtype):
    """The formulas, in double precision; Keras' Adam takes the powers of its betas in that of the weights."""
    name, rate, options = case
    m, v = np.zeros_like(w), np.zeros_like(w)
    options = OPTIMISERS[name].defaults | options
    for t, g in enumerate(gradients, 1):
        if name == "sgd":
            m = options["momentum"] * m - rate * g
            w = w + m
        elif name == "rmsprop":
            v = options["rho"] * v + (1 - options["rho"]) * g**2
            w = w - rate * g / np.sqrt(v + options["epsilon"])
        else:
            one, two = options["beta_1"], options["beta_2"]
            m, v = one * m + (1 - one) * g, two * v + (1 - two) * g**2
            if name == "adam":
                one, two = (float(torch.tensor(beta, dtype=dtype)) for beta in (one, two))
                alpha = rate * np.sqrt(1 - two**t) / (1 - one**t)
                w = w - alpha * m / (np.sqrt(v) + options["epsilon"])
            else:
                w = w - rate * m / (1 - one**t) / (np.sqrt(v / (1 - two**t)) + options["epsilon"])
    return w


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize(("dtype", "within"), [(torch.float64, 1e-13), (torch.float32, 2e-5)])
def test_an_optimiser_does_what_is_published(case, dtype, within):
    name, rate, options = case
    draws = np.random.default_rng(0)
    start = draws.normal(size=64).astype(np.float32)
    gradients = [draws.normal(size=64).astype(np.float32) * 10.0 ** draws.integers(-5, 1, 64) for _ in range(50)]
    weights = torch.tensor(start, dtype=dtype)
    optimiser = make_optimiser(name, weights, rate, tuple(options.items()))
    for gradient in gradients:
        given = torch.tensor(gradient, dtype=dtype)
        optimiser.update(weights, given)
        assert torch.equal(given, torch.tensor(gradient, dtype=dtype))
    expected = published(case, start.astype(np.float64), gradients, dtype)
    assert np.abs(weights.numpy() - expected).max() < within


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pytorchs_own_classes_agree_where_they_have_the_same_formula(case):
    name, rate, options = case
    betas, epsilon = (options.get("beta_1", 0.9), options.get("beta_2", 0.999)), options.get("epsilon", 1e-8)
    made = {
        "adam_pytorch": lambda w: torch.optim.Adam([w], rate, betas=betas, eps=epsilon),
        # PyTorch multiplies the sum of gradients by the rate, Keras each gradient: the same while the rate stays.
        "sgd": lambda w: torch.optim.SGD([w], rate, momentum=options.get("momentum", 0.0)),
    }
    if name not in made:
        pytest.skip("PyTorch puts epsilon elsewhere")
    draws = torch.Generator().manual_seed(1)
    ours = torch.randn(32, dtype=torch.float64, generator=draws)
    theirs = ours.clone().requires_grad_()
    optimiser, other = make_optimiser(name, ours, rate, tuple(options.items())), made[name](theirs)
    for _ in range(40):
        gradient = torch.randn(32, dtype=torch.float64, generator=draws)
        optimiser.update(ours, gradient)
        theirs.grad = gradient.clone()
        other.step()
    assert (ours - theirs.detach()).abs().max() < 1e-13


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_weight_whose_gradient_is_always_zero_keeps_its_bits(case):
    name, rate, options = case
    weights = torch.randn(64, generator=torch.Generator().manual_seed(2))
    before, gradient = weights.clone(), torch.randn(64, generator=torch.Generator().manual_seed(3))
    gradient[::2] = 0
    optimiser = make_optimiser(name, weights, rate, tuple(options.items()))
    for _ in range(20):
        optimiser.update(weights, gradient)
    assert torch.equal(weights[::2], before[::2])
    assert (weights[1::2] != before[1::2]).all()


@pytest.mark.parametrize(
    ("name", "rate", "options", "told"),
    [
        ("sdg", 0.1, (), "did you mean 'sgd'"),
        ("sgd", 0.1, (("momentun", 0.9),), "did you mean 'momentum'"),
        ("adam", 0.1, (("momentum", 0.9),), "known: beta_1, beta_2, epsilon"),
        ("sgd", 0.1, (("momentum", 1.0),), "below 1"),
        ("sgd", 0.1, (("momentum", "much"),), "must be a number"),
        ("rmsprop", 0.1, (("epsilon", 0),), "above 0"),
        ("adam", -0.1, (), "learning_rate is -0.1"),
        ("adam", float("nan"), (), "learning_rate is nan"),
    ],
)
def test_what_cannot_be_meant_is_refused(name, rate, options, told):
    with pytest.raises(StudyError, match=told):
        checked_options(name, rate, options)
