"""Adam as Keras computes it and as PyTorch does, for one flat buffer that holds the weights of many seeds.

The two put epsilon in different places, which moves losses of the tutorial by up to 3.5e-4, so both stand here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any, Protocol

import numpy as np
import torch


class Optimiser(Protocol):
    """Changes a buffer of weights in place, given their gradient."""

    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update."""

    def state_dict(self) -> dict[str, Any]:
        """Copy what it remembers of the updates so far."""

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


class Adam:
    """Adam (Kingma and Ba, 2015), elementwise, so that seeds cannot touch each other.

    Parameters
    ----------
    weights : Tensor
        The buffer that will be trained; only its shape and kind are used.
    learning_rate : float, default 0.001
    epsilon_hat : bool, default True
        Add epsilon 1e-7 to the uncorrected root of v, as Keras does; otherwise 1e-8 to the corrected root, as PyTorch
        does.
    """

    beta_1, beta_2 = 0.9, 0.999

    def __init__(self, weights: torch.Tensor, learning_rate: float = 1e-3, *, epsilon_hat: bool = True) -> None:
        self.learning_rate, self.epsilon_hat = learning_rate, epsilon_hat
        self.m, self.v = torch.zeros_like(weights), torch.zeros_like(weights)
        self.updates = 0
        # Keras takes the powers of the betas in the precision of the weights; PyTorch always in double precision.
        rounded = weights.dtype == torch.float32 and epsilon_hat
        self._powers = [float(np.float32(b)) if rounded else b for b in (self.beta_1, self.beta_2)]
        # torch's fused kernel divides by 1 - beta**step; at this step that is 1, and the correction goes into the rate.
        self._no_correction = torch.tensor(1e6, device=weights.device)

    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update: w -= rate * m / (sqrt(v) + epsilon), with m and v the moving averages of g and g*g."""
        rate, epsilon = self.next_rates()
        torch._fused_adam_(
            [weights], [gradient], [self.m], [self.v], [], [self._no_correction],
            lr=rate, beta1=self.beta_1, beta2=self.beta_2, weight_decay=0.0, eps=epsilon,
            amsgrad=False, maximize=False,
        )  # fmt: skip

    def state_dict(self) -> dict[str, Any]:
        """Copy both moments, and the number of updates."""
        return {"m": self.m.clone(), "v": self.v.clone(), "updates": self.updates}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.m.copy_(saved["m"])
        self.v.copy_(saved["v"])
        self.updates = saved["updates"]

    def next_rates(self) -> tuple[float, float]:
        """Count one update; its rate and epsilon with the corrections of both moments in them."""
        self.updates += 1
        power_1, power_2 = self._powers
        correction_1, correction_2 = 1 - power_1**self.updates, 1 - power_2**self.updates
        rate = self.learning_rate * sqrt(correction_2) / correction_1
        return rate, 1e-7 if self.epsilon_hat else 1e-8 * sqrt(correction_2)


class SGD:
    """Plain gradient descent: w -= rate * g.

    Parameters
    ----------
    learning_rate : float
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate

    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update."""
        weights.sub_(gradient, alpha=self.learning_rate)

    def state_dict(self) -> dict[str, Any]:
        """Nothing: it remembers nothing."""
        return {}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Nothing: it remembers nothing."""


def make_optimiser(name: str, weights: torch.Tensor, learning_rate: float) -> Optimiser:
    """Build the optimiser of that name: ``adam`` (Keras'), ``adam_pytorch`` or ``sgd``."""
    return OPTIMISERS[name](weights, learning_rate)


OPTIMISERS: dict[str, Callable[[torch.Tensor, float], Optimiser]] = {
    "adam": Adam,
    "adam_pytorch": lambda weights, rate: Adam(weights, rate, epsilon_hat=False),
    "sgd": lambda _, rate: SGD(rate),
}
