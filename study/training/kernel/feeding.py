"""How rows come to the kernel: all data as tables of columns, and each batch as the numbers of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from study.errors import StudyError
from study.sequences.layouts import Epoch
from study.training.batches import Batch, BatchMaker

Array = npt.NDArray[Any]
Table = tuple[Array, Array, Array, Array]  # inputs, values, targets, shares of `study.training.kernel.memory.Data`


def table_of(maker: BatchMaker, number: np.dtype[Any]) -> Table:
    """See all rows of a maker of batches, an empty one the last."""
    return (
        maker.inputs.numpy().astype(np.int32),
        np.zeros((0, 0, 0), number),
        maker.targets.numpy().astype(np.int32),
        np.ascontiguousarray(maker.weights.numpy(), number),
    )


def table_of_batches(batches: Sequence[Batch], number: np.dtype[Any]) -> tuple[Table, Array, Array]:
    """See batches as rows of data, one batch after the other, and say which rows and which resets each has."""
    inputs = torch.stack([batch.inputs for batch in batches])
    targets = torch.stack([as_columns(batch.targets) for batch in batches])
    count, lanes = len(batches), inputs.shape[3]
    columns, values = np.zeros((1, 0, 0), np.int32), np.zeros((0, 0, 0), number)
    if inputs.ndim == 5 and inputs.shape[1] == 1:
        of_lanes = inputs[:, 0].transpose(1, 2).reshape(count * lanes, inputs.shape[2], -1)
        values = of_lanes.contiguous().numpy().astype(number)
    else:
        columns = _as_rows(as_columns(inputs)).astype(np.int32)
    shares = np.ones((1, count * lanes, targets.shape[2]), number)
    if any(batch.weights is not None for batch in batches):
        seeds = max(1 if batch.weights is None else len(batch.weights) for batch in batches)
        ones = torch.ones(1, *targets.shape[2:])
        each = [ones if batch.weights is None else batch.weights for batch in batches]
        shares = _as_rows(torch.stack([weights.expand(seeds, -1, -1) for weights in each])).astype(number)
    resets = np.stack([np.atleast_1d(np.asarray(batch.reset_after, dtype=np.bool_)) for batch in batches])
    table = columns, values, _as_rows(targets).astype(np.int32), shares
    return table, np.arange(count * lanes, dtype=np.int32).reshape(count, lanes, 1), resets


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


def in_order(maker: BatchMaker, epoch: Epoch) -> Array:
    """Give an epoch's rows as (batch, lane, seed or 1); `EMPTY` is the row after the last."""
    rows = np.where(epoch.rows < 0, maker.inputs.shape[1] - 1, epoch.rows)
    return np.ascontiguousarray(rows.transpose(1, 2, 0), np.int32)


def resets_of(epoch: Epoch) -> Array:
    """Give an epoch's resets as (batch, seed or 1)."""
    resets = epoch.reset_after[:, None] if epoch.reset_after.ndim == 1 else epoch.reset_after.T
    return np.ascontiguousarray(resets)
