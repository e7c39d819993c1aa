"""The optional fast path: a block whose seeds are trained one after the other by compiled code, many epochs at a call.

A seed's weights and moments fit the processor's nearest memory, so that half of the time is Adam's own square roots
and divisions. It needs Numba (the extra ``fast``), no compiler; compiled code is kept between processes. Sums are taken
in another order and the exponential is a polynomial, so results differ from the default path in their last bits (and,
since training magnifies rounding, late in training visibly), while a seed's bits stay the same in every block (on one
kind of processor). Where weights overflow, what comes out is not defined.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from study.training.batches import Batch
from study.training.engines.block import Block, Watch
from study.training.initialisers import Weights
from study.training.optimisers import Adam
from study.training.settings import Settings

# Lanes of a batch beyond which the matrix products of the default path are faster, and steps times lanes beyond which
# they may be. Microseconds of an update of one of 64 seeds, compiled : default: 1 step 1.4 : 4.3, of 4 lanes 3.6 : 5.1,
# of 8 lanes 6.4 : 6.6, of 16 lanes 12 : 9; 4 steps 4.1 : 8.0, of 4 lanes 13.4 : 14.4; 16 steps 13.6 : 22.
MOST_LANES, LONGEST = 8, 16


Stacked = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_]]  # inputs, targets, resets of all batches


class CompiledBlock(Block):
    """A block whose epochs are trained by the compiled loop; all else is inherited."""

    feeds_columns = True
    epochs_at_once = 16  # a seed's weights stay in the nearest memory for as long

    def __init__(self, weights: Sequence[Weights], **settings: Any) -> None:
        super().__init__(weights, **settings)
        assert isinstance(self.optimiser, Adam)
        self.adam = self.optimiser
        # Both layers' weights, then Adam's first and second moments of both.
        buffers = (self.weights, self.adam.m, self.adam.v)
        self.trained = [part.numpy() for buffer in buffers for part in self.as_matrices(buffer)]
        self.known: list[tuple[Sequence[Batch], Stacked]] = []

    @classmethod
    def obstacle(cls, settings: Settings, weights: Weights, *, timesteps: int, lanes: int) -> str | None:
        """Say why the compiled loop cannot be used, if it cannot."""
        if not find_spec("numba"):
            return "Numba is not installed; install the extra 'fast'"
        plain = "direct_kernel" not in weights and "dense_bias" in weights
        intervened = settings.frozen is not None or settings.stop_gradient or settings.gradient_rows > 1
        if settings.layer != "lstm" or intervened or settings.loss != "cross_entropy" or not plain:
            return "it knows the LSTM with plain outputs, cross-entropy and no intervention alone"
        if settings.optimiser not in {"adam", "adam_pytorch"} or settings.optimiser_options or settings.accumulate != 1:
            return "it knows Adam with one update a batch alone"
        if settings.device != "cpu":
            return f"it runs on the processor, not on {settings.device!r}"
        if lanes > MOST_LANES or lanes * timesteps > LONGEST:
            return f"batches of {timesteps} steps and {lanes} lanes are faster by matrix products"
        return None

    @torch.inference_mode()
    def run_epoch(
        self, batches: Sequence[Batch], *, carry: bool, with_loss: bool, watch: Watch | None = None
    ) -> npt.NDArray[np.float64]:
        """Make the weight updates of all batches, of one epoch or several.

        Parameters
        ----------
        batches : sequence of Batch
            With inputs and targets as columns.
        carry, with_loss : bool
            As for `Block.update`.
        watch : callable, optional
            As for `Block.run_epoch`; with it, or with weights of slots, batches are computed as there.

        Returns
        -------
        ndarray, shape (seeds,)
            Mean loss of the batches; not a number unless asked for.
        """
        if watch is not None or any(batch.weights is not None for batch in batches):
            return super().run_epoch(batches, carry=carry, with_loss=with_loss, watch=watch)
        inputs, targets, resets = self._arrays(batches)
        if self.state is None:
            state = [self.empty(self.seeds, inputs.shape[3], self.units) for _ in range(2)]
        else:
            state = [part.clone() for part in self.state]
        losses = np.zeros(self.seeds)
        dtype = self.trained[0].dtype
        rates = np.array([self.adam.next_rates() for _ in batches], dtype=dtype)  # (batch, 2)
        from study.training.engines.compiled_loop import Shape, training_loop  # noqa: PLC0415  (Numba is optional)

        (timesteps, lanes), scored = inputs.shape[2:], targets.shape[2]
        shape = Shape(self.features, self.units, self.outputs, timesteps, lanes, scored)
        training_loop(shape, single=dtype == np.float32)(
            *self.trained,
            *(part.numpy() for part in state),
            inputs,
            targets,
            resets,
            rates,
            dtype.type(1 - self.adam.beta_1),
            dtype.type(1 - self.adam.beta_2),
            carry,
            with_loss,
            losses,
        )
        self.state = None if not carry or bool(resets[-1].all()) else tuple(state)
        return losses / len(batches) if with_loss else np.full(self.seeds, np.nan)

    def adam_alone(self, times: int) -> None:
        """Apply Adam to the first seed's recurrent weights again and again: the floor that `study bench` shows.

        The dense layer's 5 % are left out. The gradient is not zero: moments that fade away become numbers too small
        for fast arithmetic.
        """
        from study.training.engines.compiled_loop import adam_again  # noqa: PLC0415  (Numba is optional)

        w, m, v = (self.trained[place][0].reshape(-1) for place in (0, 2, 4))
        rate, epsilon, new_m, new_v = np.array([1e-3, 1e-7, 0.1, 1e-3], dtype=w.dtype)
        adam_again(w, m, v, np.full_like(w, 1e-3), rate, epsilon, new_m, new_v, times)

    def _arrays(self, batches: Sequence[Batch]) -> Stacked:
        """Put the batches into one array each; lists that come again and again are kept.

        Returns
        -------
        inputs : ndarray of int, shape (batch, seed or 1, timestep, lane)
        targets : ndarray of int, shape (batch, seed or 1, scored, lane)
        resets : ndarray of bool, shape (batch, seed)
        """
        for known, arrays in self.known:
            if known is batches:
                return arrays
        inputs = torch.stack([batch.inputs for batch in batches]).numpy()
        targets = torch.stack([batch.targets for batch in batches]).numpy()
        resets = np.zeros((len(batches), self.seeds), dtype=np.bool_)
        for place, batch in enumerate(batches):
            resets[place] = np.asarray(batch.reset_after)
        self.known = [*self.known[-3:], (batches, (inputs, targets, resets))]
        return inputs, targets, resets
