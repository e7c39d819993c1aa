"""The gated recurrent unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.training.layers.base import Arrays, Empty, Product, Recurrence, State, sigmoid_backward, tanh_backward


class GRU(Recurrence):
    """Gated recurrent unit (Cho et al., 2014), reset after the product, as Keras and PyTorch compute it.

    Columns in the order update u, reset r, candidate from the inputs n_x, candidate from the state n_h; the kernel of
    n_h and the recurrent kernel of n_x are zero by construction. As in Keras and PyTorch there are two biases, one
    beside each kernel; those of u and r are only used as their sum, but each is trained, so the sum takes two steps::

        n = tanh(n_x + r * n_h)                   h = (1 - u) * n + u * h_before

    Backwards::

        du = dh * (h_before - n)                  dh_before = dh * u + what passes the recurrent kernel
        dn_x = dh * (1 - u) * (1 - n^2)           dn_h = dn_x * r           dr = dn_x * n_h
    """

    gates, drawn = 4, 3
    gate_names = ("update_gate", "reset_gate", "candidate")
    biases = 2

    @classmethod
    def step(cls, x: Tensor, state: State, recurrent: Product) -> State:
        """Advance by one step."""
        (h,) = state
        u, r, n_x, n_h = (x + recurrent(h)).chunk(4, -1)
        n, u = (n_x + r.sigmoid() * n_h).tanh(), u.sigmoid()
        return ((1 - u) * n + u * h,)

    def __init__(self, empty: Empty, hidden: Sequence[Tensor]) -> None:
        super().__init__(empty, hidden)
        (self.u, self.u_at), (self.r, self.r_at), (_, self.n_x), (self.n_h, self.n_h_at) = (
            self.z.block(k, self.units) for k in range(4)
        )
        self.n, self.kept, self.from_state = self._steps(empty), self._steps(empty), self._steps(empty)

    @classmethod
    def arrange(cls, weights: Arrays) -> Arrays:
        """Spread three drawn blocks over four, the third by where it comes from."""
        kernel, recurrent, bias = (weights[name] for name in ("kernel", "recurrent_kernel", "bias"))
        units = len(recurrent)

        def from_inputs(drawn: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return np.concatenate([drawn, np.zeros_like(drawn[:, :units])], axis=1)

        def from_state(drawn: npt.NDArray[Any]) -> npt.NDArray[Any]:
            both, candidate = drawn[:, : 2 * units], drawn[:, 2 * units :]
            return np.concatenate([both, np.zeros_like(candidate), candidate], axis=1)

        return weights | {
            "kernel": from_inputs(kernel),
            "recurrent_kernel": from_state(recurrent),
            "bias": np.concatenate([from_inputs(bias[:1]), from_state(bias[1:])]),
        }

    @classmethod
    def untrained(cls, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> list[Tensor]:
        """What n_h would receive from the inputs and n_x from the state, biases included."""
        units = kernel.shape[-1] // 4
        n_x, n_h = slice(2 * units, 3 * units), slice(3 * units, None)
        return [kernel[..., n_h], recurrent[..., n_x], bias[:, 0, n_h], bias[:, 1, n_x]]

    def forward(self, t: int) -> None:
        """Advance by one step."""
        n, n_h, kept = self.n.at[t], self.from_state.at[t], self.kept.at[t]
        n.copy_(self.n_x[t])
        n_h.copy_(self.n_h_at[t])
        self.z.flat[t].sigmoid_()
        torch.mul(self.r_at[t], n_h, out=kept)
        n.add_(kept)
        self.n.flat[t].tanh_()
        torch.sub(self.hidden[t], n, out=kept)  # h_before - n, which `differentiate` needs
        torch.mul(self.u_at[t], kept, out=self.hidden[t + 1])
        self.hidden[t + 1].add_(n)

    def prepare(self, empty: Empty, dz: Tensor, dh: Tensor) -> None:
        """Make what only the way back needs."""
        by_gate = dz.view(*dz.shape[:-1], 4, self.units)
        self.of_gate, self.dz = by_gate.transpose(0, 1).unbind(-2), list(by_gate.unbind(1))
        self.direct, self.dh = empty(self.seeds, self.lanes, self.units), self._shaped(dh)

    def differentiate(self) -> None:
        """Write what only waits for dh."""
        u, r, n_x, n_h = self.of_gate  # each (timestep, seed, lane, unit)
        sigmoid_backward(self.kept.all, self.u, grad_input=u)
        tanh_backward(1 - self.u, self.n.all, grad_input=n_x)
        sigmoid_backward(n_x * self.from_state.all, self.r, grad_input=r)
        torch.mul(n_x, self.r, out=n_h)

    def backward(self, t: int) -> Tensor:
        """Go back by one step."""
        self.dz[t].mul_(self.dh.unsqueeze(-2))
        return torch.mul(self.dh, self.u_at[t], out=self.direct)
