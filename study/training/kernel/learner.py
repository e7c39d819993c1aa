"""A block of seeds that the kernel trains: their weights in vectors of 16 seeds, and the way in and out of them.

All that is kept between calls lies here as the compiled functions take it, (vector, ..., seed); places that no seed
fills repeat the last one, which changes nothing, since seeds never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import StudyError
from study.sequences.layouts import Epoch
from study.training.batches import Batch, BatchMaker
from study.training.engines.network import Network
from study.training.initialisers import Weights
from study.training.kernel.feeding import (
    Array,
    aligned,
    aligned_copy,
    in_order,
    resets_of,
    table_of,
    table_of_batches,
)
from study.training.layers.base import State
from study.training.optimisers import checked_options
from study.training.settings import Settings

Watch = Callable[[Any], None]  # looks at a block, and at its last gradient, between two batches
SHARING = 4  # lanes that are computed at once in any case, since a weight is read once for all of them
NEAR_MEMORY = 2**20  # bytes of the windows of more lanes than that which are computed at once
LAYERS = ("lstm", "lstm_1997", "lstm_1997_gated", "simple_rnn", "gru")  # that it knows
PARTS = 2  # of a state: hidden and cell, also where a layer has no cell


class KernelBlock:
    """Many seeds of one network, trained by the kernel; see `study.training.learner.Learner`.

    Parameters
    ----------
    weights : sequence of dict
        Initial weights of each seed, as an initialiser gives them.
    **settings
        Fields of `study.training.settings.Settings`.
    """

    feeds_columns: bool | None = True
    epochs_at_once = 64

    def __init__(self, weights: Sequence[Weights], **settings: Any) -> None:
        from study.training.kernel import layers, loop, optimisers, outputs  # noqa: PLC0415  (Numba is slow to import)
        from study.training.kernel.vectors import vector  # noqa: PLC0415

        self.kernel = loop
        told = Settings(**settings)
        self.network = network = Network(weights, told)
        self.seeds, self.features, self.units = network.seeds, network.features, network.units
        self.outputs, self.dtype, self.accumulate = network.outputs, told.dtype, told.accumulate
        self.number = np.dtype(np.float32 if told.dtype == torch.float32 else np.float64)
        self.per_vector = vector.LANES[vector.element_of(self.number)]
        self.vectors = -(-self.seeds // self.per_vector)
        self.weights = self._in_vectors(network.matrices)
        self.first, self.second, self.gradient = (aligned(self.weights.shape, self.number) for _ in range(3))
        self.gathered = aligned(self.weights.shape if told.accumulate > 1 else (0, 0, self.per_vector), self.number)
        self.batches = 0  # since the last weight update
        self.keeps = False  # whether the gradient is that of the last batch
        self.free = self._free(told)
        options = checked_options(told.optimiser, told.learning_rate, told.optimiser_options)
        self.rule, self.clock = optimisers.make_rule(told.optimiser, told.learning_rate, options, self.number)
        layer = network.layer
        self.net = loop.Net(
            layers.CODES[told.layer], outputs.CODES[told.loss], network.loss.weight(self.outputs),
            self.features, self.units, self.outputs, layer.gates, layer.biases, network.sees_inputs,
            getattr(layer, "through_time", True), told.stop_gradient, False, 1, told.accumulate,
        )  # fmt: skip
        self.output_columns = torch.arange(self.outputs)
        self.windows: dict[Any, Any] = {}
        self.states: Array | None = None  # none = zero
        self.table: tuple[BatchMaker, Any] | None = None  # the rows that were learned from last
        self.known: tuple[Sequence[Batch], tuple[Any, Array, Array]] | None = None  # or the batches

    @staticmethod
    def obstacle(settings: Settings) -> str | None:
        """Say why the kernel cannot train that, if it cannot; it follows from the configuration alone."""
        if settings.gradient_rows > 1:
            return "it passes no gradient from row to row"
        if settings.layer not in LAYERS:
            return f"it does not know the layer {settings.layer!r}"
        if settings.device != "cpu":
            return f"it runs on the processor, not on {settings.device!r}"
        return None

    @property
    def state(self) -> State | None:
        """What is carried, each part (seed, lane, unit); none is zero."""
        if self.states is None:
            return None
        by_seed = np.moveaxis(self.states, -1, 1).reshape(-1, *self.states.shape[1:-1])[: self.seeds]
        return tuple(torch.from_numpy(by_seed[:, part].copy()) for part in range(self.network.layer.states))

    @state.setter
    def state(self, parts: State | None) -> None:
        if parts is None:
            self.states = None
            return
        self.states = aligned((self.vectors, PARTS, *parts[0].shape[1:], self.per_vector), self.number)
        for place, part in enumerate(parts):
            self.states[:, place] = self._spread(part.numpy())

    @property
    def matrices(self) -> list[Tensor]:
        """Copy the weights of all seeds, as `study.training.engines.network.Network` has them."""
        return self._by_seed(self.weights)

    @matrices.setter
    def matrices(self, matrices: Sequence[Tensor]) -> None:
        self.weights[:] = self._in_vectors(matrices)

    @property
    def gradients(self) -> list[Tensor]:
        """Copy the last batch's gradient likewise, after `update` or while it is watched; 0 for what is not trained."""
        if not self.keeps:
            raise RuntimeError("the gradient was not kept: give run_epoch or learn a watch, or call update")
        return self._by_seed(self.gradient * self.free[:, None])

    def export(self, *, gradient: bool = False) -> dict[str, npt.NDArray[np.floating]]:
        """Copy the weights (or the last gradient) of all seeds out by name, each with a leading seed axis."""
        places, now = (self.network.gradients, self.gradients) if gradient else (self.network.matrices, self.matrices)
        for place, values in zip(places, now, strict=True):
            place.copy_(values)
        return self.network.export(gradient=gradient)

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
        """Learn from one batch; see `study.training.engines.block.Block.update`."""
        del last_only
        data, rows, resets = self._data([Batch(inputs, targets, weights, reset_after=False)])
        found = self._learn(data, rows, resets, carry=carry, with_loss=with_loss, keeps=True)
        return torch.from_numpy(found).to(self.dtype) if with_loss else torch.zeros(0, dtype=self.dtype)

    def run_epoch(
        self,
        batches: Sequence[Batch],
        *,
        carry: bool,
        with_loss: bool,
        watch: Watch | None = None,
    ) -> npt.NDArray[np.float64]:
        """Learn from the batches of an epoch or several; see `study.training.engines.block.Block.run_epoch`."""
        return self._learn_watched(*self._data(batches), carry=carry, with_loss=with_loss, watch=watch)

    def learn(
        self,
        maker: BatchMaker,
        epoch: Epoch,
        *,
        carry: bool,
        with_loss: bool,
        watch: Watch | None = None,
    ) -> npt.NDArray[np.float64]:
        """Learn from the rows of an epoch or several; otherwise as `run_epoch`."""
        data, rows, resets = self._table(maker), in_order(maker, epoch), resets_of(epoch)
        return self._learn_watched(data, rows, resets, carry=carry, with_loss=with_loss, watch=watch)

    def _learn_watched(
        self, data: Any, rows: Array, resets: Array, *, carry: bool, with_loss: bool, watch: Watch | None
    ) -> npt.NDArray[np.float64]:
        """Learn from rows of data, and show each batch's gradient to whoever watches; the batches' mean loss."""
        if watch is None:
            total = self._learn(data, rows, resets, carry=carry, with_loss=with_loss, keeps=False)
        else:
            total = np.zeros(self.seeds)
            for step in range(len(rows)):
                one = slice(step, step + 1)
                total += self._learn(data, rows[one], resets[one], carry=carry, with_loss=with_loss, keeps=True)
                watch(self)
        return total / len(rows) if with_loss else np.full(self.seeds, np.nan)

    def _learn(
        self, data: Any, rows: Array, resets: Array, *, carry: bool, with_loss: bool, keeps: bool
    ) -> npt.NDArray[np.float64]:
        """Learn from rows (batch, lane, seed or 1) of data, and add up the batches' losses, shape (seed,)."""
        self.keeps = keeps
        lanes, states = rows.shape[1], self._states(rows.shape[1])
        losses = np.zeros((self.vectors if with_loss else 0, self.per_vector))
        self.kernel.train(
            self.net._replace(carries=carry, lanes=lanes), self.rule, self.clock, self.free, self.weights,
            self.first, self.second, self.gradient, self.gathered, self.batches, states,
            self._window(data, lanes), data, rows, resets, self.seeds - 1, losses, keeps,
        )  # fmt: skip
        self.batches = (self.batches + len(rows)) % self.accumulate
        self._keep(states, carry=carry, reset=bool(resets[-1].all()))
        return losses.reshape(-1)[: self.seeds] if with_loss else np.zeros(self.seeds)

    def respond(self, maker: BatchMaker, epoch: Epoch, *, carry: bool) -> Tensor:
        """Answer the rows of an epoch of one lane, shape (seed, slot, output), slot after slot of each batch."""
        found = self._respond(self._table(maker), in_order(maker, epoch), resets_of(epoch), carry=carry)
        return found[:, :, 0].flatten(1, 2)

    def _respond(self, data: Any, rows: Array, resets: Array, *, carry: bool, gates: Array | None = None) -> Tensor:
        """Answer rows (batch, lane, seed or 1) of data, shape (seed, batch, lane, scored, output)."""
        lanes, scored, states = rows.shape[1], data.targets.shape[2], self._states(rows.shape[1])
        found = np.zeros((len(rows), lanes, scored, self.outputs, self.vectors, self.per_vector), self.number)
        seen = aligned((0, lanes, 0, self.per_vector), self.number) if gates is None else gates
        self.kernel.respond(
            self.net._replace(carries=carry, lanes=lanes), self.weights, states, self._window(data, lanes), data,
            rows, resets, self.seeds - 1, found, seen,
        )  # fmt: skip
        self._keep(states, carry=carry, reset=bool(resets[-1].all()))
        by_seed = np.moveaxis(found.reshape(*found.shape[:4], -1)[..., : self.seeds], -1, 0)
        return torch.from_numpy(np.ascontiguousarray(by_seed))

    def predict(self, inputs: Tensor, *, carry: bool, last_only: bool = True) -> Tensor:
        """Answer one batch; see `study.training.engines.block.Block.predict`."""
        timesteps, lanes = inputs.shape[1:3]
        nothing = torch.full((1, 1 if last_only else timesteps, lanes), -1)
        data, rows, resets = self._data([Batch(inputs, nothing, None, reset_after=False)])
        self.gates = aligned((self.vectors, lanes, self.net.gates * self.units, self.per_vector), self.number)
        found = self._respond(data, rows, resets, carry=carry, gates=self.gates)
        return found[:, 0].transpose(1, 2).contiguous()

    def forget_gate(self) -> Tensor:
        """Give an LSTM's forget gate at the last step of what was predicted last, shape (seed, lane, unit)."""
        by_seed = np.moveaxis(self.gates, -1, 1).reshape(-1, *self.gates.shape[1:3])[: self.seeds]
        return torch.from_numpy(by_seed[:, :, self.units : 2 * self.units].copy())

    def reset_state(self, which: Tensor | None = None) -> None:
        """Set the carried state of all seeds, or of some, to zero."""
        if which is None or self.states is None:
            self.states = None
            return
        state = self.state
        assert state is not None
        self.state = tuple(part.masked_fill(which[:, None, None], 0.0) for part in state)

    def reset_after(self, batch: Batch) -> None:
        """Reset the state where the batch was the last before a reset."""
        if isinstance(batch.reset_after, Tensor):
            self.reset_state(batch.reset_after)
        elif batch.reset_after:
            self.reset_state()

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the next update depends on: plain data and tensors."""
        kept = {name: torch.from_numpy(getattr(self, name).copy()) for name in self._remembered()}
        states = None if self.states is None else torch.from_numpy(self.states.copy())
        return {**kept, "states": states, "batches": self.batches}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""
        for name in self._remembered():
            getattr(self, name)[:] = saved[name].numpy()
        states = saved["states"]
        self.states = None if states is None else aligned_copy(states.numpy())
        self.batches = saved["batches"]

    @staticmethod
    def _remembered() -> tuple[str, ...]:
        """Name the arrays that the next update depends on."""
        return "weights", "first", "second", "gathered", "clock"

    def _free(self, settings: Settings) -> npt.NDArray[np.bool_]:
        """Mark the weights that are trained, shape (weight,)."""
        network = self.network
        network.gradient.fill_(1)
        for part in network.untrained:
            part.zero_()
        mask = network.mask_of(settings.frozen)
        if mask is not None:
            network.gradient.mul_(mask)
        free = self._in_vectors(network.gradients)[0, :, 0] != 0
        network.gradient.zero_()
        return np.ascontiguousarray(free)

    def _spread(self, by_seed: Array) -> Array:
        """Bring (seed, ...) to (vector, ..., seed), places without a seed filled with the last one."""
        places = np.minimum(np.arange(self.vectors * self.per_vector), self.seeds - 1)
        return np.moveaxis(by_seed[places].reshape(self.vectors, self.per_vector, *by_seed.shape[1:]), 1, -1)

    def _in_vectors(self, matrices: Sequence[Tensor]) -> Array:
        """Put matrices of all seeds one after the other, (vector, weight, seed)."""
        return aligned_copy(self._spread(torch.cat([matrix.flatten(1) for matrix in matrices], 1).numpy()))

    def _by_seed(self, vectors: Array) -> list[Tensor]:
        """Undo `_in_vectors`."""
        flat = np.moveaxis(vectors, -1, 1).reshape(-1, vectors.shape[1])[: self.seeds]
        shapes = [matrix.shape for matrix in self.network.matrices]
        parts = np.split(flat, np.cumsum([shape[1:].numel() for shape in shapes])[:-1], axis=1)
        return [torch.from_numpy(part.copy()).view(shape) for part, shape in zip(parts, shapes, strict=True)]

    def _states(self, lanes: int) -> Array:
        """Give the carried state of so many lanes."""
        if self.states is None:
            return aligned((self.vectors, PARTS, lanes, self.units, self.per_vector), self.number)
        if self.states.shape[2] != lanes:
            raise StudyError(f"the state has {self.states.shape[2]} lanes, and the batch {lanes}; reset it in between")
        return self.states

    def _keep(self, states: Array, *, carry: bool, reset: bool) -> None:
        """Keep the state after a call."""
        if carry:
            self.states = None if reset else states

    def _window(self, data: Any, lanes: int) -> Any:
        """Make the working memory of one shape of batch, for as many lanes as near memory holds."""
        timesteps, scored = max(data.inputs.shape[2], data.values.shape[1]), data.targets.shape[2]
        key = timesteps, lanes, scored
        if key not in self.windows:
            width, n = self.net.gates * self.units, self.per_vector
            whole = np.dtype(f"int{8 * self.number.itemsize}")
            one = timesteps * (width + 3 * self.units) * n * self.number.itemsize
            at_once = max(k for k in range(1, lanes + 1) if lanes % k == 0 and (k <= SHARING or k * one <= NEAR_MEMORY))

            def empty(*shape: int) -> Array:
                return aligned((*shape, n), self.number)

            self.windows[key] = self.kernel.Window(
                columns=np.zeros((timesteps, at_once, n), whole),
                rows=np.zeros((at_once, n), np.int64),
                wanted=np.zeros((scored, at_once, n), whole),
                gates=empty(timesteps, at_once, width),
                ahead=empty(1, width),
                h=empty(timesteps + 1, at_once, self.units),
                c=empty(timesteps + 1, at_once, self.units),
                squashed=empty(timesteps, at_once, self.units),
                errors=empty(scored, at_once, self.outputs),
                factors=empty(scored, lanes),
                dh=empty(at_once, self.units),
                dc=empty(at_once, self.units),
                loss=empty(1),
            )
        return self.windows[key]

    def _table(self, maker: BatchMaker) -> Any:
        """See all rows of a maker of batches as the kernel does."""
        if self.table is None or self.table[0] is not maker:
            self.table = maker, self.kernel.Data(*table_of(maker, self.number))
        return self.table[1]

    def _data(self, batches: Sequence[Batch]) -> tuple[Any, Array, Array]:
        """See batches as rows of data, and say which rows and which resets each has; once for the same list."""
        if self.known is None or self.known[0] is not batches:
            parts, rows, resets = table_of_batches(batches, self.number)
            self.known = batches, (self.kernel.Data(*parts), rows, resets)
        return self.known[1]


def numba_is_there() -> bool:
    """Whether what compiles the kernel is installed."""
    return find_spec("numba") is not None
