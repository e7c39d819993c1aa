"""What the two LSTMs share: training one seed of the study's engine, and keeping it when it is pickled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data

from study.errors import StudyError
from study.estimators.shared import Rows, SymbolClassifier, one_thread
from study.sequences.layouts import EMPTY, Epoch, listed
from study.training.batches import Batch
from study.training.devices import check_device
from study.training.initialisers import Weights, initial_weights
from study.training.layers.base import State
from study.training.learner import Learner, make_learner
from study.training.settings import Settings

PREDICTED_AT_ONCE = 1024  # rows, or sequences, that are predicted side by side


class RecurrentClassifier(SymbolClassifier):
    """An LSTM of one seed, trained by the study's engine; a subclass says how rows are laid out."""

    units: int
    epochs: int
    batch_size: int
    learning_rate: float
    timesteps: int
    initialisation: str
    random_state: Any
    device: str
    carries_state = False

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Train from new weights.

        Parameters
        ----------
        X : array_like, shape (rows, features)
            In order of time within each sequence; with `timesteps` > 1, windows whose steps stand side by side.
        y : array_like, shape (rows,)
        groups : array_like, shape (rows,), optional
            Sequence of each row; rows of one sequence must stand together.

        Returns
        -------
        self
        """
        X, columns = self._checked(X, y, first=True)
        self._make_block()
        self._train(X, columns, self._lengths(len(X), groups), self.epochs)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, groups: Any = None) -> Self:
        """Train one epoch more, from the weights and the optimiser's moments as they are.

        Parameters
        ----------
        X, y, groups
            As for `fit`.
        classes : array_like, optional
            All labels, at the first call; the labels of `y` if left out.

        Returns
        -------
        self
        """
        first = not hasattr(self, "block_")
        if first and classes is not None:
            validate_data(self, X, dtype=np.float32)
            self.classes_ = np.unique(classes)
        X, columns = self._checked(X, y, first=first and classes is None)
        if first:
            self._make_block()
        self._train(X, columns, self._lengths(len(X), groups), 1)
        return self

    def _make_block(self) -> None:
        """Draw the initial weights."""
        if self.timesteps < 1 or self.n_features_in_ % self.timesteps:
            fitting = [n for n in range(1, self.n_features_in_ + 1) if self.n_features_in_ % n == 0]
            raise StudyError(
                f"timesteps is {self.timesteps}, but rows of {self.n_features_in_} numbers cannot be windows of that "
                f"many steps; use {listed(fitting)}, so that every step has as many numbers as the others"
            )
        generator = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        shape = (self.n_features_in_ // self.timesteps, self.units, len(self.classes_))
        weights = initial_weights(self.initialisation, generator, "lstm", shape)
        self.block_ = self._block(weights)
        self.state_: State | None = None  # what `observe` has left, and its last outputs
        self.observed_: Rows | None = None
        self.shuffles_ = generator

    def _block(self, weights: Weights) -> Learner:
        """Make the learner of the one seed, by the engine that is fastest for one seed."""
        check_device(self.device)
        settings = Settings(learning_rate=self.learning_rate, device=self.device)
        return make_learner(settings, [weights], engine=None)

    def _lengths(self, rows: int, groups: Any) -> tuple[int, ...]:
        """Give the number of rows of each sequence, in order."""
        length = getattr(self, "sequence_length", None)
        if groups is None:
            if length is None:
                return (rows,)
            return tuple(min(length, rows - start) for start in range(0, rows, length))
        groups = np.asarray(groups)
        if groups.shape != (rows,):
            raise StudyError(f"groups has shape {groups.shape}; it must name the sequence of each of the {rows} rows")
        starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
        if len(starts) != len(np.unique(groups)):
            raise StudyError("rows of one group must stand together; sort the rows by group, and by time inside it")
        return tuple(int(n) for n in np.diff([*starts, rows]))

    def _epochs(self, lengths: tuple[int, ...], epochs: int) -> Iterator[Epoch]:
        """Lay out epoch after epoch, the same object as long as nothing changes."""
        raise NotImplementedError  # each of the two estimators has its own

    @one_thread
    def _train(self, X: Rows, columns: npt.NDArray[np.int64], lengths: tuple[int, ...], epochs: int) -> None:
        """Make the weight updates of some epochs."""
        block, inputs, targets = self.block_, self._windows(X), torch.from_numpy(np.append(columns, -1))
        block.reset_state()
        batches: list[Batch] = []
        laid_out = None
        for epoch in self._epochs(lengths, epochs):
            if epoch is not laid_out:  # most epochs are the last one again
                batches, laid_out = self._batches(epoch, inputs, targets), epoch
            block.run_epoch(batches, carry=self.carries_state, with_loss=False)
        block.windows.clear()
        block.reset_state()

    def _batches(self, epoch: Epoch, inputs: torch.Tensor, targets: torch.Tensor) -> list[Batch]:
        """Put an epoch's rows into batches; empty places have no weight."""
        batches, outputs = [], torch.arange(len(self.classes_))
        for lane_rows, reset in zip(torch.from_numpy(epoch.rows), epoch.reset_after.tolist(), strict=True):
            present = (lane_rows != EMPTY).float()
            windows = inputs[lane_rows].transpose(0, 1)[None].contiguous()  # (1, timestep, lane, feature)
            wanted = (targets[lane_rows][None, None, :, None] == outputs).float()
            batches.append(Batch(windows, wanted, None if present.all() else present[None, None], reset))
        return batches

    def _windows(self, X: Rows) -> torch.Tensor:
        """Turn rows into windows, with an empty one at the end for `EMPTY`: (row + 1, timestep, feature)."""
        rows = np.concatenate([X, np.zeros_like(X[:1])])
        return torch.from_numpy(rows.reshape(len(rows), self.timesteps, -1))

    def __getstate__(self) -> dict[str, Any]:
        """Keep the weights and the optimiser's memory, not the engine's working memory."""
        state = dict(super().__getstate__())
        block = state.pop("block_", None)
        if block is not None:
            state["_kept"] = ({name: array[0] for name, array in block.export().items()}, block.state_dict())
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Build the engine again."""
        kept = state.pop("_kept", None)
        super().__setstate__(state)
        if kept is not None:
            weights, saved = kept
            self.block_ = self._block(weights)
            self.block_.load_state_dict(saved)
