"""The layer whose units see their own last output, without any gate."""

from __future__ import annotations

import torch
from torch import Tensor

from study.training.layers.base import Empty, Product, Recurrence, State


class SimpleRNN(Recurrence):
    """A layer of tanh units that see their own last output: h = tanh(z), dz = dh * (1 - h^2)."""

    gates = drawn = 1

    @classmethod
    def step(cls, x: Tensor, state: State, recurrent: Product) -> State:
        """Advance by one step."""
        (h,) = state
        return ((x + recurrent(h)).tanh(),)

    def forward(self, t: int) -> None:
        """Advance by one step."""
        self.z.flat[t].tanh_()
        self.hidden[t + 1].copy_(self.z.at[t])

    def prepare(self, empty: Empty, dz: Tensor, dh: Tensor) -> None:
        """Make the views of the way back."""
        del empty
        self.dz, self.dz_at, self.dh = dz.transpose(0, 1), list(dz.unbind(1)), self._shaped(dh)

    def differentiate(self) -> None:
        """Write 1 - h^2."""
        torch.mul(self.z.all, self.z.all, out=self.dz).neg_().add_(1.0)

    def backward(self, t: int) -> None:
        """Go back by one step."""
        self.dz_at[t].mul_(self.dh)
