"""One batch of windows of a block of seeds, forwards and back: all that is computed between two weight updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from study.training.engines.network import Network
from study.training.layers.base import State, whole_vectors
from study.training.losses import softmax

# Rows from which a product with a turned matrix is faster on a copy of it: 50 seeds, (rows, 80) by (80, 20), turned
# against copied, microseconds: 2 rows 8 : 11, 4 rows 162 : 16, 8 rows 158 : 20, 32 rows 389 : 76; the copy itself 52.
TURNED = 4
# Multiplications of one seed below which torch.bmm is a plain loop: 100 seeds, (5, slots) by (slots, 21), 2 slots 86,
# 4 slots 17.
PLAIN = 400


class Window:
    """The memory of one batch of windows on its way forwards and back, made once for each shape.

    ``joint`` (seed, timestep + 1, lane, features + units + biases) holds ``[x_t | h before t | 1]``, so that the hidden
    state of one step is written where the next step reads it; its last timestep is there for the hidden state alone.
    Where inputs come as columns, ``x_t`` is left out of it, and rows of the kernel are gathered instead.

    Parameters
    ----------
    block : Network
        Whose weights are used, and whose gradient is written.
    timesteps, lanes : int
        Shape of the batch.
    scored : int
        Steps with a target, counted from the end.
    columns : bool
        Whether inputs come as columns of one-hot vectors.
    """

    def __init__(self, block: Network, timesteps: int, lanes: int, scored: int, columns: bool) -> None:
        self.block, self.timesteps, self.lanes, self.scored, self.columns = block, timesteps, lanes, scored, columns
        seeds, units, empty = block.seeds, block.units, block.empty
        features = 0 if columns else block.features
        self.first_row = block.features - features  # of the recurrent layer's matrix
        self.matrix = block.matrices[0][:, self.first_row :]
        joint = empty(seeds, timesteps + 1, lanes, features + units + block.layer.biases)
        joint[..., features + units :] = 1.0
        self.x = joint[:, :-1, :, :features]
        self.hidden_at = slice(features, features + units)
        self.layer = self._make_layer(joint[..., self.hidden_at].unbind(1))
        self.at_zero = True
        self.received = list(joint[:, :-1].unbind(1))
        # What the outputs see: [h | 1] of the scored steps, and their inputs, side by side in `joint`.
        slots = scored * lanes
        self.with_one = slice(features, features + units + 1)
        self.outgoing = joint[:, -scored:, :, self.with_one].view(seeds, slots, units + 1)
        self.x_of_slots = self.x[:, -scored:].view(seeds, slots, features)
        self.dense_turned = block.matrices[1].transpose(1, 2)
        self.dense_copy = empty(*self.dense_turned.shape) if slots >= TURNED else None
        used = seeds * slots * block.outputs
        self.logits_flat, self.answers_flat = empty(whole_vectors(used)), empty(whole_vectors(used))
        self.logits, self.answers = (
            flat[:used].view(seeds, slots, -1) for flat in (self.logits_flat, self.answers_flat)
        )
        self.joint = joint
        self.prepared = False  # for the way back
        self.gradient_of_first: State = ()  # gradient of the first state, once asked for by `block.hands_back`

    def _make_layer(self, hidden: Sequence[Tensor]) -> Any:
        """Make the layer's memory; its hidden states stand in ``joint``."""
        by_hand: Any = self.block.layer
        return by_hand(self.block.empty, hidden)

    def _prepare_backward(self) -> None:
        """Make what only training needs."""
        block, seeds, units, slots = self.block, self.block.seeds, self.block.units, self.logits.shape[1]
        # A tensor: a Python number would be made into one at every update, for 3 % of the time of 128 seeds.
        self.scale = torch.tensor(block.loss.weight(block.outputs) / slots, dtype=block.dtype, device=block.device)
        self.recurrent_gradient = block.gradients[0][:, self.first_row :]
        self.dense_of_hidden = block.matrices[1][..., :-1]  # (seed, output, unit)
        # Of one slot a seed, an outer product by broadcasting takes 8 us where bmm takes 79 (128 seeds), and the way
        # back to the hidden state 16 us as product and sum where bmm takes 27: so small, bmm is a plain loop.
        # Of few slots, those of the step before, with an error of zero, bring the products to where bmm is fast.
        few = self.scored == 1 < slots and slots * block.outputs * units < PLAIN <= 2 * slots * block.outputs * units
        self.answers_of_steps = self.answers.view(seeds, self.scored, self.lanes, -1)
        self.errors = block.empty(seeds, (1 + few) * slots, block.outputs)
        self.error, self.errors_turned = self.errors[:, -slots:], self.errors.transpose(1, 2)
        received = self.joint[:, -(1 + few) * self.scored :, :, self.with_one]
        self.all_outgoing = received.reshape(seeds, -1, units + 1)
        self.products = block.empty(*self.dense_of_hidden.shape) if slots == 1 else None
        self.dh_flat = block.empty(self.layer.whole)
        self.dh = self.dh_flat[: self.layer.used].view(seeds, self.lanes, units)
        self.dh_out = self.dh if slots == self.lanes and not few else block.empty(seeds, (1 + few) * slots, units)
        self.dh_of_slot = list(self.dh_out.view(seeds, -1, self.lanes, units).unbind(1))
        self._prepare_layer()

    def _prepare_layer(self) -> None:
        """Make what only the layer's way back needs."""
        block, steps, layer = self.block, self.timesteps * self.lanes, self.layer
        self.dz = dz = block.empty(block.seeds, self.timesteps, self.lanes, layer.gates * block.units)
        self.dz_of_step = list(dz.unbind(1))
        self.all_received_turned = self.joint[:, :-1].reshape(block.seeds, steps, -1).transpose(1, 2)
        self.all_dz = dz.view(block.seeds, steps, -1)
        self.outer_of_steps = torch.mul if steps == 1 else torch.bmm
        rows = slice(block.features, block.features + block.units)
        self.hidden_rows_turned = block.matrices[0][:, rows].transpose(1, 2)  # (seed, gate * unit, unit)
        self.rows_copy = block.empty(*self.hidden_rows_turned.shape) if self.lanes >= TURNED else None
        layer.prepare(block.empty, dz, self.dh_flat)

    def forward(self, inputs: Tensor, state: State | None) -> None:
        """Run the window from a state (none: zero) to its last state and to the logits."""
        for place, carried in zip(self.layer.first, state or (), strict=False):
            place.copy_(carried)
        if state is None and not self.at_zero:
            for place in self.layer.first:
                place.zero_()
        self.at_zero = state is None
        self._take(inputs)
        self._advance()
        dense = self.dense_turned if self.dense_copy is None else self.dense_copy.copy_(self.dense_turned)
        torch.bmm(self.outgoing, dense, out=self.logits)
        if self.block.sees_inputs:
            self._add_direct()

    def _take(self, inputs: Tensor) -> None:
        """Bring the inputs to where the layer reads them."""
        if self.columns:
            self._gather(inputs)
        else:
            self.x.copy_(inputs)

    def _advance(self) -> None:
        """Run the layer from its first state to its last."""
        layer, received = self.layer, self.received
        for t, z in enumerate(layer.z_at):
            torch.bmm(received[t], self.matrix, out=z)
            if self.columns:
                z.add_(self.from_inputs[:, t])
            layer.forward(t)

    def _gather(self, columns: Tensor) -> None:
        """Pick the kernel's row for each input: what it adds to z."""
        matrix, (seeds, rows, width) = self.block.matrices[0], self.block.matrices[0].shape
        offset = torch.arange(0, seeds * rows, rows, device=matrix.device)
        # (seed or 1, timestep, lane, 1); none where every step has an input
        self.present = (columns >= 0).unsqueeze(-1) if bool((columns < 0).any()) else None
        self.picked = (columns.clamp(min=0) + offset.view(-1, 1, 1)).view(-1)
        found = matrix.view(-1, width).index_select(0, self.picked).view(seeds, self.timesteps, self.lanes, width)
        self.from_inputs = found if self.present is None else found.mul_(self.present)
        self.x_columns = columns[:, -self.scored :].reshape(len(columns), 1, -1)  # (seed or 1, 1, slot)

    def _direct_places(self) -> tuple[Tensor, Tensor]:
        """Give each slot's row of the direct matrix, shape (seed, output, slot), and whether it has one."""
        places = self.x_columns.expand(self.block.seeds, self.block.outputs, -1)
        return places.clamp(min=0), places >= 0

    def _add_direct(self) -> None:
        """Add what the outputs receive from the inputs directly."""
        direct = self.block.matrices[2]
        if not self.columns:
            self.logits.baddbmm_(self.x_of_slots, direct.transpose(1, 2))
            return
        places, present = self._direct_places()
        self.logits.add_(direct.gather(2, places).mul_(present).transpose(1, 2))

    def probabilities(self) -> Tensor:
        """Answers to the slots, shape (seed, slot, output)."""
        if self.block.loss.softmax:
            softmax(self.logits, out=self.answers)
        else:
            torch.sigmoid(self.logits_flat, out=self.answers_flat)
        return self.answers

    def backward(self, targets: Tensor, weights: Tensor | None) -> None:
        """Back-propagate through the window; the state that was carried into it is a constant."""
        self._be_prepared()
        block, found, error, dense_gradient = self.block, self.probabilities(), self.error, self.block.gradients[1]
        block.loss.differentiate(self.answers_of_steps, targets)
        if weights is None:
            torch.mul(found, self.scale, out=error)
        else:
            torch.mul(found, (weights * block.loss.weight(block.outputs)).unsqueeze(-1), out=error)
        if self.products is None:
            torch.bmm(self.errors_turned, self.all_outgoing, out=dense_gradient)
            torch.bmm(self.errors, self.dense_of_hidden, out=self.dh_out)
        else:
            torch.mul(self.errors_turned, self.all_outgoing, out=dense_gradient)
            torch.mul(self.errors_turned, self.dense_of_hidden, out=self.products)
            torch.sum(self.products, 1, keepdim=True, out=self.dh_out)
        if block.sees_inputs:
            self._direct_gradient()
        self._go_back(None)

    def hand_back(self, later: State) -> None:
        """Back-propagate from the gradient of the last state alone: what a later window's loss makes of this one.

        Parameters
        ----------
        later : tuple of Tensor, each (seed, lane, unit)
            Gradient of the last state; that of the first stands in `gradient_of_first` afterwards.
        """
        self._be_prepared()
        self._go_back(later)

    def _be_prepared(self) -> None:
        """Make what only training needs, once."""
        if not self.prepared:
            self._prepare_backward()
            self.prepared = True

    def _scatter(self) -> None:
        """Add what each input's row of the kernel should change, after clearing what the last batch wrote."""
        block, width = self.block, self.all_dz.shape[-1]
        rows, dz = block.gradients[0].view(-1, width), self.all_dz.view(-1, width)
        if block.scattered is None:
            block.gradients[0][:, : block.features].zero_()
        else:
            rows.index_fill_(0, block.scattered, 0.0)
        if self.present is not None:
            dz = dz * self.present.expand(block.seeds, -1, -1, -1).reshape(-1, 1)
        rows.index_add_(0, self.picked, dz)
        block.scattered = self.picked

    def _direct_gradient(self) -> None:
        """Write the gradient of the weights from the inputs to the outputs."""
        gradient = self.block.gradients[2]
        if not self.columns:
            torch.bmm(self.error.transpose(1, 2), self.x_of_slots, out=gradient)
            return
        places, present = self._direct_places()
        gradient.zero_().scatter_add_(2, places, self.error.transpose(1, 2) * present)

    def _go_back(self, later: State | None) -> None:
        """Write the gradient of the layer's weights, from the outputs (none) or from the gradient of the last state."""
        if later is not None:
            self.dh.copy_(later[0])
        elif self.dh is not self.dh_out:
            self.dh.copy_(self.dh_of_slot[-1])
        for number, place in enumerate(self.layer.later, 1):
            if later is None:
                place.zero_()
            else:
                place.copy_(later[number])
        self.layer.differentiate()
        self._through_time(self.scored if later is None else 1)
        self.outer_of_steps(self.all_received_turned, self.all_dz, out=self.recurrent_gradient)
        if self.columns:
            self._scatter()
        else:
            self.block.scattered = None

    def _through_time(self, scored: int) -> None:
        """Go back step by step, filling ``dz``; the gradient of the last state stands ready."""
        dh, layer, rows, block = self.dh, self.layer, self.hidden_rows_turned, self.block
        if self.rows_copy is not None and layer.through_time and (self.timesteps > 1 or block.hands_back):
            rows = self.rows_copy.copy_(rows)
        for t in reversed(range(self.timesteps)):
            direct = layer.backward(t)
            if not t and not block.hands_back:
                return
            if block.stop_gradient:
                dh.zero_()
                for part in layer.later:
                    part.zero_()
            elif not layer.through_time:
                dh.zero_()
            elif direct is None:
                torch.bmm(self.dz_of_step[t], rows, out=dh)
            else:
                torch.baddbmm(direct, self.dz_of_step[t], rows, out=dh)
            if t and self.timesteps - t < scored:
                dh.add_(self.dh_of_slot[t - self.timesteps - 1])
        self.gradient_of_first = (dh, *layer.later)
