"""The kernel against torch: forwards and back, every layer, loss, optimiser and intervention, and seeds kept apart."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from small_networks import draw, random_batch

from study.training.engines.block import Block
from study.training.frozen import frozen_masks
from study.training.kernel.layers import CODES as KERNEL_LAYERS
from study.training.kernel.learner import KernelBlock
from study.training.kernel.outputs import CODES as KERNEL_LOSSES

torch.set_num_threads(1)  # more only cost time in networks this small

SHAPES = [(1, 1, False), (1, 3, False), (5, 4, True), (40, 5, False)]  # timesteps, lanes, a target at every step
OPTIMISERS = [
    ("adam", ()),
    ("adam", (("beta_2", 0.99), ("epsilon", 1e-3))),
    ("adam_pytorch", ()),
    ("sgd", ()),
    ("sgd", (("momentum", 0.9),)),
    ("rmsprop", ()),
]


def pair(layer="lstm", *, sees_inputs=True, seeds=3, **settings):
    """The same seeds, trained by torch and by the kernel."""
    weights = [draw(layer, seed, sees_inputs=sees_inputs) for seed in range(seeds)]
    frozen = settings.pop("frozen", None)
    if frozen:
        settings["frozen"] = frozen_masks(frozen, layer, weights[0])
    told = {"layer": layer, "dtype": torch.float64, **settings}
    return Block(weights, **told), KernelBlock(weights, **told)


def furthest(one, other):
    """Largest difference, relative where numbers are large."""
    assert set(one) == set(other)
    return max(np.max(np.abs(one[name] - other[name]) / (1 + np.abs(one[name]))) for name in one)


def assert_trained_alike(expected, found, shape, updates=3):
    """Both learners make the same of the same batches: losses, gradients, states, weights and answers."""
    timesteps, lanes, every = shape
    scored, last_only = timesteps if every else 1, not every
    for number in range(updates):
        columns, vectors, targets = random_batch(timesteps, lanes, scored, seed=number)
        weights = torch.rand(1, scored, lanes, dtype=torch.float64) if number == 1 else None
        losses = [
            learner.update(
                vectors if number == 2 else columns,
                targets,
                carry=True,
                with_loss=True,
                last_only=last_only,
                weights=weights,
            ).numpy()
            for learner in (expected, found)
        ]
        np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
        assert furthest(expected.export(gradient=True), found.export(gradient=True)) < 1e-13
        for part, its_part in zip(expected.state, found.state, strict=True):
            np.testing.assert_allclose(its_part, part, rtol=0, atol=1e-13)
    assert furthest(expected.export(), found.export()) < 1e-9  # rmsprop divides by roots of numbers near zero
    answers = [learner.predict(columns, carry=True, last_only=last_only).numpy() for learner in (expected, found)]
    np.testing.assert_allclose(answers[1], answers[0], rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("layer", "loss"), list(product(KERNEL_LAYERS, KERNEL_LOSSES)))
def test_each_layer_and_loss_is_trained_as_by_torch(layer, loss, shape):
    assert_trained_alike(*pair(layer, loss=loss), shape)


@pytest.mark.parametrize(("optimiser", "options"), OPTIMISERS)
def test_each_optimiser_is_that_of_torch(optimiser, options):
    assert_trained_alike(*pair(optimiser=optimiser, optimiser_options=options), (5, 4, True), updates=6)


@pytest.mark.parametrize("layer", KERNEL_LAYERS)
def test_a_stopped_gradient_is_that_of_torch(layer):
    assert_trained_alike(*pair(layer, stop_gradient=True), (5, 4, True))


@pytest.mark.parametrize("names", [["recurrent_layer"], ["forget_gate"], ["kernel[3]", "dense_bias"]])
def test_frozen_weights_keep_their_bits_and_the_others_are_trained_as_by_torch(names):
    expected, found = pair(frozen=names)
    before = found.export()
    assert_trained_alike(expected, found, (5, 4, True))
    masks = frozen_masks(names, "lstm", {name: values[0] for name, values in before.items()})
    for name, values in found.export().items():
        assert np.array_equal(values[:, masks[name]], before[name][:, masks[name]])
        assert not found.export(gradient=True)[name][:, masks[name]].any()


def test_accumulated_gradients_are_those_of_torch():
    assert_trained_alike(*pair(accumulate=2), (5, 4, True), updates=5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 1, False), (4, 5, True)])
@pytest.mark.parametrize("layer", KERNEL_LAYERS)
def test_a_seeds_bits_are_its_own_in_any_company_and_place(layer, shape, dtype):
    """Each seed has data of its own, so that neighbours want other rows of the kernel and other outputs."""
    timesteps, lanes, every = shape
    draws = torch.Generator().manual_seed(0)
    columns = torch.randint(-1, 5, (3, 40, timesteps, lanes), generator=draws)
    targets = torch.randint(-1, 5, (3, 40, timesteps if every else 1, lanes), generator=draws)

    def train(seeds):
        block = KernelBlock([draw(layer, seed, shape=(5, 7, 5)) for seed in seeds], layer=layer, dtype=dtype)
        for inputs, wanted in zip(columns[:, seeds], targets[:, seeds], strict=True):
            weights = (wanted >= 0).to(dtype) + 0.5
            losses = block.update(inputs, wanted, carry=True, with_loss=True, last_only=not every, weights=weights)
        answers = block.predict(inputs, carry=True, last_only=not every)
        return {**block.export(), "losses": losses.numpy(), "answers": answers.numpy()}

    together = train(list(range(40)))
    for seeds in ([5], [39, 3], list(range(10, 29))):
        for name, values in train(seeds).items():
            assert np.array_equal(values, together[name][seeds]), (name, seeds)


def test_a_sequence_at_once_is_the_sequence_step_by_step():
    _, block = pair("lstm")
    columns, _, _ = random_batch(7, 2, 7)
    whole = block.predict(columns, carry=False, last_only=False)
    steps = [block.predict(columns[:, t : t + 1], carry=True) for t in range(7)]
    assert torch.equal(torch.cat(steps, dim=1), whole)
