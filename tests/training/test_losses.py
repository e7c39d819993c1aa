"""Losses and outputs against their definitions in plain PyTorch, where numbers are large too."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import UNITS, draw, random_batch
from torch.nn import functional

from study.errors import StudyError
from study.training.engines.block import Block
from study.training.losses import LOSSES, softmax

torch.set_num_threads(1)  # more only cost time in networks this small


def of_slots(name, logits, answers):
    """The loss of each slot as PyTorch has it."""
    if name == "softmax_cross_entropy":
        return functional.cross_entropy(logits.movedim(-1, 1), answers.argmax(-1), reduction="none")
    if name == "squared_error":
        return (logits.sigmoid() - answers).square().sum(-1) / 2
    slots = functional.binary_cross_entropy_with_logits(logits, answers, reduction="none")
    return slots.mean(-1) if name == "cross_entropy" else slots.sum(-1)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_and_its_gradient_are_those_of_autograd(name):
    draws = torch.Generator().manual_seed(0)
    logits = (8 * torch.randn(40, 7, dtype=torch.float64, generator=draws)).requires_grad_()
    answers = functional.one_hot(torch.randint(0, 7, (40,), generator=draws), 7).double()
    loss, expected = LOSSES[name], of_slots(name, logits, answers)
    assert (loss.of(logits, answers) - expected).abs().max() < 1e-13
    expected.sum().backward()
    found = torch.empty_like(answers)
    if loss.softmax:
        softmax(logits.detach(), out=found)
        assert (found - functional.softmax(logits.detach(), -1)).abs().max() < 1e-15
    else:
        torch.sigmoid(logits.detach(), out=found)
    loss.differentiate(found, answers)
    assert (found * loss.weight(7) - logits.grad).abs().max() < 1e-15


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("size", [50.0, 2000.0])
def test_no_loss_overflows(name, size):
    logits = torch.tensor([[size, -size, 0.0], [-size, size, 0.0]])
    answers = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    found = LOSSES[name].of(logits, answers)
    assert torch.allclose(found, of_slots(name, logits, answers), rtol=1e-6)
    probabilities = torch.empty_like(logits)
    softmax(logits, out=probabilities)
    assert torch.allclose(probabilities.sum(-1), torch.ones(2))


@pytest.mark.parametrize("sees_inputs", [False, True])
@pytest.mark.parametrize(("timesteps", "lanes", "every"), [(1, 1, False), (1, 4, False), (4, 2, True), (3, 3, False)])
def test_softmax_gradients_of_all_weights_are_those_of_autograd(timesteps, lanes, every, sees_inputs):
    block = Block([draw(sees_inputs=sees_inputs)], dtype=torch.float64, loss="softmax_cross_entropy")
    _, inputs, targets = random_batch(timesteps, lanes, timesteps if every else 1)
    slot_weights = torch.rand(1, *targets.shape[1:3], dtype=torch.float64) + 0.1
    w = {name: torch.from_numpy(array[0]).requires_grad_() for name, array in block.export().items()}
    h = c = torch.zeros(lanes, UNITS, dtype=torch.float64)
    hidden = []
    for x in inputs[0]:
        i, f, g, o = (x @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"]).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hidden.append(h)
    scored = targets.shape[1]
    logits = torch.stack(hidden[-scored:]) @ w["dense_kernel"] + w["dense_bias"]
    if sees_inputs:
        logits = logits + inputs[0, -scored:] @ w["direct_kernel"]
    slots = of_slots("softmax_cross_entropy", logits, targets[0])
    expected = (slots * slot_weights[0]).sum() / slot_weights.sum()
    expected.backward()
    answers = block.predict(inputs, carry=False, last_only=not every)
    assert (answers[0] - logits.softmax(-1)).abs().max() < 1e-15
    found = block.update(inputs, targets, carry=False, with_loss=True, last_only=not every, weights=slot_weights)
    assert found.item() == pytest.approx(expected.item(), abs=1e-14)
    for name, gradient in block.export(gradient=True).items():
        assert np.abs(gradient[0] - w[name].grad.numpy()).max() < 1e-15, name


def test_an_unknown_loss_is_refused():
    with pytest.raises(StudyError, match="did you mean 'softmax_cross_entropy'"):
        Block([draw()], loss="softmax_crossentropy")
