"""One step of the LSTM, forwards and backwards, for many seeds and lanes at once.

The backward step is derived by hand: it is twice as fast as autograd for networks this small, and short enough to be
read beside the forward step; a test holds both against autograd.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

sigmoid_backward = torch.ops.aten.sigmoid_backward  # gradient * y * (1 - y), y the sigmoid's output
tanh_backward = torch.ops.aten.tanh_backward  # gradient * (1 - y * y), y the tanh's output


class Saved(NamedTuple):
    """What the backward step needs of the forward step; each (seed, lane, unit) but for the gates."""

    gates: Tensor  # (seed, lane, 4 * unit): input gate, forget gate, candidate, output gate
    c_before: Tensor
    tanh_c: Tensor


def lstm_forward(z: Tensor, c_before: Tensor, h: Tensor) -> tuple[Tensor, Saved]:
    """Advance the LSTM by one step: c = f * c_before + i * tanh(z_c), h = o * tanh(c).

    Parameters
    ----------
    z : Tensor, shape (seed, lane, 4 * unit)
        Inputs of the gates, in the order input, forget, candidate, output; overwritten.
    c_before : Tensor, shape (seed, lane, unit)
        Cell state before the step.
    h : Tensor, shape (seed, lane, unit)
        Where the hidden state is written.

    Returns
    -------
    c : Tensor, shape (seed, lane, unit)
        Cell state after the step.
    saved : Saved
    """
    units = c_before.shape[-1]
    candidate = torch.tanh(z[..., 2 * units : 3 * units])
    gates = z.sigmoid_()
    gates[..., 2 * units : 3 * units] = candidate
    i, f, _, o = gates.split(units, dim=-1)
    c = torch.addcmul(f * c_before, i, candidate)
    tanh_c = torch.tanh(c)
    torch.mul(o, tanh_c, out=h)
    return c, Saved(gates, c_before, tanh_c)


def lstm_backward(dh: Tensor, dc: Tensor | None, saved: Saved, dz: Tensor) -> Tensor:
    """Take gradients back through one step.

    With L the loss, and writing dx for dL/dx::

        do = dh * tanh(c)                 dc += dh * o * (1 - tanh(c)^2)
        di = dc * candidate               df = dc * c_before
        dcandidate = dc * i               dc_before = dc * f

    and each gate's gradient passes its own sigmoid or tanh to become dz.

    Parameters
    ----------
    dh : Tensor, shape (seed, lane, unit)
        Gradient of the hidden state after the step.
    dc : Tensor or None, shape (seed, lane, unit)
        Gradient of the cell state after the step that came by way of the next step; none at the last step.
    saved : Saved
        From the forward step.
    dz : Tensor, shape (seed, lane, 4 * unit)
        Where the gradient of the gates' inputs is written.

    Returns
    -------
    Tensor, shape (seed, lane, unit)
        Gradient of the cell state before the step.
    """
    gates, c_before, tanh_c = saved
    units = c_before.shape[-1]
    i, f, candidate, o = gates.split(units, dim=-1)
    dz_i, dz_f, dz_c, dz_o = dz.split(units, dim=-1)
    through_h = tanh_backward(dh * o, tanh_c)
    dc = through_h if dc is None else dc + through_h
    torch.mul(dc, candidate, out=dz_i)
    torch.mul(dc, c_before, out=dz_f)
    torch.mul(dh, tanh_c, out=dz_o)
    dz_candidate = tanh_backward(dc * i, candidate)
    sigmoid_backward(dz, gates, grad_input=dz)  # right for three gates; the candidate's block is written anew
    dz_c.copy_(dz_candidate)
    return dc * f
