"""A block of seeds: the same network with different weights, stacked so that one operation serves them all.

Small networks spend their time on starting operations, not on arithmetic, so many seeds cost little more than one;
every operation treats seeds apart, so that a seed's bits are the same alone, in any block and at any place of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import StudyError, unknown_name
from study.training.bits import check_products
from study.training.initialisers import Weights
from study.training.layers import LAYERS, whole_vectors
from study.training.losses import LOSSES
from study.training.optimisers import make_optimiser

State = tuple[Tensor, ...]  # hidden state, and cell state where there is one, each (seed, lane, unit)


# Rows from which a product with a turned matrix is faster on a copy of it: 50 seeds, (rows, 80) by (80, 20), turned
# against copied, microseconds: 2 rows 8 : 11, 4 rows 162 : 16, 8 rows 158 : 20, 32 rows 389 : 76; the copy itself 52.
TURNED = 4
# Multiplications of one seed below which torch.bmm is a plain loop: 100 seeds, (5, slots) by (slots, 21), 2 slots 86,
# 4 slots 17.
PLAIN = 400
MEMORY = 256 * 2**20  # bytes of one block's windows at most (more only if a single seed needs more)
LARGEST = 4 * 2**30  # bytes of one seed's window at most; with more lanes it is computed in parts


def seeds_per_block(timesteps: int, lanes: int, features: int, units: int, number: int = 4) -> int:
    """Choose how many seeds to train side by side: as many as pay, within `MEMORY`.

    Milliseconds of an update of one seed, `nn.LSTM` in brackets: 100 steps with 8, 64, 128 seeds 0.43, 0.15, 0.15
    (2.0), of 8 lanes with 8, 32 seeds 0.88, 0.65 (2.7), of 32 lanes with 4, 16 seeds 2.5, 2.1 (4.0); 1,000 steps with
    8, 32, 64 seeds 3.8, 1.7, 1.4 (4.0), of 8 lanes with 8 seeds 8.5 (10.3), of 32 lanes with 4 seeds 26 (37). With
    fewer seeds see `study.training.fused.fused_pays`.

    Parameters
    ----------
    timesteps, lanes : int
        Shape of the batch.
    features, units : int
    number : int, default 4
        Bytes of a number.

    Returns
    -------
    int
        Seeds; it changes no result.
    """
    return max(1, min(256, MEMORY // window_bytes(timesteps, lanes, features, units, number)))


def window_bytes(timesteps: int, lanes: int, features: int, units: int, number: int = 4) -> int:
    """Memory of one seed's window, from the inputs to the gradient of every gate; arguments as `seeds_per_block`."""
    step = 6 * features + 20 * units + 2  # numbers that one step of one lane keeps: inputs, gates, gradients, outputs
    return number * step * timesteps * lanes


def lanes_at_once(timesteps: int, features: int, units: int, number: int = 4) -> int:
    """Find how many lanes of one seed's window `LARGEST` bytes hold; arguments as `seeds_per_block`.

    Raises
    ------
    StudyError
        If they do not hold a single lane.
    """
    needed = window_bytes(timesteps, 1, features, units, number)
    if needed > LARGEST:
        raise StudyError(
            f"one seed's window of {timesteps} steps and {units} units needs {needed / 2**30:.1f} GiB a lane; "
            f"at most {LARGEST / 2**30:.0f} GiB are allowed; use fewer timesteps or fewer units"
        )
    return LARGEST // needed


class Block:
    """Many seeds of one recurrent layer with a dense logistic output, trained side by side.

    The weights of the recurrent layer are one matrix a seed, whose rows belong to the inputs, the carried state, and a
    constant 1 (the bias), so that one product gives what all gates receive::

        joint (seed, timestep + 1, lane, features + units + 1) = [x_t | h_{t-1} | 1]

    Parameters
    ----------
    weights : sequence of dict
        Initial weights of each seed, as an initialiser gives them. With ``direct_kernel`` the outputs see the inputs
        too; without ``dense_bias`` they have no bias.
    layer : str, default 'lstm'
        Name in `study.training.layers.CELLS`.
    optimiser : {'adam', 'adam_pytorch', 'sgd'}, default 'adam'
    learning_rate : float, default 0.001
    loss : {'cross_entropy', 'summed_cross_entropy', 'squared_error'}, default 'cross_entropy'
    accumulate : int, default 1
        Batches to one weight update: gradients are averaged, state is carried in between.
    dtype : torch.dtype, default float32
    device : str, default 'cpu'
    """

    epochs_at_once = 1  # that pay, where nobody looks in between

    def __init__(
        self,
        weights: Sequence[Weights],
        *,
        layer: str = "lstm",
        optimiser: str = "adam",
        learning_rate: float = 1e-3,
        loss: str = "cross_entropy",
        accumulate: int = 1,
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        check_products()
        if layer not in LAYERS:
            raise unknown_name("cell", layer, LAYERS)
        if loss not in LOSSES:
            raise unknown_name("loss", loss, LOSSES)
        self.layer, self.loss, self.accumulate = LAYERS[layer], LOSSES[loss], accumulate
        weights = [self.layer.arrange(drawn) for drawn in weights]
        self.seeds = len(weights)
        self.features, self.units = weights[0]["kernel"].shape[0], weights[0]["recurrent_kernel"].shape[0]
        self.outputs = weights[0]["dense_kernel"].shape[1]
        self.sees_inputs = "direct_kernel" in weights[0]
        self.dtype, self.device = dtype, device
        self.weights = self._empty(whole_vectors(sum(map(int, map(np.prod, self._shapes())))))
        self.gradient, self.gathered = torch.zeros_like(self.weights), torch.zeros_like(self.weights)
        self.matrices = self._matrices(self.weights)
        self.gradients = self._matrices(self.gradient)
        for name, place in self._places(self.matrices).items():
            if name in weights[0]:
                place.copy_(torch.from_numpy(np.stack([w[name] for w in weights])))
        self.untrained = self._untrained(with_dense_bias="dense_bias" in weights[0])
        self.optimiser = make_optimiser(optimiser, self.weights, learning_rate)
        self.windows: dict[tuple[int, int, int, bool], Window] = {}
        self.parts: dict[tuple[int, int], list[slice]] = {}  # by timesteps and lanes: which lanes are computed at once
        self.state: State | None = None  # None = zero
        self.scattered: Tensor | None = None  # rows of the kernel's gradient that are not zero; none = all may be
        self.output_columns = torch.arange(self.outputs, device=device)
        self.no_loss = self._empty(0)
        self.batches = 0  # since the last weight update

    def _empty(self, *shape: int) -> Tensor:
        """Make a tensor of zeros of the block's kind."""
        return torch.zeros(shape, dtype=self.dtype, device=self.device)

    def _shapes(self) -> list[tuple[int, int, int]]:
        """Give the shapes of the layers' matrices: recurrent; dense, turned so that each output's weights are a row."""
        rows = self.features + self.units + 1
        shapes = [(self.seeds, rows, self.layer.gates * self.units), (self.seeds, self.outputs, self.units + 1)]
        return [*shapes, (self.seeds, self.outputs, self.features)] if self.sees_inputs else shapes

    def _matrices(self, buffer: Tensor) -> list[Tensor]:
        """See a flat buffer as the layers' matrices."""
        shapes = self._shapes()
        sizes = [int(np.prod(shape)) for shape in shapes]
        parts = torch.split(buffer[: sum(sizes)], sizes)
        return [part.view(shape) for part, shape in zip(parts, shapes, strict=True)]

    def _places(self, matrices: Sequence[Tensor]) -> dict[str, Tensor]:
        """Name the parts of the matrices as Keras does."""
        recurrent, dense = matrices[0], matrices[1].transpose(1, 2)
        places = {
            "kernel": recurrent[:, : self.features],
            "recurrent_kernel": recurrent[:, self.features : -1],
            "bias": recurrent[:, -1],
            "dense_kernel": dense[:, :-1],
            "dense_bias": dense[:, -1],
        }
        return places | {"direct_kernel": matrices[2].transpose(1, 2)} if self.sees_inputs else places

    def _untrained(self, *, with_dense_bias: bool) -> list[Tensor]:
        """List the parts of the gradient that are held at zero."""
        places = self._places(self.gradients)
        found = self.layer.untrained(places["kernel"], places["recurrent_kernel"], places["bias"])
        for weight in self.layer.untrained(*(self._places(self.matrices)[n] for n in list(places)[:3])):
            weight.zero_()
        return found if with_dense_bias else [*found, places["dense_bias"]]

    def export(self, *, gradient: bool = False) -> dict[str, npt.NDArray[np.floating]]:
        """Copy the weights (or the last gradient) of all seeds out, each with a leading seed axis."""
        places = self._places(self.gradients if gradient else self.matrices)
        return {name: place.cpu().numpy().copy() for name, place in places.items()}

    def reset_state(self, which: Tensor | None = None) -> None:
        """Set the carried state of all lanes to zero.

        Parameters
        ----------
        which : Tensor of bool, shape (seed,), optional
            The seeds to reset; all if left out.
        """
        if which is None or self.state is None:
            self.state = None
        else:
            self.state = tuple(part.masked_fill(which[:, None, None], 0.0) for part in self.state)

    def update(
        self,
        inputs: Tensor,
        targets: Tensor,
        *,
        carry: bool,
        with_loss: bool = False,
        last_only: bool = True,
        weights: Tensor | None = None,
    ) -> Tensor:
        """Take one batch, and make a weight update when `accumulate` batches have been taken.

        Parameters
        ----------
        inputs : Tensor, shape (seed or 1, timestep, lane, feature), or of int64 without the last axis
            The batch; with a first axis of 1, all seeds get the same. Integers are columns of one-hot vectors,
            negative for the zero vector.
        targets : Tensor, shape (seed or 1, scored, lane, output), or of int64 without the last axis
            ``scored`` is 1 with `last_only`, else the number of timesteps.
        carry : bool
            Start from the carried state and keep the new one (as it is before the update).
        with_loss : bool, default False
            Return the loss before the update.
        last_only : bool, default True
            Whether only the last step of each window has a target.
        weights : Tensor, shape (seed or 1, scored, lane), optional
            Relative weight of each slot in the loss, a weighted mean; 0 for a slot without a target. All 1 if left
            out.

        Returns
        -------
        Tensor, shape (seed,)
            Loss of each seed; empty unless asked for.
        """
        parts = self._parts(inputs)
        differentiate = partial(self._differentiate, carry=carry, with_loss=with_loss, last_only=last_only)
        if len(parts) == 1:
            loss = differentiate(inputs, targets, weights)
        else:
            loss = self._in_parts(parts, differentiate, inputs, targets, weights)
        for part in self.untrained:
            part.zero_()
        self._apply()
        return loss

    def _parts(self, inputs: Tensor) -> list[slice]:
        """Cut the lanes of a batch into parts whose windows are not too large; nearly always one."""
        timesteps, lanes = inputs.shape[1], inputs.shape[2]
        if (timesteps, lanes) not in self.parts:
            most = lanes_at_once(timesteps, self.features, self.units, self.weights.element_size())
            self.parts[timesteps, lanes] = [slice(first, first + most) for first in range(0, lanes, most)]
        return self.parts[timesteps, lanes]

    def _differentiate(
        self,
        inputs: Tensor,
        targets: Tensor,
        weights: Tensor | None,
        *,
        carry: bool,
        with_loss: bool,
        last_only: bool,
    ) -> Tensor:
        """Write the gradient of one batch, and return its loss; arguments as for `update`."""
        window = self._forward(inputs, carry=carry, last_only=last_only)
        if targets.ndim == 3:
            targets = (targets.unsqueeze(-1) == self.output_columns).to(self.dtype)
        if weights is not None:
            weights = weights.flatten(1)  # (seed or 1, scored * lane)
            weights = weights / weights.sum(1, keepdim=True).clamp(min=torch.finfo(self.dtype).tiny)
        loss = self._loss(window.logits, targets.flatten(1, 2), weights) if with_loss else self.no_loss
        window.backward(targets, weights)
        return loss

    def _in_parts(
        self,
        parts: Sequence[slice],
        differentiate: Callable[[Tensor, Tensor, Tensor], Tensor],
        inputs: Tensor,
        targets: Tensor,
        weights: Tensor | None,
    ) -> Tensor:
        """Differentiate some lanes at a time: the gradient of a mean is the weighted mean of the parts'."""
        if weights is None:
            weights = torch.ones((1, *targets.shape[1:3]), dtype=self.dtype, device=self.device)
        whole = weights.flatten(1).sum(1).clamp(min=torch.finfo(self.dtype).tiny)  # (seed or 1,)
        before, after, losses = self.state, [], []
        gathered = torch.zeros_like(self.gradient)
        for part in parts:
            share = weights[:, :, part].flatten(1).sum(1) / whole
            self.state = _lanes_of(before, part)
            loss = differentiate(*(tensor[:, :, part].contiguous() for tensor in (inputs, targets, weights)))
            losses.append(loss * share if len(loss) else loss)
            for total, gradient in zip(self._matrices(gathered), self.gradients, strict=True):
                total.addcmul_(gradient, share.view(-1, 1, 1))
            after.append(_lanes_of(self.state, slice(None)))  # a copy, since the next part uses the same memory
        self.state = _side_by_side(after)
        self.gradient.copy_(gathered)
        self.scattered = None  # no row is known to be zero
        return torch.stack(losses).sum(0)

    def _loss(self, logits: Tensor, answers: Tensor, weights: Tensor | None) -> Tensor:
        """Average the slots' losses, shape (seed,)."""
        slots = self.loss.of(logits, answers)
        return slots.mean(1) if weights is None else (slots * weights).sum(1)

    def _apply(self) -> None:
        """Make a weight update, or add the gradient to what was gathered since the last one."""
        if self.accumulate == 1:
            self.optimiser.update(self.weights, self.gradient)
            return
        self.gathered.add_(self.gradient, alpha=1 / self.accumulate)
        self.batches += 1
        if self.batches == self.accumulate:
            self.optimiser.update(self.weights, self.gathered)
            self.gathered.zero_()
            self.batches = 0

    def _forward(self, inputs: Tensor, *, carry: bool, last_only: bool) -> Window:
        """Run one window of all seeds, and keep its last state."""
        timesteps, lanes = inputs.shape[1], inputs.shape[2]
        shape = (timesteps, lanes, 1 if last_only else timesteps, inputs.ndim == 3)
        window = self.windows.get(shape)
        if window is None:
            window = self.windows[shape] = self._window(*shape)
        window.forward(inputs, self.state if carry else None)
        if carry:
            self.state = window.layer.last
        return window

    def _window(self, timesteps: int, lanes: int, scored: int, columns: bool) -> Window:
        """Make the memory of one shape of batch."""
        return Window(self, timesteps, lanes, scored, columns)

    def predict(self, inputs: Tensor, *, carry: bool, last_only: bool = True) -> Tensor:
        """Answer one batch without changing a weight.

        Parameters
        ----------
        inputs : Tensor
            As for `update`.
        carry : bool
            Start from the carried state and keep the new one.
        last_only : bool, default True
            Answer at the last step of each window alone.

        Returns
        -------
        Tensor, shape (seed, scored, lane, output)
            Probabilities.
        """
        parts = self._parts(inputs)
        if len(parts) == 1:
            window = self._forward(inputs, carry=carry, last_only=last_only)
            return window.probabilities().view(self.seeds, -1, inputs.shape[2], self.outputs).clone()
        before, found, after = self.state, [], []
        for part in parts:
            self.state = _lanes_of(before, part)
            found.append(self.predict(inputs[:, :, part].contiguous(), carry=carry, last_only=last_only))
            after.append(_lanes_of(self.state, slice(None)))
        self.state = _side_by_side(after)
        return torch.cat(found, 2)


def _lanes_of(state: State | None, part: slice) -> State | None:
    """Copy some lanes of a state."""
    return None if state is None else tuple(each[:, part].clone() for each in state)


def _side_by_side(states: Sequence[State | None]) -> State | None:
    """Join the states of all lanes again."""
    known = [state for state in states if state is not None]
    return tuple(torch.cat(each, 1) for each in zip(*known, strict=True)) if known else None


class Window:
    """The memory of one batch of windows on its way forwards and back, made once for each shape.

    ``joint`` (seed, timestep + 1, lane, features + units + 1) holds ``[x_t | h before t | 1]``, so that the hidden
    state of one step is written where the next step reads it; its last timestep is there for the hidden state alone.
    Where inputs come as columns, ``x_t`` is left out of it, and rows of the kernel are gathered instead.

    Parameters
    ----------
    block : Block
        Whose weights are used, and whose gradient is written.
    timesteps, lanes : int
        Shape of the batch.
    scored : int
        Steps with a target, counted from the end.
    columns : bool
        Whether inputs come as columns of one-hot vectors.
    """

    def __init__(self, block: Block, timesteps: int, lanes: int, scored: int, columns: bool) -> None:
        self.block, self.timesteps, self.lanes, self.scored, self.columns = block, timesteps, lanes, scored, columns
        seeds, units, empty = block.seeds, block.units, block._empty
        features = 0 if columns else block.features
        self.first_row = block.features - features  # of the recurrent layer's matrix
        self.matrix = block.matrices[0][:, self.first_row :]
        joint = empty(seeds, timesteps + 1, lanes, features + units + 1)
        joint[..., -1] = 1.0
        self.x = joint[:, :-1, :, :features]
        self.layer = self._make_layer(joint[..., features:-1].unbind(1))
        self.at_zero = True
        self.received = list(joint[:, :-1].unbind(1))
        # What the outputs see: [h | 1] of the scored steps, and their inputs, side by side in `joint`.
        slots = scored * lanes
        self.outgoing = joint[:, -scored:, :, features:].view(seeds, slots, units + 1)
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

    def _make_layer(self, hidden: Sequence[Tensor]) -> Any:
        """Make the layer's memory; its hidden states stand in ``joint``."""
        return self.block.layer(self.block._empty, hidden)

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
        self.errors = block._empty(seeds, (1 + few) * slots, block.outputs)
        self.error, self.errors_turned = self.errors[:, -slots:], self.errors.transpose(1, 2)
        received = self.joint[:, -(1 + few) * self.scored :, :, self.joint.shape[-1] - units - 1 :]
        self.all_outgoing = received.reshape(seeds, -1, units + 1)
        self.products = block._empty(*self.dense_of_hidden.shape) if slots == 1 else None
        self.dh_flat = block._empty(self.layer.whole)
        self.dh = self.dh_flat[: self.layer.used].view(seeds, self.lanes, units)
        self.dh_out = self.dh if slots == self.lanes and not few else block._empty(seeds, (1 + few) * slots, units)
        self.dh_of_slot = list(self.dh_out.view(seeds, -1, self.lanes, units).unbind(1))
        self._prepare_layer()

    def _prepare_layer(self) -> None:
        """Make what only the layer's way back needs."""
        block, steps, layer = self.block, self.timesteps * self.lanes, self.layer
        self.dz = dz = block._empty(block.seeds, self.timesteps, self.lanes, layer.gates * block.units)
        self.dz_of_step = list(dz.unbind(1))
        self.all_received_turned = self.joint[:, :-1].reshape(block.seeds, steps, -1).transpose(1, 2)
        self.all_dz = dz.view(block.seeds, steps, -1)
        self.outer_of_steps = torch.mul if steps == 1 else torch.bmm
        self.hidden_rows_turned = block.matrices[0][:, block.features : -1].transpose(1, 2)  # (seed, gate * unit, unit)
        self.rows_copy = block._empty(*self.hidden_rows_turned.shape) if self.lanes >= TURNED else None
        layer.prepare(block._empty, dz, self.dh_flat)

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
        torch.sigmoid(self.logits_flat, out=self.answers_flat)
        return self.answers

    def backward(self, targets: Tensor, weights: Tensor | None) -> None:
        """Back-propagate through the window; no gradient passes into the state that was carried into it."""
        if not self.prepared:
            self._prepare_backward()
            self.prepared = True
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
        self._go_back()
        if self.columns:
            self._scatter()
        else:
            block.scattered = None

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

    def _go_back(self) -> None:
        """Write the gradient of the layer's weights, but for inputs that come as columns."""
        self.layer.differentiate()
        self._through_time()
        self.outer_of_steps(self.all_received_turned, self.all_dz, out=self.recurrent_gradient)

    def _through_time(self) -> None:
        """Go back step by step, filling ``dz``."""
        dh, layer, rows = self.dh, self.layer, self.hidden_rows_turned
        if dh is not self.dh_out:
            dh.copy_(self.dh_of_slot[-1])
        if self.rows_copy is not None and self.timesteps > 1 and layer.through_time:
            rows = self.rows_copy.copy_(rows)
        for t in reversed(range(self.timesteps)):
            direct = layer.backward(t)
            if not t:
                return
            if not layer.through_time:
                dh.zero_()
            elif direct is None:
                torch.bmm(self.dz_of_step[t], rows, out=dh)
            else:
                torch.baddbmm(direct, self.dz_of_step[t], rows, out=dh)
            if self.timesteps - t < self.scored:
                dh.add_(self.dh_of_slot[t - self.timesteps - 1])
