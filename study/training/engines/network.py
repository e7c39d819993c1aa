"""Many seeds of one small network: a recurrent layer, and a dense layer of logistic outputs above it.

All weights of all seeds lie in one flat buffer, so that an optimiser changes them by one operation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import unknown_name
from study.training.frozen import Masks
from study.training.initialisers import Weights
from study.training.layers import find_layer
from study.training.layers.base import whole_vectors
from study.training.losses import LOSSES
from study.training.settings import Settings


class Network:
    """The weights of many seeds of one network, and their gradient.

    The weights of the recurrent layer are one matrix a seed, whose rows belong to the inputs, the carried state, and a
    constant 1 (the bias; twice where a layer has two), so that one product gives what all gates receive::

        joint (seed, timestep + 1, lane, features + units + biases) = [x_t | h_{t-1} | 1]

    Parameters
    ----------
    weights : sequence of dict
        Initial weights of each seed, as an initialiser gives them. With ``direct_kernel`` the outputs see the inputs
        too; without ``dense_bias`` they have no bias.
    settings : Settings

    Attributes
    ----------
    weights, gradient : Tensor
        Flat buffers of all seeds.
    matrices, gradients : list of Tensor
        The same memory: recurrent (seed, features + units + biases, gates * units), dense (seed, output, units + 1),
        and where the outputs see the inputs, direct (seed, output, features).
    scattered : Tensor or None
        Rows of the kernel's gradient that are not zero; none = all may be.
    """

    def __init__(self, weights: Sequence[Weights], settings: Settings) -> None:
        if settings.loss not in LOSSES:
            raise unknown_name("loss", settings.loss, LOSSES)
        self.layer, self.loss = find_layer(settings.layer), LOSSES[settings.loss]
        weights = [self.layer.arrange(drawn) for drawn in weights]
        self.seeds = len(weights)
        self.features, self.units = weights[0]["kernel"].shape[0], weights[0]["recurrent_kernel"].shape[0]
        self.outputs = weights[0]["dense_kernel"].shape[1]
        self.sees_inputs = "direct_kernel" in weights[0]
        self.dtype, self.device, self.stop_gradient = settings.dtype, settings.device, settings.stop_gradient
        self.hands_back = settings.gradient_rows > 1  # whether a window's gradient is asked for at its first state too
        self.weights = self.empty(whole_vectors(sum(map(int, map(np.prod, self._shapes())))))
        self.gradient = torch.zeros_like(self.weights)
        self.matrices = self.as_matrices(self.weights)
        self.gradients = self.as_matrices(self.gradient)
        for name, place in self._places(self.matrices).items():
            if name in weights[0]:
                place.copy_(torch.from_numpy(np.stack([w[name] for w in weights])))
        self.untrained = self._untrained(with_dense_bias="dense_bias" in weights[0])
        self.scattered: Tensor | None = None

    def empty(self, *shape: int) -> Tensor:
        """Make a tensor of zeros of the network's kind."""
        return torch.zeros(shape, dtype=self.dtype, device=self.device)

    def _shapes(self) -> list[tuple[int, int, int]]:
        """Give the shapes of the layers' matrices: recurrent; dense, turned so that each output's weights are a row."""
        rows = self.features + self.units + self.layer.biases
        shapes = [(self.seeds, rows, self.layer.gates * self.units), (self.seeds, self.outputs, self.units + 1)]
        return [*shapes, (self.seeds, self.outputs, self.features)] if self.sees_inputs else shapes

    def as_matrices(self, buffer: Tensor) -> list[Tensor]:
        """See a flat buffer as the layers' matrices."""
        shapes = self._shapes()
        sizes = [int(np.prod(shape)) for shape in shapes]
        parts = torch.split(buffer[: sum(sizes)], sizes)
        return [part.view(shape) for part, shape in zip(parts, shapes, strict=True)]

    def _places(self, matrices: Sequence[Tensor]) -> dict[str, Tensor]:
        """Name the parts of the matrices as Keras does."""
        recurrent, dense = matrices[0], matrices[1].transpose(1, 2)
        biases = recurrent[:, self.features + self.units :]
        places = {
            "kernel": recurrent[:, : self.features],
            "recurrent_kernel": recurrent[:, self.features : self.features + self.units],
            "bias": biases if self.layer.biases > 1 else biases[:, 0],
            "dense_kernel": dense[:, :-1],
            "dense_bias": dense[:, -1],
        }
        return places | {"direct_kernel": matrices[2].transpose(1, 2)} if self.sees_inputs else places

    def _untrained(self, *, with_dense_bias: bool) -> list[Tensor]:
        """List the parts of the gradient that are held at zero."""
        places = self._places(self.gradients)
        found = self.layer.untrained(places["kernel"], places["recurrent_kernel"], places["bias"])
        for weight in self.layer.untrained(*(self._places(self.matrices)[n] for n in list(places)[:3])):
            weight.zero_()
        return found if with_dense_bias else [*found, places["dense_bias"]]

    def mask_of(self, frozen: Masks | None) -> Tensor | None:
        """Give a factor for the whole gradient: 0 where a weight is frozen, 1 elsewhere; none where none is."""
        if frozen is None or not any(mask.any() for mask in frozen.values()):
            return None
        factor = torch.ones_like(self.weights)
        places = self._places(self.as_matrices(factor))
        for name, mask in self.layer.arrange(frozen).items():
            places[name].copy_(torch.from_numpy(~mask))
        return factor

    def export(self, *, gradient: bool = False) -> dict[str, npt.NDArray[np.floating]]:
        """Copy the weights (or the last gradient) of all seeds out, each with a leading seed axis."""
        places = self._places(self.gradients if gradient else self.matrices)
        return {name: place.cpu().numpy().copy() for name, place in places.items()}
