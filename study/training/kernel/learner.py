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
from study.training.batches import Batch
from study.training.engines.network import Network
from study.training.initialisers import Weights
from study.training.layers.base import State
from study.training.optimisers import checked_options
from study.training.settings import Settings

Array = npt.NDArray[Any]
NEAR_MEMORY = 2**20  # bytes of the windows that are computed at once, if more than one lane is
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
        from study.training.kernel import layers, loop, optimisers, outputs, vector  # noqa: PLC0415  (Numba is slow)

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

    @classmethod
    def obstacle(cls, settings: Settings, weights: Weights, *, timesteps: int, lanes: int) -> str | None:
        """Say why the kernel cannot train that, if it cannot; it follows from the configuration alone."""
        del weights, timesteps, lanes
        if settings.gradient_rows > 1:
            return "it passes no gradient from row to row"
        if settings.layer not in ("lstm", "lstm_1997", "lstm_1997_gated", "simple_rnn", "logistic_rnn", "gru"):
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

    @property
    def gradients(self) -> list[Tensor]:
        """Copy the gradients of the last batch likewise; 0 where a weight is not trained."""
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
        batch = Batch(inputs, targets, weights, reset_after=False)
        found = self.run_epoch([batch], carry=carry, with_loss=with_loss)
        return torch.from_numpy(found).to(self.dtype) if with_loss else torch.zeros(0, dtype=self.dtype)

    def run_epoch(
        self,
        batches: Sequence[Batch],
        *,
        carry: bool,
        with_loss: bool,
        watch: Callable[[Any], None] | None = None,
    ) -> npt.NDArray[np.float64]:
        """Learn from the batches of an epoch or several; see `study.training.engines.block.Block.run_epoch`."""
        if watch is None:
            total = self._learn(batches, carry=carry, with_loss=with_loss)
        else:
            total = np.zeros(self.seeds)
            for batch in batches:
                total += self._learn([batch], carry=carry, with_loss=with_loss)
                watch(self)
        return total / len(batches) if with_loss else np.full(self.seeds, np.nan)

    def _learn(self, batches: Sequence[Batch], *, carry: bool, with_loss: bool) -> npt.NDArray[np.float64]:
        """Learn from batches of one shape, and add up their losses, shape (seed,)."""
        timesteps, lanes = batches[0].inputs.shape[1:3]
        scored = batches[0].targets.shape[1]
        data, rows = self._data(batches)
        resets = np.stack([np.atleast_1d(np.asarray(batch.reset_after, dtype=np.bool_)) for batch in batches])
        losses = np.zeros((self.vectors if with_loss else 0, self.per_vector))
        states = self._states(lanes)
        self.kernel.train(
            self.net._replace(carries=carry, lanes=lanes), self.rule, self.clock, self.free, self.weights,
            self.first, self.second, self.gradient, self.gathered, self.batches, states,
            self._window(timesteps, lanes, scored), data, rows, resets, self.seeds - 1, losses,
        )  # fmt: skip
        self.batches = (self.batches + len(batches)) % self.accumulate
        self._keep(states, carry=carry, reset=bool(resets[-1].all()))
        return losses.reshape(-1)[: self.seeds]

    def predict(self, inputs: Tensor, *, carry: bool, last_only: bool = True) -> Tensor:
        """Answer one batch; see `study.training.engines.block.Block.predict`."""
        timesteps, lanes = inputs.shape[1:3]
        scored = 1 if last_only else timesteps
        nothing = torch.full((1, scored, lanes), -1)
        data, rows = self._data([Batch(inputs, nothing, None, reset_after=False)])
        found = np.zeros((1, lanes, scored, self.outputs, self.vectors, self.per_vector), self.number)
        states = self._states(lanes)
        self.kernel.respond(
            self.net._replace(carries=carry, lanes=lanes), self.weights, states,
            self._window(timesteps, lanes, scored), data, rows, np.zeros((1, 1), np.bool_), self.seeds - 1, found,
        )  # fmt: skip
        self._keep(states, carry=carry, reset=False)
        by_seed = found[0].reshape(lanes, scored, self.outputs, -1)[..., : self.seeds]
        return torch.from_numpy(np.ascontiguousarray(by_seed.transpose(3, 1, 0, 2)))

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

    def _window(self, timesteps: int, lanes: int, scored: int) -> Any:
        """Make the working memory of one shape of batch, for as many lanes as near memory holds."""
        key = timesteps, lanes, scored
        if key not in self.windows:
            width, n = self.net.gates * self.units, self.per_vector
            one = timesteps * (width + 3 * self.units) * n * self.number.itemsize
            at_once = max(k for k in range(1, lanes + 1) if lanes % k == 0 and (k == 1 or k * one <= NEAR_MEMORY))

            def empty(*shape: int) -> Array:
                return aligned((*shape, n), self.number)

            self.windows[key] = self.kernel.Window(
                columns=np.zeros((timesteps, at_once, n), np.int64),
                rows=np.zeros((at_once, n), np.int64),
                wanted=np.zeros((scored, at_once, n), np.int64),
                gates=empty(timesteps, at_once, width),
                h=empty(timesteps + 1, at_once, self.units),
                c=empty(timesteps + 1, at_once, self.units),
                squashed=empty(timesteps, at_once, self.units),
                errors=empty(scored, at_once, self.outputs),
                factors=empty(scored, lanes),
                dh=empty(at_once, self.units),
                dc=empty(at_once, self.units),
                spare=empty(self.outputs + 1),
            )
        return self.windows[key]

    def _data(self, batches: Sequence[Batch]) -> tuple[Any, Array]:
        """See batches as rows of data, one batch after the other, and say which rows each has."""
        inputs = torch.stack([batch.inputs for batch in batches])
        targets = torch.stack([as_columns(batch.targets) for batch in batches])
        weights = None
        if any(batch.weights is not None for batch in batches):
            shape = (1, *targets.shape[2:])
            ones = torch.ones(shape, dtype=self.dtype)
            seeds = max(1 if batch.weights is None else len(batch.weights) for batch in batches)
            weights = torch.stack([(ones if b.weights is None else b.weights).expand(seeds, -1, -1) for b in batches])
        count, lanes = len(batches), inputs.shape[3]
        columns = values = None
        if inputs.ndim == 4:
            columns = _as_rows(inputs)
        elif inputs.shape[1] == 1:
            values = inputs[:, 0].transpose(1, 2).reshape(count * lanes, inputs.shape[2], -1)
        else:
            columns = _as_rows(as_columns(inputs))
        shares = np.ones((1, count * lanes, targets.shape[2])) if weights is None else _as_rows(weights)
        data = self.kernel.Data(
            inputs=np.zeros((1, 0, 0), np.int32) if columns is None else columns.astype(np.int32),
            values=np.zeros((0, 0, 0), self.number) if values is None else values.contiguous().numpy(),
            targets=_as_rows(targets).astype(np.int32),
            shares=np.ascontiguousarray(shares, self.number),
        )
        return data, np.arange(count * lanes, dtype=np.int32).reshape(count, lanes, 1)


def numba_is_there() -> bool:
    """Whether what compiles the kernel is installed."""
    return find_spec("numba") is not None


def aligned(shape: tuple[int, ...], number: np.dtype[Any]) -> Array:
    """Make zeros that begin where the widest vectors are read at once."""
    size = int(np.prod(shape))
    memory = np.zeros(size + 64 // number.itemsize, number)
    first = -memory.ctypes.data % 64 // number.itemsize
    return memory[first : first + size].reshape(shape)


def aligned_copy(values: Array) -> Array:
    """Copy an array to where the widest vectors are read at once."""
    copy = aligned(values.shape, values.dtype)
    copy[:] = values
    return copy


def as_columns(vectors: Tensor) -> Tensor:
    """Turn one-hot vectors into columns, zero vectors into -1; columns stay as they are."""
    if not vectors.is_floating_point():
        return vectors
    if not bool(((vectors == 0) | (vectors == 1)).all()) or bool((vectors.sum(-1) > 1).any()):
        raise StudyError("targets, and inputs that differ from seed to seed, must be one-hot vectors or zero")
    return torch.where(vectors.any(-1), vectors.argmax(-1), -1)


def _as_rows(stacked: Tensor) -> Array:
    """Bring (batch, seed or 1, step, lane) to (seed or 1, batch * lane, step)."""
    batches, seeds, steps, lanes = stacked.shape
    return np.ascontiguousarray(stacked.permute(1, 0, 3, 2).reshape(seeds, batches * lanes, steps).numpy())
