"""A block of seeds: the same network with different weights, stacked so that one operation serves them all.

Small networks spend their time on starting operations, not on arithmetic, so hundreds of seeds cost little more than
one; every operation treats seeds apart, and blocks are filled up to a multiple of 32 seeds, which keeps the bits of a
seed the same in every block and place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.training.cells import LSTMStep
from study.training.initialisers import Weights
from study.training.optimisers import make_optimiser

LANE_WIDTH = 32  # seeds: with fewer, torch's vector loops have remainders, computed by other code with other last bits


class Block:
    """Many seeds of one LSTM with a dense sigmoid output, trained side by side.

    The weights of a layer are one matrix a seed, whose rows belong to the inputs, the carried state, and a constant 1
    (the bias), so that one product gives what all gates receive::

        joint (seed, timestep + 1, lane, features + units + 1) = [x_t | h_{t-1} | 1]

    Parameters
    ----------
    weights : sequence of dict
        Initial weights of each seed, as an initialiser gives them.
    optimiser : {'adam', 'adam_pytorch', 'sgd'}, default 'adam'
    learning_rate : float, default 0.001
    dtype : torch.dtype, default float32
    device : str, default 'cpu'
    """

    def __init__(
        self,
        weights: Sequence[Weights],
        *,
        optimiser: str = "adam",
        learning_rate: float = 1e-3,
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        self.seeds = len(weights)
        self.padded = -(-self.seeds // LANE_WIDTH) * LANE_WIDTH
        self.features, self.units = weights[0]["kernel"].shape[0], weights[0]["recurrent_kernel"].shape[0]
        self.outputs = weights[0]["dense_kernel"].shape[1]
        self.dtype, self.device = dtype, device
        width = self.features + self.units + 1
        sizes = [self.padded * width * 4 * self.units, self.padded * (self.units + 1) * self.outputs]
        self.weights = torch.zeros(sum(sizes), dtype=dtype, device=device)
        self.gradient = torch.zeros_like(self.weights)
        self.lstm, self.dense = self._matrices(self.weights)  # (seed, width, 4*unit), (seed, unit + 1, output)
        self.lstm_gradient, self.dense_gradient = self._matrices(self.gradient)
        for name, place in self._places(self.lstm, self.dense).items():
            place.copy_(torch.from_numpy(np.stack([w[name] for w in weights] + self._filler(weights, name))))
        self.optimiser = make_optimiser(optimiser, self.weights, learning_rate)
        self.windows: dict[tuple[int, int, int], Window] = {}
        self.state: tuple[Tensor, Tensor] | None = None  # (h, c), each (seed, lane, unit); None = zero

    def _filler(self, weights: Sequence[Weights], name: str) -> list[npt.NDArray[np.float32]]:
        """Fill the block up with copies of its first seed."""
        return [weights[0][name]] * (self.padded - self.seeds)

    def _matrices(self, buffer: Tensor) -> tuple[Tensor, Tensor]:
        """See a flat buffer as the matrices of both layers."""
        width = self.features + self.units + 1
        split = self.padded * width * 4 * self.units
        return (
            buffer[:split].view(self.padded, width, 4 * self.units),
            buffer[split:].view(self.padded, self.units + 1, self.outputs),
        )

    def _places(self, lstm: Tensor, dense: Tensor) -> dict[str, Tensor]:
        """Name the parts of the matrices as Keras does."""
        return {
            "kernel": lstm[:, : self.features],
            "recurrent_kernel": lstm[:, self.features : -1],
            "bias": lstm[:, -1],
            "dense_kernel": dense[:, :-1],
            "dense_bias": dense[:, -1],
        }

    def export(self, *, gradient: bool = False) -> dict[str, npt.NDArray[np.floating]]:
        """Copy the weights (or the last gradient) of all seeds out, each with a leading seed axis."""
        buffers = (self.lstm_gradient, self.dense_gradient) if gradient else (self.lstm, self.dense)
        places = self._places(*buffers)
        return {name: place[: self.seeds].cpu().numpy().copy() for name, place in places.items()}

    def reset_state(self) -> None:
        """Set the carried state of all seeds and lanes to zero."""
        self.state = None

    def update(
        self, inputs: Tensor, targets: Tensor, *, carry: bool, with_loss: bool = False, last_only: bool = True
    ) -> Tensor:
        """Make one weight update with one batch.

        Parameters
        ----------
        inputs : Tensor, shape (seed or 1, timestep, lane, feature)
            The batch; with a first axis of 1, all seeds get the same.
        targets : Tensor, shape (seed or 1, scored, lane, output)
            ``scored`` is 1 with `last_only`, else the number of timesteps.
        carry : bool
            Start from the carried state and keep the new one (as it is before the update).
        with_loss : bool, default False
            Return the loss before the update.
        last_only : bool, default True
            Whether only the last step of each window has a target.

        Returns
        -------
        Tensor, shape (seed,)
            Mean binary cross-entropy of each seed; empty unless asked for.
        """
        window = self._forward(inputs, carry=carry, last_only=last_only)
        answers = targets.reshape(targets.shape[0], -1, self.outputs)
        loss = _cross_entropy(window.logits, answers)[: self.seeds] if with_loss else window.logits.new_empty(0)
        window.backward(answers)
        self.optimiser.update(self.weights, self.gradient)
        return loss

    def _forward(self, inputs: Tensor, *, carry: bool, last_only: bool) -> Window:
        """Run one window of all seeds, and keep its last state."""
        timesteps, lanes = inputs.shape[1], inputs.shape[2]
        shape = (timesteps, lanes, 1 if last_only else timesteps)
        if shape not in self.windows:
            self.windows[shape] = Window(self, *shape)
        window = self.windows[shape]
        window.forward(inputs, self.state if carry else None)
        if carry:
            self.state = window.h_last, window.c_last
        return window

    def predict(self, inputs: Tensor, *, carry: bool, last_only: bool = True) -> Tensor:
        """Answer one batch without changing a weight.

        Parameters
        ----------
        inputs : Tensor, shape (seed or 1, timestep, lane, feature)
        carry : bool
            Start from the carried state and keep the new one.
        last_only : bool, default True
            Answer at the last step of each window alone.

        Returns
        -------
        Tensor, shape (seed, scored, lane, output)
            Probabilities.
        """
        window = self._forward(inputs, carry=carry, last_only=last_only)
        return torch.sigmoid(window.logits).view(self.padded, -1, inputs.shape[2], self.outputs)[: self.seeds]


class Window:
    """The memory of one batch of windows on its way forwards and back, made once for each shape.

    ``joint`` (seed, timestep + 1, lane, features + units + 1) holds ``[x_t | h before t | 1]``, so that the hidden
    state of one step is written where the next step reads it; its last timestep is there for the hidden state alone.

    Parameters
    ----------
    block : Block
        Whose weights are used, and whose gradient is written.
    timesteps, lanes : int
        Shape of the batch.
    scored : int
        Steps with a target, counted from the end.
    """

    def __init__(self, block: Block, timesteps: int, lanes: int, scored: int) -> None:
        seeds, features, units = block.padded, block.features, block.units

        def empty(*shape: int) -> Tensor:
            return torch.zeros(shape, dtype=block.dtype, device=block.device)

        self.block, self.timesteps, self.scored = block, timesteps, scored
        joint = empty(seeds, timesteps + 1, lanes, features + units + 1)
        joint[..., -1] = 1.0
        c = empty(timesteps + 1, seeds, lanes, units)  # before each step
        dz = empty(seeds, timesteps, lanes, 4 * units)
        self.x = joint[:, :-1, :, :features]
        hidden = joint[..., features:-1]
        self.h_first, self.h_last, self.c_first, self.c_last = hidden[:, 0], hidden[:, -1], c[0], c[-1]
        self.at_zero = True
        self.received = [joint[:, t] for t in range(timesteps)]
        self.steps = [LSTMStep(c[t], c[t + 1], hidden[:, t + 1], dz[:, t]) for t in range(timesteps)]
        # What the gradient of the LSTM's weights is made of: all that came in, times all that the gates should change.
        self.all_received_t = joint[:, :-1].view(seeds, timesteps * lanes, -1).transpose(1, 2)
        self.all_dz = dz.view(seeds, timesteps * lanes, 4 * units)
        # The output layer sees [h | 1] of the scored steps, which lie side by side in `joint`.
        self.outgoing = joint[:, -scored:, :, features:].view(seeds, scored * lanes, units + 1)
        self.outgoing_t = self.outgoing.transpose(1, 2)
        self.logits, self.error = (empty(seeds, scored * lanes, block.outputs) for _ in range(2))
        self.scale = 1 / (scored * lanes * block.outputs)
        self.dense_back = block.dense[:, :-1].transpose(1, 2)  # (seed, output, unit)
        self.lstm_back = block.lstm[:, features:-1].transpose(1, 2)  # (seed, 4 * unit, unit)
        self.dh_out = empty(seeds, scored * lanes, units)
        by_step = self.dh_out.view(seeds, scored, lanes, units)
        self.dh_of_step = [by_step[:, k] for k in range(scored)]
        self.dh, self.dc = (empty(seeds, lanes, units) for _ in range(2))

    def forward(self, inputs: Tensor, state: tuple[Tensor, Tensor] | None) -> None:
        """Run the window from a state (none: zero) to its last hidden and cell state, and to the logits."""
        self.x.copy_(inputs)
        if state is not None:
            self.h_first.copy_(state[0])
            self.c_first.copy_(state[1])
        elif not self.at_zero:
            self.h_first.zero_()
            self.c_first.zero_()
        self.at_zero = state is None
        for received, step in zip(self.received, self.steps, strict=True):
            torch.bmm(received, self.block.lstm, out=step.z)
            step.forward()
        torch.bmm(self.outgoing, self.block.dense, out=self.logits)

    def backward(self, answers: Tensor) -> None:
        """Back-propagate through the window; no gradient passes into the state that was carried into it."""
        torch.sigmoid(self.logits, out=self.error)
        self.error.sub_(answers).mul_(self.scale)
        torch.bmm(self.outgoing_t, self.error, out=self.block.dense_gradient)
        torch.bmm(self.error, self.dense_back, out=self.dh_out)
        dh, dc = self.dh_of_step[-1], None
        for t in reversed(range(self.timesteps)):
            self.steps[t].backward(dh, dc, self.dc if t else None)
            if t:
                torch.bmm(self.steps[t].dz, self.lstm_back, out=self.dh)
                if self.timesteps - t < self.scored:
                    self.dh.add_(self.dh_of_step[t - self.timesteps - 1])
                dh, dc = self.dh, self.dc
        torch.bmm(self.all_received_t, self.all_dz, out=self.block.lstm_gradient)


def _cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Mean binary cross-entropy of each seed: max(z, 0) - z * y + log(1 + exp(-|z|)), as Keras computes it."""
    elements = logits.clamp(min=0) - logits * answers + torch.log1p(torch.exp(-logits.abs()))
    return elements.mean(dim=(1, 2))
