"""One step of the LSTM, forwards and backwards, for many seeds and lanes at once.

The backward step is derived by hand: it is twice as fast as autograd for networks this small, and short enough to be
read beside the forward step; a test holds both against autograd.
"""

from __future__ import annotations

import torch
from torch import Tensor

sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input  # gradient * y * (1 - y), y the sigmoid's output
tanh_backward = torch.ops.aten.tanh_backward.grad_input  # gradient * (1 - y * y), y the tanh's output


class LSTMStep:
    """The memory of one timestep, and the arithmetic that fills it.

    All views are made once: in networks this small, making a view costs as much as the arithmetic on it.

    Parameters
    ----------
    c_before, c : Tensor, shape (seed, lane, unit)
        Cell state before and after the step.
    h : Tensor, shape (seed, lane, unit)
        Where the hidden state is written.
    dz : Tensor, shape (seed, lane, 4 * unit)
        Where the gradient of the gates' inputs is written.

    Attributes
    ----------
    z : Tensor, shape (seed, lane, 4 * unit)
        Inputs of the gates, in the order input, forget, candidate, output; `forward` turns them into the gates.
    """

    def __init__(self, c_before: Tensor, c: Tensor, h: Tensor, dz: Tensor) -> None:
        self.c_before, self.c, self.h, self.dz = c_before, c, h, dz
        units = c.shape[-1]
        self.z = torch.zeros_like(dz, memory_format=torch.contiguous_format)
        self.i, self.f, self.z_c, self.o = torch.split(self.z, units, dim=-1)
        self.dz_i, self.dz_f, self.dz_c, self.dz_o = torch.split(dz, units, dim=-1)
        self.candidate, self.tanh_c, self.dh_o, self.dc = (torch.zeros_like(c) for _ in range(4))

    def forward(self) -> None:
        """Advance by one step: c = f * c_before + i * tanh(z_c), h = o * tanh(c)."""
        self.candidate.copy_(self.z_c)  # contiguous, which tanh is three times faster on
        self.candidate.tanh_()
        self.z.sigmoid_()
        torch.mul(self.f, self.c_before, out=self.c)
        self.c.addcmul_(self.i, self.candidate)
        torch.tanh(self.c, out=self.tanh_c)
        torch.mul(self.o, self.tanh_c, out=self.h)

    def backward(self, dh: Tensor, dc_next: Tensor | None, dc_before: Tensor | None) -> None:
        """Take gradients back through the step.

        With L the loss, and writing dx for dL/dx::

            do = dh * tanh(c)                 dc = dc_next + dh * o * (1 - tanh(c)^2)
            di = dc * candidate               df = dc * c_before
            dcandidate = dc * i               dc_before = dc * f

        and each gate's gradient passes its own sigmoid or tanh to become dz.

        Parameters
        ----------
        dh : Tensor, shape (seed, lane, unit)
            Gradient of the hidden state after the step.
        dc_next : Tensor or None, shape (seed, lane, unit)
            Gradient of the cell state that came by way of the next step; none at the last step.
        dc_before : Tensor or None, shape (seed, lane, unit)
            Where the gradient of the cell state before the step is written; none at the first step.
        """
        torch.mul(dh, self.o, out=self.dh_o)
        tanh_backward(self.dh_o, self.tanh_c, grad_input=self.dc)
        if dc_next is not None:
            self.dc.add_(dc_next)
        torch.mul(self.dc, self.candidate, out=self.dz_i)
        torch.mul(self.dc, self.c_before, out=self.dz_f)
        torch.mul(dh, self.tanh_c, out=self.dz_o)
        torch.mul(self.dc, self.i, out=self.dh_o)
        sigmoid_backward(self.dz, self.z, grad_input=self.dz)  # right for three gates, then the candidate's block:
        tanh_backward(self.dh_o, self.candidate, grad_input=self.dh_o)
        self.dz_c.copy_(self.dh_o)
        if dc_before is not None:
            torch.mul(self.dc, self.f, out=dc_before)
