"""The memory cells of 1997, before there was a forget gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from study.training.layers.base import Empty, Product, Recurrence, State, sigmoid_backward


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
    gate_names: ClassVar[tuple[str, ...]] = ("input_gate", "candidate")
    states = 2
    input_block = 0
    output_gate: ClassVar[bool] = False
    inputs_alone: ClassVar[bool] = True
    g_scale: ClassVar[float] = 1.0
    g_offset: ClassVar[float] = 0.0
    through_time = False

    @classmethod
    def step(cls, x: Tensor, state: State, recurrent: Product) -> State:
        """Advance by one step."""
        h, c = state
        i, s, *o = (x + recurrent(h.detach())).chunk(cls.gates, -1)
        c = c + i.sigmoid() * (s.sigmoid() * cls.g_scale + cls.g_offset)
        return (o[0].sigmoid() * (2 * c.sigmoid() - 1) if o else c), c

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
        self.of_gate = by_gate.transpose(0, 1).unbind(-2)  # each (timestep, seed, lane, unit)
        self.dh = self._shaped(dh)
        self.dc = empty(self.seeds, self.lanes, self.units)
        self.later = (self.dc,)
        self.dz_by_dc = list(by_gate[..., :2, :].unbind(1))
        self.dz_o = list(self.of_gate[2]) if self.output_gate else []

    def differentiate(self) -> None:
        """Write what only waits for dc or dh."""
        i, s = self.by_gate[0][0], self.by_gate[1][0]
        sigmoid_backward(self.g.all, i, grad_input=self.of_gate[0])
        sigmoid_backward(i * self.g_scale, s, grad_input=self.of_gate[1])
        if self.output_gate:
            o = self.by_gate[2][0]
            sigmoid_backward(2 * self.squashed.all - 1, o, grad_input=self.of_gate[2])
            self.dc_dh = list(2 * o * self.squashed.all * (1 - self.squashed.all))

    def backward(self, t: int) -> None:
        """Go back by one step; the cell state hands its gradient on as it is."""
        self.dc.add_(self.dh * self.dc_dh[t] if self.output_gate else self.dh)
        self.dz_by_dc[t].mul_(self.dc.unsqueeze(-2))
        if self.output_gate:
            self.dz_o[t].mul_(self.dh)


class LSTM1997Gated(LSTM1997):
    """The 1997 cell with an output gate, a recurrent hidden layer and g in [-2, 2]: the network of Task 2c.

    The paper's hidden layer also feeds the gates' own values back to all units; here the layers' outputs alone return.
    """

    gates = drawn = 3
    gate_names = ("input_gate", "candidate", "output_gate")
    output_gate, inputs_alone, g_scale, g_offset = True, False, 4.0, -2.0
