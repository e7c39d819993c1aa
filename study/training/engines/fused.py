"""Long windows of few seeds: the library's own LSTM, which runs through a whole window at one call, seed after seed.

Where few seeds share an operation, starting operations step by step takes longer than the arithmetic, and the fused
kernel wins; where many seeds share it, the default path does. Which one a seed is trained by changes its last bits, so
the choice is a setting of the layer (or made by an estimator, which has one seed) and never follows from the block.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from study.training.engines.automatic import Carried
from study.training.engines.block import Block
from study.training.engines.window import Window
from study.training.initialisers import Weights
from study.training.layers.base import State
from study.training.layers.lstm import LSTM
from study.training.settings import Settings

FUSED_FROM = 50  # steps of a window from which one seed alone is faster so


class FusedBlock(Block):
    """A block whose recurrent layer is the library's; all else is inherited."""

    feeds_columns = False

    @classmethod
    def obstacle(cls, settings: Settings, weights: Weights, *, timesteps: int, lanes: int) -> str | None:
        """Say why the library's layer cannot be used, if it cannot."""
        del weights, timesteps, lanes
        if settings.layer != "lstm":
            return "it knows the LSTM alone"
        if settings.stop_gradient or settings.gradient_rows > 1:
            return "its gradient passes through a whole window, and no further"
        return None if settings.dtype == torch.float32 else "it is fast in single precision alone"

    def _window(self, timesteps: int, lanes: int, scored: int, columns: bool) -> Window:
        """Make the memory of one shape of batch."""
        return FusedWindow(self, timesteps, lanes, scored, columns)


class FusedWindow(Window):
    """A window whose recurrent layer is computed by `torch.lstm`, and differentiated by autograd."""

    def _make_layer(self, hidden: Sequence[Tensor]) -> Carried:
        """Make the layer's memory."""
        return Carried(self.block.empty, hidden, LSTM.states)

    def _prepare_layer(self) -> None:
        """Nothing: autograd brings its own memory."""

    def _take(self, inputs: Tensor) -> None:
        """Keep the inputs as they are; outputs that see them find them in ``joint``."""
        self.inputs = inputs
        if self.block.sees_inputs:
            super()._take(inputs)

    def _advance(self) -> None:
        """Run the layer from its first state to its last."""
        units, (h, c), (h_last, c_last) = self.block.units, self.layer.first, self.layer.last
        hidden = self.joint[:, 1:, :, -1 - units : -1]  # (seed, timestep, lane, unit)
        self.passed: list[tuple[Tensor, Tensor]] = []  # weights of each seed, and the hidden states they led to
        for seed, matrix in enumerate(self.matrix):
            with torch.inference_mode(mode=False), torch.enable_grad():
                weights = matrix.clone().requires_grad_()  # rows: inputs, state, bias
                parts = [weights[: -1 - units].T, weights[-1 - units : -1].T, weights[-1], torch.zeros_like(weights[0])]
                state = [part[seed : seed + 1].clone() for part in (h, c)]
                found, after, layer_after = torch.lstm(
                    self.inputs[min(seed, len(self.inputs) - 1)].clone(), state, parts, True, 1, 0.0, True, False, False
                )
            hidden[seed].copy_(found.detach())
            h_last[seed].copy_(after.detach()[0])
            c_last[seed].copy_(layer_after.detach()[0])
            self.passed.append((weights, found))

    def _go_back(self, later: State | None) -> None:
        """Write the gradient of the layer's weights; there is no later window."""
        del later
        dh = self.dh_out[:, -self.scored * self.lanes :].view(-1, self.scored, self.lanes, self.block.units)
        for seed, (weights, found) in enumerate(self.passed):
            with torch.inference_mode(mode=False), torch.enable_grad():
                scored = found if self.scored == self.timesteps else found[-self.scored :]  # a slice is copied back
                (gradient,) = torch.autograd.grad(scored, weights, dh[seed].clone())
            self.recurrent_gradient[seed].copy_(gradient)


def fused_pays(timesteps: int) -> bool:
    """Whether one seed alone is trained faster so.

    Measured (milliseconds an update of one seed, default : fused : a plain `nn.LSTM` loop): 16 steps 0.7 : 1.1 : 1.3,
    32 steps 1.0 : 1.2 : 1.4, 64 steps 1.8 : 1.3 : 1.4, 100 steps 2.6 : 1.5 : 1.5, of 8 lanes 2.9 : 2.2 : 2.4, of 32
    lanes 4.5 : 4.5 : 4.2; 1,000 steps 25 : 3.7 : 4.0, of 8 lanes 33 : 10 : 11, of 32 lanes 46 : 41 : 40. With 8 seeds
    the default path has caught up: 100 steps 0.4, of 8 lanes 0.8, of 32 lanes 2.2; 1,000 steps 3.6, of 8 lanes 8.3.
    """
    return timesteps >= FUSED_FROM
