"""The recurrent layers: LSTM, the LSTM of 1997, GRU and simple RNN, forwards and backwards for many seeds at once.

The backward steps are derived by hand: that is twice as fast as autograd for networks this small, and short enough to
be read beside the forward steps; tests hold both against autograd.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input  # gradient * y * (1 - y), y the sigmoid's output
tanh_backward = torch.ops.aten.tanh_backward.grad_input  # gradient * (1 - y * y), y the tanh's output

# Elements: torch computes what its vector loops leave over (up to two AVX-512 vectors) with other code, whose sigmoid
# and tanh have other last bits. Memory filled up to a multiple of this has no remainder, so a seed's bits do not
# depend on its place in the block.
WHOLE_VECTORS = 32

Arrays = dict[str, npt.NDArray[Any]]
Empty = Callable[..., Tensor]


def whole_vectors(elements: int) -> int:
    """Round a number of elements up to whole vectors."""
    return -(-elements // WHOLE_VECTORS) * WHOLE_VECTORS


class Steps:
    """Memory of one quantity at every timestep, each step contiguous and filled up to whole vectors.

    Parameters
    ----------
    empty : callable
        Makes a tensor of zeros of the shape given.
    timesteps : int
    shape : tuple of int
        Shape at one step: (seed, lane, width).

    Attributes
    ----------
    all : Tensor, shape (timestep, seed, lane, width)
    at : list of Tensor, each (seed, lane, width)
    flat : list of Tensor, one-dimensional
        The same memory with its filling, for functions whose bits depend on the place.
    """

    def __init__(self, empty: Empty, timesteps: int, shape: tuple[int, ...]) -> None:
        used = int(np.prod(shape))
        memory = empty(timesteps, whole_vectors(used))
        self.flat = list(memory)
        self.all = memory[:, :used].view(timesteps, *shape)
        self.at = list(self.all)

    def block(self, number: int, units: int) -> tuple[Tensor, list[Tensor]]:
        """See one block of `units` columns: at all steps, and step by step."""
        part = self.all[..., number * units : (number + 1) * units]
        return part, list(part)


class Recurrence(ABC):
    """One recurrent layer on one window: the memory of all its timesteps, and the arithmetic that fills it.

    All views are made once: in networks this small, making a view costs as much as the arithmetic on it. Backwards,
    everything that does not depend on later steps is computed for the whole window at once (`differentiate`), so
    that the loop over steps has little left to do.

    Parameters
    ----------
    empty : callable
        Makes a tensor of zeros of the shape given.
    hidden : sequence of Tensor, timesteps + 1 of shape (seed, lane, unit)
        Hidden state before each step and after the last; `forward` writes it.

    Attributes
    ----------
    gates : int
        Blocks of `unit` columns in the layer's matrix.
    keeps_z : bool
        Whether every step has memory of its own for ``z``; otherwise all share that of one.
    z : Steps of width gates * unit
        Inputs of the gates, which `forward` turns into the gates.
    z_at : list of Tensor, each (seed, lane, gates * unit)
        Where the caller writes the inputs of the gates of each step, before the step.
    first, last : tuple of Tensor
        What is carried from window to window, the hidden state first.
    through_time : bool
        Whether the loss reaches earlier steps by way of the recurrent kernel.
    """

    gates: ClassVar[int]
    drawn: ClassVar[int]  # blocks of columns that an initialiser draws
    input_block: ClassVar[int | None] = None
    forget_block: ClassVar[int | None] = None
    through_time = True
    keeps_z = True

    def __init__(self, empty: Empty, hidden: Sequence[Tensor]) -> None:
        self.hidden, self.timesteps = list(hidden), len(hidden) - 1
        self.seeds, self.lanes, self.units = hidden[0].shape
        self.used = self.seeds * self.lanes * self.units
        self.whole = whole_vectors(self.used)
        kept = self.timesteps if self.keeps_z else 1
        self.z = Steps(empty, kept, (self.seeds, self.lanes, self.gates * self.units))
        self.z_at = self.z.at * (self.timesteps // kept)
        self.first: tuple[Tensor, ...] = (hidden[0],)
        self.last: tuple[Tensor, ...] = (hidden[-1],)

    def _steps(self, empty: Empty, blocks: int = 1, extra: int = 0) -> Steps:
        return Steps(empty, self.timesteps + extra, (self.seeds, self.lanes, blocks * self.units))

    def _shaped(self, memory: Tensor) -> Tensor:
        """See whole vectors, the last axis, as (seed, lane, unit)."""
        return memory[..., : self.used].view(*memory.shape[:-1], self.seeds, self.lanes, self.units)

    def _by_gate(self, columns: Tensor) -> Tensor:
        """See (seed, lane, gate * unit) as (gate, seed, lane, unit)."""
        return columns.view(*columns.shape[:-1], -1, self.units).movedim(-2, 0)

    @classmethod
    def arrange(cls, weights: Arrays) -> Arrays:
        """Bring weights as they are drawn into the layer's columns."""
        return weights

    @classmethod
    def untrained(cls, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> list[Tensor]:
        """Pick the parts of (seed, row, column) matrices that are zero by construction and stay so."""
        del kernel, recurrent, bias
        return []

    @abstractmethod
    def forward(self, t: int) -> None:
        """Advance by step `t`: from ``z[t]`` and the state before it to the state after it."""

    @abstractmethod
    def prepare(self, empty: Empty, dz: Tensor, dh: Tensor) -> None:
        """Make what only the way back needs, once.

        Parameters
        ----------
        empty : callable
            As for the constructor.
        dz : Tensor, shape (seed, timestep, lane, gates * unit)
            Where the gradient of ``z`` will be built.
        dh : Tensor, shape (whole,)
            Where `backward` finds the gradient of the hidden state: (seed, lane, unit), filled up to whole vectors.
        """

    @abstractmethod
    def differentiate(self) -> None:
        """Compute the derivatives of the gates at all steps, which `backward` multiplies."""

    @abstractmethod
    def backward(self, t: int) -> Tensor | None:
        """Finish ``dz[:, t]``, given the gradient of the hidden state after step `t`; called from the last step down.

        Returns
        -------
        Tensor or None, shape (seed, lane, unit)
            The part of the gradient of the hidden state before the step that does not pass the recurrent kernel.
        """


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
    input_block, forget_block = 0, 1
    keeps_z = False

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
        if t == self.timesteps - 1:
            torch.mul(self.dh, dc_dh, out=self.dc)
        else:
            self.dc.addcmul_(self.dh, dc_dh)
        dz_by_dc.mul_(self.dc)
        dz_o.mul_(self.dh)
        dz.copy_(dz_by_gate)
        if t:
            self.dc.mul_(f)


class LSTM1997(Recurrence):
    """The memory cell of Hochreiter and Schmidhuber (1997): no forget gate, so the cell state keeps all it gets.

    Gates in the order input gate, layer input, output gate, all logistic. With s the layer input's logistic value::

        c = c_before + i * g        g = g_scale * s + g_offset
        h = o * (2 * logistic(c) - 1), or h = c without an output gate

    Errors flow back unscaled along c. As in the paper they do not pass from the gates' inputs to earlier steps
    (`through_time` False); the incoming weights of the gates do learn.

    This class has no output gate, g in [0, 1], and inputs alone: the network of Task 2a.
    """

    gates = drawn = 2
    input_block = 0
    output_gate: ClassVar[bool] = False
    inputs_alone: ClassVar[bool] = True
    g_scale: ClassVar[float] = 1.0
    g_offset: ClassVar[float] = 0.0
    through_time = False

    def __init__(self, empty: Empty, hidden: Sequence[Tensor]) -> None:
        super().__init__(empty, hidden)
        self.by_gate = [self.z.block(k, self.units) for k in range(self.gates)]
        self.g, self.c = self._steps(empty), self._steps(empty, extra=1)
        self.squashed = self._steps(empty)  # logistic(c)
        self.first, self.last = (hidden[0], self.c.at[0]), (hidden[-1], self.c.at[-1])

    @classmethod
    def untrained(cls, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> list[Tensor]:
        """No biases, and where the layer sees the inputs alone, no recurrent kernel."""
        del kernel
        return [recurrent, bias] if cls.inputs_alone else [bias]

    def forward(self, t: int) -> None:
        """Advance by one step."""
        self.z.flat[t].sigmoid_()
        i, s = (at[t] for _, at in self.by_gate[:2])
        g, c = self.g.at[t], self.c.at[t + 1]
        torch.mul(s, self.g_scale, out=g).add_(self.g_offset)
        torch.mul(i, g, out=c)
        c.add_(self.c.at[t])
        if not self.output_gate:
            self.hidden[t + 1].copy_(c)
            return
        torch.sigmoid(self.c.flat[t + 1], out=self.squashed.flat[t])
        torch.mul(self.squashed.at[t], 2.0, out=self.hidden[t + 1]).sub_(1.0).mul_(self.by_gate[2][1][t])

    def prepare(self, empty: Empty, dz: Tensor, dh: Tensor) -> None:
        """Make what only the way back needs."""
        by_gate = dz.view(*dz.shape[:-1], self.gates, self.units)
        self.parts = by_gate.transpose(0, 1).unbind(-2)  # each (timestep, seed, lane, unit)
        self.dh = self._shaped(dh)
        self.dc = empty(self.seeds, self.lanes, self.units)
        self.dz_by_dc = list(by_gate[..., :2, :].unbind(1))
        self.dz_o = list(self.parts[2]) if self.output_gate else []

    def differentiate(self) -> None:
        """Write what only waits for dc or dh."""
        i, s = self.by_gate[0][0], self.by_gate[1][0]
        sigmoid_backward(self.g.all, i, grad_input=self.parts[0])
        sigmoid_backward(i * self.g_scale, s, grad_input=self.parts[1])
        if self.output_gate:
            o = self.by_gate[2][0]
            sigmoid_backward(2 * self.squashed.all - 1, o, grad_input=self.parts[2])
            self.dc_dh = list(2 * o * self.squashed.all * (1 - self.squashed.all))

    def backward(self, t: int) -> None:
        """Go back by one step; the cell state hands its gradient on as it is."""
        through = self.dh * self.dc_dh[t] if self.output_gate else self.dh
        if t == self.timesteps - 1:
            self.dc.copy_(through)
        else:
            self.dc.add_(through)
        self.dz_by_dc[t].mul_(self.dc.unsqueeze(-2))
        if self.output_gate:
            self.dz_o[t].mul_(self.dh)


class LSTM1997Gated(LSTM1997):
    """The 1997 cell with an output gate, a recurrent hidden layer and g in [-2, 2]: the network of Task 2c.

    The paper's hidden layer also feeds the gates' own values back to all units; here the layers' outputs alone return.
    """

    gates = drawn = 3
    output_gate, inputs_alone, g_scale, g_offset = True, False, 4.0, -2.0


class SimpleRNN(Recurrence):
    """A layer of tanh units that see their own last output: h = tanh(z), dz = dh * (1 - h^2)."""

    gates = drawn = 1

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


class LogisticRNN(SimpleRNN):
    """The recurrent unit of 1997's comparison: logistic instead of tanh, no bias; dz = dh * h * (1 - h)."""

    @classmethod
    def untrained(cls, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> list[Tensor]:
        """No biases."""
        del kernel, recurrent
        return [bias]

    def forward(self, t: int) -> None:
        """Advance by one step."""
        self.z.flat[t].sigmoid_()
        self.hidden[t + 1].copy_(self.z.at[t])

    def differentiate(self) -> None:
        """Write h * (1 - h)."""
        torch.mul(self.z.all, -1.0, out=self.dz).add_(1.0).mul_(self.z.all)


class GRU(Recurrence):
    """Gated recurrent unit (Cho et al., 2014), reset after the product, as Keras and PyTorch compute it.

    Columns in the order update u, reset r, candidate from the inputs n_x, candidate from the state n_h; the kernel of
    n_h and the recurrent kernel of n_x are zero by construction. Keras and PyTorch train two biases for u and r that
    are only used as their sum; here the sum is one bias::

        n = tanh(n_x + r * n_h)                   h = (1 - u) * n + u * h_before

    Backwards::

        du = dh * (h_before - n)                  dh_before = dh * u + what passes the recurrent kernel
        dn_x = dh * (1 - u) * (1 - n^2)           dn_h = dn_x * r           dr = dn_x * n_h
    """

    gates, drawn = 4, 3

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
        none = np.zeros_like(kernel[:, :units]), np.zeros_like(recurrent[:, :units]), np.zeros_like(bias[:units])
        return weights | {
            "kernel": np.concatenate([kernel, none[0]], axis=1),
            "recurrent_kernel": np.concatenate([recurrent[:, : 2 * units], none[1], recurrent[:, 2 * units :]], axis=1),
            "bias": np.concatenate([bias, none[2]]),
        }

    @classmethod
    def untrained(cls, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> list[Tensor]:
        """The kernel of n_h and the recurrent kernel of n_x."""
        del bias
        units = kernel.shape[-1] // 4
        return [kernel[..., 3 * units :], recurrent[..., 2 * units : 3 * units]]

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
        self.parts, self.dz = by_gate.transpose(0, 1).unbind(-2), list(by_gate.unbind(1))
        self.direct, self.dh = empty(self.seeds, self.lanes, self.units), self._shaped(dh)

    def differentiate(self) -> None:
        """Write what only waits for dh."""
        u, r, n_x, n_h = self.parts  # each (timestep, seed, lane, unit)
        sigmoid_backward(self.kept.all, self.u, grad_input=u)
        tanh_backward(1 - self.u, self.n.all, grad_input=n_x)
        sigmoid_backward(n_x * self.from_state.all, self.r, grad_input=r)
        torch.mul(n_x, self.r, out=n_h)

    def backward(self, t: int) -> Tensor:
        """Go back by one step."""
        self.dz[t].mul_(self.dh.unsqueeze(-2))
        return torch.mul(self.dh, self.u_at[t], out=self.direct)


LAYERS: dict[str, type[Recurrence]] = {
    "lstm": LSTM,
    "lstm_1997": LSTM1997,
    "lstm_1997_gated": LSTM1997Gated,
    "simple_rnn": SimpleRNN,
    "logistic_rnn": LogisticRNN,
    "gru": GRU,
}
