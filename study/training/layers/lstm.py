"""Long short-term memory with a forget gate."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from study.training.layers.base import Empty, Product, Recurrence, State


class LSTM(Recurrence):
    """Long short-term memory with a forget gate (Gers et al., 2000), gates in the order i, f, candidate, o.

    ::

        c = f * c_before + i * candidate          h = o * tanh(c)

    Backwards, with L the loss and dx for dL/dx::

        dc = dc_next + dh * o * (1 - tanh(c)^2)   dc_before = dc * f
        di = dc * candidate                       df = dc * c_before
        dcandidate = dc * i                       do = dh * tanh(c)

    and each gate's gradient passes its own sigmoid or tanh to become dz.
    """

    gates = drawn = 4
    gate_names = ("input_gate", "forget_gate", "candidate", "output_gate")
    states = 2
    input_block, forget_block = 0, 1
    keeps_z = False

    @classmethod
    def step(cls, x: Tensor, state: State, recurrent: Product) -> State:
        """Advance by one step."""
        h, c = state
        i, f, candidate, o = (x + recurrent(h)).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * candidate.tanh()
        return o.sigmoid() * c.tanh(), c

    def __init__(self, empty: Empty, hidden: Sequence[Tensor]) -> None:
        super().__init__(empty, hidden)
        # Each gate's numbers stand together, so that all that follows runs over one piece of memory at a time; beside
        # the gates i, f and o stands what they are multiplied with: candidate, c before the step, tanh(c).
        self.by_gate, self.partners = empty(self.timesteps, 4, self.whole), empty(self.timesteps + 1, 4, self.whole)
        self.added, self.h = (empty(self.timesteps, self.whole) for _ in range(2))  # i * candidate; o * tanh(c)
        self.f_at = [self._shaped(gates[1]) for gates in self.by_gate]
        c = [partners[1] for partners in self.partners]
        self.first, self.last = (hidden[0], self._shaped(c[0])), (hidden[-1], self._shaped(c[-1]))
        self.at = [
            (
                *(self._by_gate(self.z_at[t]), self._shaped(gates), gates, *gates.unbind(), self.added[t]),
                *(partners[0], c[t], partners[3], c[t + 1], self.h[t], self._shaped(self.h[t]), hidden[t + 1]),
            )
            for t, (gates, partners) in enumerate(zip(self.by_gate, self.partners[:-1], strict=True))
        ]

    def forward(self, t: int) -> None:
        """Advance by one step."""
        z, gates_at, gates, i, f, z_c, o, added, candidate, c_before, tanh_c, c, h, h_at, hidden = self.at[t]
        gates_at.copy_(z)
        torch.tanh(z_c, out=candidate)
        gates.sigmoid_()  # of the candidate too, unused: one call is faster than two
        torch.mul(i, candidate, out=added)
        torch.addcmul(added, f, c_before, out=c)
        torch.tanh(c, out=tanh_c)
        torch.mul(o, tanh_c, out=h)
        hidden.copy_(h_at)

    def prepare(self, empty: Empty, dz: Tensor, dh: Tensor) -> None:
        """Make what only the way back needs."""
        self.dz, self.dc_dh = empty(self.timesteps, 4, self.whole), empty(self.timesteps, self.whole)
        self.dc, self.dh = empty(self.whole), dh
        self.later = (self._shaped(self.dc),)
        self.back_at = [
            (
                *(dz_by_gate[:3], dz_by_gate[3], self.dc_dh[t], self.by_gate[t, 1]),
                *(self._by_gate(dz[:, t]), self._shaped(dz_by_gate)),
            )
            for t, dz_by_gate in enumerate(self.dz)
        ]
        partners, gates = self.partners[:-1], self.by_gate
        self.for_slopes = partners, gates[:, 0], partners[:, 0], gates[:, 3], partners[:, 3], self.dz[:, 2]

    def differentiate(self) -> None:
        """Write di/dz_i * candidate and the like, which only wait for dc or dh."""
        partners, i, candidate, o, tanh_c, dz_candidate = self.for_slopes
        torch.addcmul(self.by_gate, self.by_gate, self.by_gate, value=-1, out=self.dz)  # y * (1 - y)
        self.dz.mul_(partners)
        torch.addcmul(i, self.added, candidate, value=-1, out=dz_candidate)  # i * (1 - candidate^2)
        torch.addcmul(o, self.h, tanh_c, value=-1, out=self.dc_dh)  # o * (1 - tanh(c)^2)

    def backward(self, t: int) -> None:
        """Go back by one step; `dc` holds what came by way of the next one."""
        dz_by_dc, dz_o, dc_dh, f, dz, dz_by_gate = self.back_at[t]
        self.dc.addcmul_(self.dh, dc_dh)
        dz_by_dc.mul_(self.dc)
        dz_o.mul_(self.dh)
        dz.copy_(dz_by_gate)
        self.dc.mul_(f)
