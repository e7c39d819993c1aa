"""Adam as Keras computes it and as PyTorch does, gradient descent with and without momentum, and RMSprop.

Each changes one flat buffer that holds the weights of many seeds, element by element, so that seeds cannot touch each
other. Keras and PyTorch put Adam's epsilon in different places, which moves losses of the tutorial by up to 3.5e-4, so
both stand here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import isfinite, sqrt
from typing import Any, ClassVar

import numpy as np
import torch

from study.errors import StudyError, unknown_name


class Optimiser(ABC):
    """Changes a buffer of weights in place, given their gradient.

    A weight whose gradient is zero from the start keeps its bits, whatever the optimiser.

    Parameters
    ----------
    weights : Tensor
        The buffer that will be trained; only its shape and kind are used.
    learning_rate : float
    **options : float
        By name; those left out have their `defaults`.

    Attributes
    ----------
    defaults : dict of str to float
        All options, as Keras sets them.
    memory : tuple of str
        Names of the buffers that it remembers from update to update, each of the weights' shape.
    """

    defaults: ClassVar[dict[str, float]] = {}
    memory: tuple[str, ...] = ()

    def __init__(self, weights: torch.Tensor, learning_rate: float, **options: float) -> None:
        self.learning_rate = learning_rate
        self.updates = 0
        for name, value in (self.defaults | options).items():
            setattr(self, name, value)
        for name in self.memory:
            setattr(self, name, torch.zeros_like(weights))

    @abstractmethod
    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update; the gradient is not changed."""

    def state_dict(self) -> dict[str, Any]:
        """Copy what it remembers of the updates so far, and their number."""
        return {**{name: getattr(self, name).clone() for name in self.memory}, "updates": self.updates}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        for name in self.memory:
            getattr(self, name).copy_(saved[name])
        self.updates = saved["updates"]


class Adam(Optimiser):
    """Adam (Kingma and Ba, 2015) as Keras computes it: epsilon is added to the uncorrected root of v."""

    defaults: ClassVar = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    memory = ("m", "v")
    epsilon_hat: ClassVar[bool] = True
    beta_1: float
    beta_2: float
    epsilon: float
    m: torch.Tensor
    v: torch.Tensor

    def __init__(self, weights: torch.Tensor, learning_rate: float = 1e-3, **options: float) -> None:
        super().__init__(weights, learning_rate, **options)
        # Keras takes the powers of the betas in the precision of the weights; PyTorch always in double precision.
        rounded = weights.dtype == torch.float32 and self.epsilon_hat
        self._powers = [float(np.float32(b)) if rounded else b for b in (self.beta_1, self.beta_2)]
        # torch's fused kernel divides by 1 - beta**step; at this step that is 1, and the correction goes into the rate.
        self._no_correction = torch.tensor(1e9, device=weights.device)

    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update: w -= rate * m / (sqrt(v) + epsilon), with m and v the moving averages of g and g*g."""
        rate, epsilon = self.next_rates()
        torch._fused_adam_(
            [weights], [gradient], [self.m], [self.v], [], [self._no_correction],
            lr=rate, beta1=self.beta_1, beta2=self.beta_2, weight_decay=0.0, eps=epsilon,
            amsgrad=False, maximize=False,
        )  # fmt: skip

    def next_rates(self) -> tuple[float, float]:
        """Count one update; its rate and epsilon with the corrections of both moments in them."""
        self.updates += 1
        power_1, power_2 = self._powers
        correction_1, correction_2 = 1 - power_1**self.updates, 1 - power_2**self.updates
        rate = self.learning_rate * sqrt(correction_2) / correction_1
        return rate, self.epsilon if self.epsilon_hat else self.epsilon * sqrt(correction_2)


class AdamPyTorch(Adam):
    """Adam as PyTorch computes it: epsilon 1e-8 is added to the corrected root of v."""

    defaults: ClassVar = Adam.defaults | {"epsilon": 1e-8}
    epsilon_hat = False


class SGD(Optimiser):
    """Gradient descent, w -= rate * g; with momentum m = momentum * m - rate * g, w += m, as Keras computes it."""

    defaults: ClassVar = {"momentum": 0.0}
    momentum: float
    m: torch.Tensor

    def __init__(self, weights: torch.Tensor, learning_rate: float, **options: float) -> None:
        if options.get("momentum"):
            self.memory = ("m",)
        super().__init__(weights, learning_rate, **options)

    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update."""
        self.updates += 1
        if self.momentum:
            self.m.mul_(self.momentum).sub_(gradient, alpha=self.learning_rate)
            weights.add_(self.m)
        else:
            weights.sub_(gradient, alpha=self.learning_rate)


class RMSprop(Optimiser):
    """RMSprop (Tieleman and Hinton, 2012) as Keras computes it, with epsilon inside the root.

    v = rho * v + (1 - rho) * g^2, w -= rate * g / sqrt(v + epsilon).
    """

    defaults: ClassVar = {"rho": 0.9, "epsilon": 1e-7}
    memory = ("v",)
    rho: float
    epsilon: float
    v: torch.Tensor

    def __init__(self, weights: torch.Tensor, learning_rate: float = 1e-3, **options: float) -> None:
        super().__init__(weights, learning_rate, **options)
        self._root = torch.empty_like(weights)

    def update(self, weights: torch.Tensor, gradient: torch.Tensor) -> None:
        """Apply one update."""
        self.updates += 1
        self.v.mul_(self.rho).addcmul_(gradient, gradient, value=1 - self.rho)
        torch.add(self.v, self.epsilon, out=self._root).sqrt_()
        weights.addcdiv_(gradient, self._root, value=-self.learning_rate)


OPTIMISERS: dict[str, type[Optimiser]] = {
    "adam": Adam,
    "adam_pytorch": AdamPyTorch,
    "sgd": SGD,
    "rmsprop": RMSprop,
}


def make_optimiser(
    name: str, weights: torch.Tensor, learning_rate: float, options: Sequence[tuple[str, Any]] = ()
) -> Optimiser:
    """Build an optimiser of a buffer of weights; arguments as for `checked_options`."""
    return OPTIMISERS[name](weights, learning_rate, **checked_options(name, learning_rate, options))


def checked_options(name: str, learning_rate: float, options: Sequence[tuple[str, Any]] = ()) -> dict[str, float]:
    """Look an optimiser's options up.

    Parameters
    ----------
    name : str
        Name in `OPTIMISERS`.
    learning_rate : float
        0 or more.
    options : sequence of (str, value), default ()
        Each at least 0 and below 1; epsilon above 0.

    Returns
    -------
    dict of str to float
        All its options, those left out with their defaults.

    Raises
    ------
    StudyError
        If a name is unknown or a value cannot be used.

    Examples
    --------
    >>> checked_options("sgd", 0.1, [("momentum", 0.9)])
    {'momentum': 0.9}
    """
    if name not in OPTIMISERS:
        raise unknown_name("optimiser", name, OPTIMISERS)
    if not (isfinite(learning_rate) and learning_rate >= 0):
        raise StudyError(f"learning_rate is {learning_rate}; it must be a number, 0 or more")
    found = dict(OPTIMISERS[name].defaults)
    for option, value in options:
        if option not in found:
            raise unknown_name(f"option of optimiser {name}", option, found)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
            raise StudyError(f"{option} of optimiser {name} is {value!r}; it must be a number, 0 or more and below 1")
        if option == "epsilon" and not value:
            raise StudyError(f"epsilon of optimiser {name} is 0; it must be above 0, so that nothing is divided by 0")
        found[option] = float(value)
    return found
