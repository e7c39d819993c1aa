"""Batches out of fresh sequences: one sequence a lane, step by step or as a whole window, reset after each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from study.sequences.encoding import NO_TARGET, Integers
from study.sequences.streams import pairs_of
from study.training.batches import Batch


class StreamBatches:
    """Turns sequences of some seeds into batches.

    Parameters
    ----------
    features : int
        Symbols of the alphabet.
    lanes : int
        Sequences side by side in one batch.
    steps : int or None
        Pairs of the longest sequence, which a window holds; none where a row is one step.
    dtype : torch.dtype
    columns : bool
        Whether symbols stay columns; otherwise they become one-hot vectors.
    last_step_weight : float, default 1
        Weight in the loss of each sequence's last step; the other steps have 1.
    alike : bool
        Whether all sequences are equally long.
    """

    def __init__(
        self,
        features: int,
        lanes: int,
        steps: int | None,
        dtype: torch.dtype,
        *,
        columns: bool,
        last_step_weight: float,
        alike: bool,
    ) -> None:
        self.features, self.lanes, self.steps, self.dtype, self.columns = features, lanes, steps, dtype, columns
        self.last_step_weight, self.weighted = last_step_weight, last_step_weight != 1 or not alike

    def batches(self, drawn: Integers) -> list[Batch]:
        """Make the batches of some groups of as many sequences as there are lanes, in order.

        Parameters
        ----------
        drawn : ndarray of int, shape (seed, sequence, symbol)
            As `study.sequences.tasks.base.Task.stream` gives them.

        Returns
        -------
        list of Batch
            One a group where windows hold whole sequences; else one a step, as many as the group's longest has.
        """
        inputs, targets = (self.in_lanes(part, self.lanes) for part in pairs_of(drawn))
        weights = self._weights(targets)
        made = []
        for group in range(len(inputs)):
            pairs = int((targets[group] != NO_TARGET).any((0, 2)).sum())
            for part in [slice(None)] if self.steps else [slice(k, k + 1) for k in range(pairs)]:
                of_batch = None if weights is None else torch.from_numpy(weights[group][:, part]).to(self.dtype)
                last = self.steps is not None or part.stop == pairs
                made.append(
                    Batch(self._taken(inputs[group][:, part]), self._taken(targets[group][:, part]), of_batch, last)
                )
        return made

    def in_lanes(self, sequences: Integers, lanes: int) -> Integers:
        """Bring (seed, sequence, step) into groups: (group, seed, step, lane), filled up to the steps of a window."""
        seeds, _, steps = sequences.shape
        if self.steps is not None:
            sequences = np.pad(sequences, ((0, 0), (0, 0), (0, self.steps - steps)), constant_values=NO_TARGET)
        return np.ascontiguousarray(sequences.reshape(seeds, -1, lanes, sequences.shape[2]).transpose(1, 0, 3, 2))

    def _weights(self, targets: Integers) -> npt.NDArray[np.float64] | None:
        """Weigh each slot in the loss, 0 where there is no target; none where all count alike."""
        if not self.weighted:
            return None
        scored = targets != NO_TARGET  # (group, seed, step, lane)
        last = scored & (np.cumsum(scored[:, :, ::-1], 2)[:, :, ::-1] == 1)
        return np.where(last, self.last_step_weight, scored.astype(np.float64))

    def _taken(self, symbols: Integers) -> torch.Tensor:
        """Bring columns into the form that the learner is fed."""
        tensor = torch.from_numpy(np.ascontiguousarray(symbols))
        return tensor if self.columns else (tensor.unsqueeze(-1) == torch.arange(self.features)).to(self.dtype)

    def inputs_of(self, drawn: Integers) -> list[torch.Tensor]:
        """Give the inputs of all sequences side by side, each in a lane, to be answered.

        Parameters
        ----------
        drawn : ndarray of int, shape (seed, sequence, symbol)

        Returns
        -------
        list of Tensor
            One whole window, or one a step.
        """
        (inputs,) = self.in_lanes(pairs_of(drawn)[0], drawn.shape[1])
        return (
            [self._taken(inputs)] if self.steps else [self._taken(inputs[:, k : k + 1]) for k in range(inputs.shape[1])]
        )
