"""What a network with logistic outputs is trained to make small, and its gradient with respect to the logits.

Cross-entropy is the tutorial's loss, half the squared error that of 1997.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor


class Loss(ABC):
    """Loss of each scored slot, from logits and answers of shape (..., output)."""

    @abstractmethod
    def weight(self, outputs: int) -> float:
        """Factor of the sum over outputs: 1 / outputs for a mean."""

    @abstractmethod
    def of(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Compute the loss of each slot, shape (...,)."""

    @abstractmethod
    def differentiate(self, probabilities: Tensor, answers: Tensor) -> None:
        """Turn the logistic of the logits, in place, into the gradient of the summed loss."""


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


LOSSES: dict[str, Loss] = {
    "cross_entropy": CrossEntropy(),
    "summed_cross_entropy": SummedCrossEntropy(),
    "squared_error": SquaredError(),
}
