"""Layers that are known by their step alone: run step by step, all seeds at once, and differentiated by autograd."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import torch
from torch import Tensor

from study.errors import StudyError
from study.training.engines.network import Network
from study.training.engines.window import Window
from study.training.layers.base import WHOLE_VECTORS, Empty, State, whole_vectors

Windows = dict[tuple[int, int, int, bool], Window]  # by timesteps, lanes, scored steps, and whether fed columns


def fitting_window(windows: Windows, network: Network, inputs: Tensor, *, last_only: bool) -> Window:
    """Find the memory of a batch's shape, or make it: for a way back by hand where the layer has one.

    Parameters
    ----------
    windows : dict
        Those of the network that were made, to which a new one is added.
    network : Network
    inputs, last_only
        As for `study.training.engines.block.Block.update`.
    """
    timesteps, lanes = inputs.shape[1], inputs.shape[2]
    shape = (timesteps, lanes, 1 if last_only else timesteps, inputs.ndim == 3)
    if shape not in windows:
        windows[shape] = (Window if network.layer.by_hand else AutomaticWindow)(network, *shape)
    return windows[shape]


class Carried:
    """The state before and after a window, which is all that is kept of the layer here; names as in `Recurrence`.

    Parameters
    ----------
    empty : callable
        Makes a tensor of zeros of the shape given.
    hidden : sequence of Tensor, each (seed, lane, unit)
        Hidden state before each step and after the last.
    states : int
        Tensors that are carried.
    """

    def __init__(self, empty: Empty, hidden: Sequence[Tensor], states: int) -> None:
        others = [[empty(*hidden[0].shape) for _ in range(states - 1)] for _ in range(2)]
        self.first, self.last = (hidden[0], *others[0]), (hidden[-1], *others[1])
        self.used = hidden[0].numel()
        self.whole = whole_vectors(self.used)


class AutomaticWindow(Window):
    """A window whose recurrent layer is a step, differentiated by autograd.

    Seeds that are not there fill all memory up to whole vectors, so that a seed's bits do not depend on its place.
    """

    def _make_layer(self, hidden: Sequence[Tensor]) -> Carried:
        """Make the layer's memory."""
        of_seed = self.lanes * self.block.units
        several = WHOLE_VECTORS // gcd(WHOLE_VECTORS, of_seed)  # that fill whole vectors
        self.places = -(-self.block.seeds // several) * several
        return Carried(self.block.empty, hidden, self.block.layer.states)

    def _prepare_layer(self) -> None:
        """Nothing: autograd brings its own memory."""

    def _take(self, inputs: Tensor) -> None:
        """Keep the inputs as they are; outputs that see them find them in ``joint``."""
        if self.block.sees_inputs:
            super()._take(inputs)
        if self.columns:
            inputs = inputs.unsqueeze(-1) == torch.arange(self.block.features, device=inputs.device)
        self.inputs = inputs

    def _filled_up(self, values: Tensor) -> Tensor:
        """Copy values of all seeds to memory with places for more."""
        filled = torch.zeros((self.places, *values.shape[1:]), dtype=self.block.dtype, device=values.device)
        filled[: self.block.seeds] = values
        return filled

    def _advance(self) -> None:
        """Run the layer from its first state to its last."""
        seeds, features, units, step = self.block.seeds, self.block.features, self.block.units, self.block.layer.step
        with torch.inference_mode(mode=False), torch.enable_grad():
            self.all_weights = self._filled_up(self.block.matrices[0]).requires_grad_()  # rows: inputs, state, biases
            kernel, from_state, biases = torch.split(self.all_weights, [features, units, self.block.layer.biases], 1)
            steps = self._filled_up(self.inputs.expand(seeds, -1, -1, -1)).view(self.places, -1, features)
            ones = torch.ones_like(steps[..., :1]).expand(-1, -1, self.block.layer.biases)
            x = torch.bmm(torch.cat([steps, ones], -1), torch.cat([kernel, biases], 1))
            x = x.view(self.places, self.timesteps, self.lanes, -1).transpose(0, 1).contiguous()

            def recurrent(h: Tensor, block: int | None = None) -> Tensor:
                columns = slice(None) if block is None else slice(block * units, (block + 1) * units)
                return torch.bmm(h, from_state[..., columns])

            self.state_before = tuple(self._filled_up(part) for part in self.layer.first)
            if self.block.hands_back:
                for part in self.state_before:
                    part.requires_grad_()
            state, hidden = self.state_before, []
            for x_t in x:
                before = tuple(part.detach() for part in state) if self.block.stop_gradient else state
                state = self._checked(step(x_t, before, recurrent), before)
                hidden.append(state[0])
            self.hidden = torch.stack(hidden, 1)[:seeds]  # (seed, timestep, lane, unit)
            self.state_after = state
        self.joint[:, 1:, :, self.hidden_at].copy_(self.hidden.detach())
        for place, part in zip(self.layer.last, state, strict=True):
            place.copy_(part.detach()[:seeds])

    def _checked(self, after: object, before: State) -> State:
        """Hand the state after a step on; a StudyError says what is wrong where it is not like the one before."""
        if isinstance(after, tuple) and [part.shape for part in after] == [part.shape for part in before]:
            return after
        given = [tuple(part.shape) for part in after] if isinstance(after, tuple) else f"a {type(after).__name__}"
        wanted = [tuple(part.shape) for part in before]
        raise StudyError(
            f"step of layer {self.block.layer.__name__} gives {given}; it gives the state that it takes, a tuple of "
            f"tensors (seed, lane, unit), here {wanted}"
        )

    def _go_back(self, later: State | None) -> None:
        """Write the gradient of the layer's weights, from the outputs (none) or from the gradient of the last state."""
        block, asked = self.block, [self.all_weights]
        with torch.inference_mode(mode=False), torch.enable_grad():
            if later is None:
                slots = self.dh_out[:, -self.scored * self.lanes :]
                given = [slots.view(block.seeds, self.scored, self.lanes, block.units).clone()]
                found = [self.hidden[:, -self.scored :]]
            else:
                found, given = list(self.state_after), [self._filled_up(part) for part in later]
            if block.hands_back:
                asked += self.state_before
            gradient, *of_first = torch.autograd.grad(
                found, asked, given, retain_graph=block.hands_back, allow_unused=True
            )
        block.gradients[0].copy_(gradient[: block.seeds])
        block.scattered = None  # no row is known to be zero
        self.gradient_of_first = tuple(
            torch.zeros_like(place) if part is None else part[: block.seeds]
            for place, part in zip(self.layer.first, of_first, strict=False)
        )
