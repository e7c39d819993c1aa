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

from study.training.cells import Saved, lstm_backward, lstm_forward
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
        joint, steps = self._forward(inputs, carry=carry)
        scored = 1 if last_only else inputs.shape[1]
        lanes = inputs.shape[2]
        outgoing = joint[:, -scored:, :, self.features :].reshape(self.padded, scored * lanes, self.units + 1)  # [h | 1]
        logits = torch.bmm(outgoing, self.dense)  # (seed, scored * lane, output)
        answers = targets.reshape(targets.shape[0], scored * lanes, self.outputs)
        loss = _cross_entropy(logits, answers)[: self.seeds] if with_loss else logits.new_empty(0)
        error = torch.sigmoid(logits).sub_(answers).mul_(1 / (scored * lanes * self.outputs))
        torch.bmm(outgoing.transpose(1, 2), error, out=self.dense_gradient)
        dh_out = torch.bmm(error, self.dense[:, :-1].transpose(1, 2)).view(self.padded, scored, lanes, self.units)
        self._backward(joint, steps, dh_out)
        self.optimiser.update(self.weights, self.gradient)
        return loss

    def _forward(self, inputs: Tensor, *, carry: bool) -> tuple[Tensor, list[Saved]]:
        """Run one window of all seeds; returns the joint inputs of every step and what the way back needs."""
        timesteps, lanes = inputs.shape[1], inputs.shape[2]
        joint = torch.empty(
            (self.padded, timesteps + 1, lanes, self.features + self.units + 1), dtype=self.dtype, device=self.device
        )
        joint[:, :-1, :, : self.features] = inputs
        joint[..., -1] = 1.0
        hidden = joint[..., self.features : -1]  # (seed, timestep + 1, lane, unit): h before each step
        if carry and self.state is not None:
            hidden[:, 0], c = self.state
        else:
            hidden[:, 0], c = 0.0, self._zeros(lanes)
        steps = []
        for t in range(timesteps):
            z = torch.bmm(joint[:, t], self.lstm)
            c, saved = lstm_forward(z, c, hidden[:, t + 1])
            steps.append(saved)
        if carry:
            self.state = hidden[:, -1], c
        return joint, steps

    def _zeros(self, lanes: int) -> Tensor:
        return torch.zeros((self.padded, lanes, self.units), dtype=self.dtype, device=self.device)

    def _backward(self, joint: Tensor, steps: Sequence[Saved], dh_out: Tensor) -> None:
        """Back-propagate through the window; no gradient passes into the carried state before it."""
        timesteps, lanes, units = len(steps), joint.shape[2], self.units
        scored = dh_out.shape[1]
        dz = torch.empty((self.padded, timesteps, lanes, 4 * units), dtype=self.dtype, device=self.device)
        back = self.lstm[:, self.features : -1].transpose(1, 2)  # (seed, 4*unit, unit)
        dh, dc = dh_out[:, -1], None
        for t in reversed(range(timesteps)):
            dc = lstm_backward(dh, dc, steps[t], dz[:, t])
            if t > 0:
                dh = torch.bmm(dz[:, t], back)
                if timesteps - t < scored:
                    dh += dh_out[:, t - timesteps - 1]
        received = joint[:, :-1].reshape(self.padded, timesteps * lanes, -1)
        torch.bmm(received.transpose(1, 2), dz.view(self.padded, timesteps * lanes, -1), out=self.lstm_gradient)

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
        joint, _ = self._forward(inputs, carry=carry)
        scored, lanes = 1 if last_only else inputs.shape[1], inputs.shape[2]
        outgoing = joint[:, -scored:, :, self.features :].reshape(self.padded, scored * lanes, self.units + 1)
        answers = torch.sigmoid(torch.bmm(outgoing, self.dense))
        return answers.view(self.padded, scored, lanes, self.outputs)[: self.seeds]


def _cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Mean binary cross-entropy of each seed: max(z, 0) - z * y + log(1 + exp(-|z|)), as Keras computes it."""
    elements = logits.clamp(min=0) - logits * answers + torch.log1p(torch.exp(-logits.abs()))
    return elements.mean(dim=(1, 2))
