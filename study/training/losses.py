"""What a network is trained to make small, how its outputs become probabilities, and the gradient of the logits.

Cross-entropy of logistic outputs is the tutorial's loss, half the squared error that of 1997, and softmax with its own
cross-entropy what a classification of one symbol usually has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor


class Loss(ABC):
    """Loss of each scored slot, from logits and answers of shape (..., output).

    Attributes
    ----------
    softmax : bool
        Whether the outputs share one probability (softmax); otherwise each is logistic by itself.
    """

    softmax: ClassVar[bool] = False

    @abstractmethod
    def weight(self, outputs: int) -> float:
        """Factor of the sum over outputs: 1 / outputs for a mean."""

    @abstractmethod
    def of(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Compute the loss of each slot, shape (...,)."""

    @abstractmethod
    def differentiate(self, probabilities: Tensor, answers: Tensor) -> None:
        """Turn the probabilities, in place, into the gradient of the loss before its `weight`."""


class CrossEntropy(Loss):
    """Binary cross-entropy, mean over outputs: max(z, 0) - z * y + log(1 + exp(-|z|)), as Keras computes it."""

    def weight(self, outputs: int) -> float:
        """Mean over outputs."""
        return 1 / outputs

    def of(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Compute the loss of each slot."""
        return (logits.clamp(min=0) - logits * answers + torch.log1p(torch.exp(-logits.abs()))).mean(-1)

    def differentiate(self, probabilities: Tensor, answers: Tensor) -> None:
        """Write p - y."""
        probabilities.sub_(answers)


class SummedCrossEntropy(Loss):
    """Binary cross-entropy, sum over outputs: the same minimum, and a gradient that does not shrink with them."""

    averaged = CrossEntropy()

    def weight(self, outputs: int) -> float:
        """Sum over outputs."""
        del outputs
        return 1.0

    def of(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Compute the loss of each slot."""
        return self.averaged.of(logits, answers) * logits.shape[-1]

    def differentiate(self, probabilities: Tensor, answers: Tensor) -> None:
        """Write p - y."""
        self.averaged.differentiate(probabilities, answers)


class SquaredError(Loss):
    """Half the squared error, sum over outputs."""

    def weight(self, outputs: int) -> float:
        """Sum over outputs."""
        del outputs
        return 1.0

    def of(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Compute the loss of each slot."""
        return (torch.sigmoid(logits) - answers).square().sum(-1) / 2

    def differentiate(self, probabilities: Tensor, answers: Tensor) -> None:
        """Write (p - y) * p * (1 - p)."""
        slope = 1 - probabilities
        slope.mul_(probabilities)
        probabilities.sub_(answers).mul_(slope)


class SoftmaxCrossEntropy(Loss):
    """Softmax outputs, and minus the logarithm of the target's share: log(sum of exp(z)) - z of the target."""

    softmax = True

    def weight(self, outputs: int) -> float:
        """One logarithm a slot, whatever the number of outputs."""
        del outputs
        return 1.0

    def of(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Compute the loss of each slot; the greatest logit is taken out first, so that nothing overflows."""
        less = logits - logits.amax(-1, keepdim=True)
        return less.exp().sum(-1).log() - (less * answers).sum(-1)

    def differentiate(self, probabilities: Tensor, answers: Tensor) -> None:
        """Write p - y."""
        probabilities.sub_(answers)


def softmax(logits: Tensor, *, out: Tensor) -> None:
    """Write softmax of the last axis; torch's own has other bits on processors with longer vectors."""
    torch.sub(logits, logits.amax(-1, keepdim=True), out=out).exp_()
    out.div_(out.sum(-1, keepdim=True))


LOSSES: dict[str, Loss] = {
    "cross_entropy": CrossEntropy(),
    "summed_cross_entropy": SummedCrossEntropy(),
    "squared_error": SquaredError(),
    "softmax_cross_entropy": SoftmaxCrossEntropy(),
}
