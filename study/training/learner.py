"""What the study asks of whoever trains a block of seeds, and which engine is taken.

An engine is a class that keeps this protocol; a new one is one more line in `ENGINES`. Which engine trains a seed
changes its last bits, so a configuration names it, and it never follows from the size of the block.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import unknown_name
from study.training.batches import Batch
from study.training.engines.block import Block, Watch
from study.training.engines.compiled import CompiledBlock
from study.training.engines.fused import FusedBlock, fused_pays
from study.training.initialisers import Weights
from study.training.kernel.learner import KernelBlock
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
        Working memory by shape of batch, to look into or to set free.
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


ENGINES: dict[str, Any] = {"eager": Block, "compiled": CompiledBlock, "fused": FusedBlock, "kernel": KernelBlock}

_told: set[str] = set()


def make_learner(
    settings: Settings, weights: Sequence[Weights], *, timesteps: int, lanes: int, engine: str | None = "eager"
) -> Learner:
    """Choose the engine, and give it the seeds' initial weights.

    Parameters
    ----------
    settings : Settings
        Layer, optimiser and the like.
    weights : sequence of dict
        Initial weights of each seed.
    timesteps, lanes : int
        Shape of the batches to come.
    engine : {'eager', 'compiled', 'fused', 'kernel'} or None, default 'eager'
        One that cannot train this gives way to ``eager``, which is said once; none = what is fastest for one seed
        alone.

    Returns
    -------
    Learner

    Raises
    ------
    StudyError
        If a name is unknown.
    """
    if engine is None:
        engine = "fused" if fused_pays(timesteps) else "eager"
    if engine not in ENGINES:
        raise unknown_name("engine", engine, ENGINES)
    kind = ENGINES[engine]
    obstacle = kind.obstacle(settings, weights[0], timesteps=timesteps, lanes=lanes)
    if obstacle is not None:
        say_once(f"the {engine} engine is not used: {obstacle}")
        kind = Block
    learner: Learner = kind(weights, **vars(settings))
    return learner


def say_once(what: str) -> None:
    """Warn that a faster path is not taken, once for each reason."""
    if what not in _told:
        _told.add(what)
        warnings.warn(f"{what}; training goes on without it", stacklevel=3)
