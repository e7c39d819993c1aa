"""What the study asks of whoever trains a block of seeds, and which engine is taken.

An engine is a class that keeps this protocol; a new one is one more line in `ENGINES`. Which engine trains a seed
changes its last bits, so it follows from the configuration alone: from the engine that it names, and from whether that
one knows all that it asks for.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import StudyError, unknown_name
from study.sequences.layouts import Epoch
from study.training.batches import Batch, BatchMaker
from study.training.engines.block import Block, Watch
from study.training.initialisers import Weights
from study.training.kernel.learner import KernelBlock, numba_is_there
from study.training.layers.base import State
from study.training.settings import Settings


class Learner(Protocol):
    """Some seeds of one network that are trained side by side, each exactly as if it were alone.

    Attributes
    ----------
    feeds_columns : bool or None
        Whether it must be fed symbols as columns (True) or as vectors (False); None where it takes both.
    epochs_at_once : int
        Epochs that are best handed over in one call, where nobody looks in between.
    seeds, features, accumulate : int
    dtype : torch.dtype
    state : tuple of Tensor or None
        What is carried, each part (seed, lane, unit); none is zero.
    matrices, gradients : list of Tensor
        As `study.training.engines.network.Network` has them.
    windows : dict
        Working memory by shape of batch, to be set free.
    """

    feeds_columns: bool | None
    epochs_at_once: int
    seeds: int
    features: int
    accumulate: int
    dtype: torch.dtype
    state: State | None
    matrices: list[Tensor]
    gradients: list[Tensor]
    output_columns: Tensor
    windows: dict[Any, Any]

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

    def run_epoch(
        self, batches: Sequence[Batch], *, carry: bool, with_loss: bool, watch: Watch | None = None
    ) -> npt.NDArray[np.float64]:
        """Learn from the batches of an epoch or several; see `study.training.engines.block.Block.run_epoch`."""

    def learn(
        self, maker: BatchMaker, epoch: Epoch, *, carry: bool, with_loss: bool, watch: Watch | None = None
    ) -> npt.NDArray[np.float64]:
        """Learn from the rows of an epoch or several; otherwise as `run_epoch`."""

    def respond(self, maker: BatchMaker, epoch: Epoch, *, carry: bool) -> Tensor:
        """Answer the rows of an epoch of one lane, shape (seed, slot, output), slot after slot of each batch."""

    def forget_gate(self) -> Tensor:
        """Give an LSTM's forget gate at the last step of what was predicted last, shape (seed, lane, unit)."""

    def predict(self, inputs: Tensor, *, carry: bool, last_only: bool = True) -> Tensor:
        """Answer one batch; see `study.training.engines.block.Block.predict`."""

    def reset_state(self, which: Tensor | None = None) -> None:
        """Set the carried state of all seeds, or of some, to zero."""

    def reset_after(self, batch: Batch) -> None:
        """Reset the state where the batch was the last before a reset."""

    def export(self, *, gradient: bool = False) -> dict[str, npt.NDArray[np.floating]]:
        """Copy the weights (or the last gradient) out by name, each with a leading seed axis."""

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the next update depends on."""

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""


ENGINES: dict[str, Any] = {"kernel": KernelBlock, "torch": Block}

_told: set[str] = set()


def make_learner(settings: Settings, weights: Sequence[Weights], *, engine: str | None = "kernel") -> Learner:
    """Choose the engine, and give it the seeds' initial weights.

    Parameters
    ----------
    settings : Settings
        Layer, optimiser and the like.
    weights : sequence of dict
        Initial weights of each seed.
    engine : {'kernel', 'torch'} or None, default 'kernel'
        What the kernel does not know is trained by torch. None = the kernel, or torch where Numba is missing, which is
        said once.

    Returns
    -------
    Learner

    Raises
    ------
    StudyError
        If the name is unknown, or Numba is missing for the kernel.
    """
    if engine is None:
        engine = available_engine()
    if engine not in ENGINES:
        raise unknown_name("engine", engine, ENGINES)
    kind = ENGINES[engine]
    if engine == "kernel" and KernelBlock.obstacle(settings) is not None:
        kind = Block
    elif engine == "kernel" and not numba_is_there():
        raise StudyError("engine kernel needs Numba, which is not installed; install numba, or use engine torch")
    learner: Learner = kind(weights, **vars(settings))
    return learner


def available_engine() -> str:
    """Name the kernel, or torch where Numba is missing, which is said once."""
    if numba_is_there():
        return "kernel"
    if "numba" not in _told:
        _told.add("numba")
        warnings.warn("Numba is not installed; training goes on with torch, several times slower", stacklevel=3)
    return "torch"
