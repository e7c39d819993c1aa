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

from study.errors import StudyError
from study.sequences.layouts import Epoch
from study.training.batches import Batch, BatchMaker
from study.training.bits import check_products
from study.training.engines.across_rows import AcrossRows
from study.training.engines.automatic import Windows, fitting_window
from study.training.engines.memory import lanes_at_once
from study.training.engines.network import Network
from study.training.engines.window import Window
from study.training.initialisers import Weights
from study.training.layers.base import State
from study.training.optimisers import make_optimiser
from study.training.settings import Settings

Watch = Callable[["Block"], None]  # looks at a block, and at its last gradient, between two batches


class Block(Network):
    """Many seeds of one recurrent layer with a dense layer of outputs, trained side by side.

    Parameters
    ----------
    weights : sequence of dict
        Initial weights of each seed, as an initialiser gives them. With ``direct_kernel`` the outputs see the inputs
        too; without ``dense_bias`` they have no bias.
    **settings
        Fields of `study.training.settings.Settings`.
    """

    feeds_columns: bool | None = None  # whether symbols must come as columns; none: as columns or as vectors
    epochs_at_once = 10  # whose batches are made in one go: where chance draws them, twice as fast as one by one

    def __init__(self, weights: Sequence[Weights], **settings: Any) -> None:
        check_products()
        told = Settings(**settings)
        super().__init__(weights, told)
        self.across: AcrossRows | None = None
        if told.gradient_rows > 1:
            self.across = AcrossRows([Network(weights, told) for _ in range(told.gradient_rows)])
        self.accumulate = told.accumulate
        self.gathered = torch.zeros_like(self.weights)
        self.optimiser = make_optimiser(told.optimiser, self.weights, told.learning_rate, told.optimiser_options)
        self.unfrozen = self.mask_of(told.frozen)
        self.windows: Windows = {}
        self.chunks: dict[tuple[int, int], list[slice]] = {}  # by timesteps and lanes: which lanes are computed at once
        self.state: State | None = None  # None = zero
        self.output_columns = torch.arange(self.outputs, device=self.device)
        self.no_loss = self.empty(0)
        self.batches = 0  # since the last weight update

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
            self.state = tuple(part.masked_fill(which.to(self.device)[:, None, None], 0.0) for part in self.state)

    def learn(
        self, maker: BatchMaker, epoch: Epoch, *, carry: bool, with_loss: bool, watch: Watch | None = None
    ) -> npt.NDArray[np.float64]:
        """Learn from the rows of an epoch or several; otherwise as `run_epoch`."""
        return self.run_epoch(maker.batches(epoch), carry=carry, with_loss=with_loss, watch=watch)

    @torch.inference_mode()
    def respond(self, maker: BatchMaker, epoch: Epoch, *, carry: bool) -> Tensor:
        """Answer the rows of an epoch of one lane, shape (seed, slot, output), slot after slot of each batch."""
        found = []
        for batch in maker.batches(epoch):
            found.append(self.predict(batch.inputs, carry=carry, last_only=maker.last_only)[:, :, 0])
            self.reset_after(batch)
        return torch.cat(found, dim=1)

    def forget_gate(self) -> Tensor:
        """Give an LSTM's forget gate at the last step of what was predicted last, shape (seed, lane, unit)."""
        gate: Tensor = self.last_window.layer.f_at[-1]
        return gate

    @torch.inference_mode()
    def run_epoch(
        self, batches: Sequence[Batch], *, carry: bool, with_loss: bool, watch: Watch | None = None
    ) -> npt.NDArray[np.float64]:
        """Make the weight updates of an epoch's batches, or of several epochs'.

        Parameters
        ----------
        batches : sequence of Batch
        carry, with_loss : bool
            As for `update`.
        watch : callable, optional
            Called after each batch.

        Returns
        -------
        ndarray, shape (seeds,)
            Mean loss of the batches; not a number unless asked for.
        """
        total = torch.zeros(self.seeds, dtype=torch.float64)
        for batch in batches:
            loss = self.update(
                batch.inputs,
                batch.targets,
                carry=carry,
                with_loss=with_loss,
                last_only=batch.targets.shape[1] == 1,
                weights=batch.weights,
            )
            if with_loss:
                total += loss
            if watch is not None:
                watch(self)
            self.reset_after(batch)
        return (total / len(batches)).numpy() if with_loss else np.full(self.seeds, np.nan)

    def reset_after(self, batch: Batch) -> None:
        """Reset the state where the batch was the last before a reset."""
        if isinstance(batch.reset_after, Tensor):
            self.reset_state(batch.reset_after)
        elif batch.reset_after:
            self.reset_state()

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
        inputs, targets = inputs.to(self.device), targets.to(self.device)  # here and below: nothing, on the processor
        weights = None if weights is None else weights.to(self.device)
        chunks = self._chunks(inputs)
        differentiate = partial(self._differentiate, carry=carry, with_loss=with_loss, last_only=last_only)
        if len(chunks) == 1:
            loss = differentiate(inputs, targets, weights)
        elif self.across is not None:
            raise StudyError(
                f"windows of {inputs.shape[1]} steps and {inputs.shape[2]} lanes are computed in chunks, and no "
                "gradient can pass from row to row there; set gradient_rows to 1, or use fewer lanes or timesteps"
            )
        else:
            loss = self._in_chunks(chunks, differentiate, inputs, targets, weights)
        for part in self.untrained:
            part.zero_()
        if self.unfrozen is not None:
            self.gradient.mul_(self.unfrozen)
        self._apply()
        return loss.cpu()

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the next update depends on.

        Returns
        -------
        dict
            Plain data and tensors: ``weights``, ``optimiser``, ``state``, the gradients gathered since the last weight
            update with their number, and the rows that a gradient may still go back through.
        """
        return {
            "weights": self.weights.clone(),
            "optimiser": self.optimiser.state_dict(),
            "state": None if self.state is None else [part.clone() for part in self.state],
            "gathered": self.gathered.clone() if self.batches else None,
            "batches": self.batches,
            "rows": [] if self.across is None else self.across.state_dict(),
        }

    @torch.inference_mode()
    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit.

        Parameters
        ----------
        saved : dict
            Of a block of the same seeds and settings; nothing in it is changed.
        """
        self.weights.copy_(saved["weights"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.state = None if saved["state"] is None else tuple(part.clone() for part in saved["state"])
        self.batches = saved["batches"]
        self.gathered.zero_()
        if self.batches:
            self.gathered.copy_(saved["gathered"])
        if self.across is not None:
            self.across.load_state_dict(saved["rows"])

    def _chunks(self, inputs: Tensor) -> list[slice]:
        """Cut the lanes of a batch into chunks whose windows are not too large; nearly always one."""
        timesteps, lanes = inputs.shape[1], inputs.shape[2]
        if (timesteps, lanes) not in self.chunks:
            most = lanes_at_once(timesteps, self.features, self.units, self.weights.element_size())
            self.chunks[timesteps, lanes] = [slice(first, first + most) for first in range(0, lanes, most)]
        return self.chunks[timesteps, lanes]

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
        if self.across is None:
            window = self._forward(inputs, carry=carry, last_only=last_only)
        else:
            window = self.across.forward(self.weights, inputs, self.state if carry else None, last_only=last_only)
            self.state = window.layer.last if carry else self.state
        if targets.ndim == 3:
            targets = (targets.unsqueeze(-1) == self.output_columns).to(self.dtype)
        if weights is not None:
            weights = weights.flatten(1)  # (seed or 1, scored * lane)
            weights = weights / weights.sum(1, keepdim=True).clamp(min=torch.finfo(self.dtype).tiny)
        loss = self._loss(window.logits, targets.flatten(1, 2), weights) if with_loss else self.no_loss
        window.backward(targets, weights)
        if self.across is not None:
            self.across.go_back(self)
        return loss

    def _in_chunks(
        self,
        chunks: Sequence[slice],
        differentiate: Callable[[Tensor, Tensor, Tensor], Tensor],
        inputs: Tensor,
        targets: Tensor,
        weights: Tensor | None,
    ) -> Tensor:
        """Differentiate some lanes at a time: the gradient of a mean is the weighted mean of the chunks'."""
        if weights is None:
            weights = torch.ones((1, *targets.shape[1:3]), dtype=self.dtype, device=self.device)
        whole = weights.flatten(1).sum(1).clamp(min=torch.finfo(self.dtype).tiny)  # (seed or 1,)
        before, after, losses = self.state, [], []
        gathered = torch.zeros_like(self.gradient)
        for chunk in chunks:
            share = weights[:, :, chunk].flatten(1).sum(1) / whole
            self.state = _lanes_of(before, chunk)
            loss = differentiate(*(tensor[:, :, chunk].contiguous() for tensor in (inputs, targets, weights)))
            losses.append(loss * share if len(loss) else loss)
            for total, gradient in zip(self.as_matrices(gathered), self.gradients, strict=True):
                total.addcmul_(gradient, share.view(-1, 1, 1))
            after.append(_lanes_of(self.state, slice(None)))  # a copy, since the next chunk uses the same memory
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
        window = self.last_window = fitting_window(self.windows, self, inputs, last_only=last_only)
        window.forward(inputs, self.state if carry else None)
        if carry:
            self.state = window.layer.last
        return window

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
        inputs = inputs.to(self.device)
        chunks = self._chunks(inputs)
        if len(chunks) == 1:
            window = self._forward(inputs, carry=carry, last_only=last_only)
            return window.probabilities().view(self.seeds, -1, inputs.shape[2], self.outputs).clone().cpu()
        before, found, after = self.state, [], []
        for chunk in chunks:
            self.state = _lanes_of(before, chunk)
            found.append(self.predict(inputs[:, :, chunk].contiguous(), carry=carry, last_only=last_only))
            after.append(_lanes_of(self.state, slice(None)))
        self.state = _side_by_side(after)
        return torch.cat(found, 2)


def _lanes_of(state: State | None, lanes: slice) -> State | None:
    """Copy some lanes of a state."""
    return None if state is None else tuple(each[:, lanes].clone() for each in state)


def _side_by_side(states: Sequence[State | None]) -> State | None:
    """Join the states of all lanes again."""
    known = [state for state in states if state is not None]
    return tuple(torch.cat(each, 1) for each in zip(*known, strict=True)) if known else None
