"""Whether the lanes of a loader go on from batch to batch, without any model: made for a test of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from study.errors import StudyError
from study.watching.calls import Call, as_windows
from study.watching.report import Report, report


def lanes_of(
    loader: Any,
    series: Any,
    *,
    stateful: bool = True,
    reset_after: Sequence[bool] | None = None,
    epochs: int = 1,
    rows: Sequence[Any] | None = None,
) -> Report:
    """Tell what the lanes of a loader do from batch to batch.

    Parameters
    ----------
    loader : iterable or PyDataset
        Batches: arrays or tensors (batch, timesteps, features), (batch, timesteps) for symbols, or tuples,
        lists and dictionaries whose first value is one, as a `DataLoader` and a Keras `PyDataset` give them.
    series : array, list or dict of arrays
        The rows that the windows were cut from, as the network gets them.
    stateful : bool, default True
        Whether the network carries the state of lane *i* to lane *i* of the next batch.
    reset_after : sequence of bool, optional
        For each batch of an epoch, whether the state is set to zero after it; by default after an epoch's last.
    epochs : int, default 1
        How often to go through the loader.
    rows : sequence of arrays of int, optional
        Where contents repeat: for each batch the number of each lane's first row, counted through all series.

    Returns
    -------
    Report

    Raises
    ------
    StudyError
        If the loader gives no batch, or series, rows or resets do not fit.
    """
    calls: list[Call] = []
    fresh, count = True, 0
    for _ in range(epochs):
        batches = list(_batches(loader))
        if reset_after is not None and len(reset_after) != len(batches):
            raise StudyError(
                f"reset_after has {len(reset_after):,} values and the loader gives {len(batches):,} batches; give one "
                "for each batch"
            )
        for number, batch in enumerate(batches):
            windows = as_windows(_inputs_of(batch), what=f"batch {number}")
            before = calls[-1].after if calls else None
            state, after = np.zeros((len(windows), 1)), count + 1 + np.arange(len(windows), dtype=float)[:, None]
            if stateful and not fresh and before is not None:  # a lane that was not there before starts from zero
                state[: len(before)] = before[: len(windows)]
            count += len(windows)
            calls.append(Call(windows, state=state, after=after))  # every lane leaves a state of its own
            fresh = number + 1 == len(batches) if reset_after is None else bool(reset_after[number])
    if not calls:
        raise StudyError("the loader gives no batch; an iterator that was used up gives none: hand over the loader")
    return report(calls, series, rows=rows, framework=_framework(loader))


def assert_lanes_continue(
    loader: Any,
    series: Any,
    stateful: bool = True,
    *,
    reset_after: Sequence[bool] | None = None,
    epochs: int = 1,
    rows: Sequence[Any] | None = None,
) -> None:
    """Fail where a stateful network would be handed the state of one place of a series at another.

    With ``stateful=False`` no state is carried, so only that all windows are found in the series is checked.

    Parameters
    ----------
    loader, series, stateful, reset_after, epochs, rows
        As in `lanes_of`.

    Raises
    ------
    AssertionError
        If lanes do not go on; the message says what each lane does, and the cure.
    StudyError
        If the loader gives no batch, or series, rows or resets do not fit.

    Examples
    --------
    >>> series = np.arange(8.0)
    >>> assert_lanes_continue(series.reshape(2, 4).T[:, :, None], series)  # two pieces, side by side
    >>> assert_lanes_continue(series.reshape(4, 2)[:, :, None], series)
    Traceback (most recent call last):
    AssertionError: verdict   the lanes do not go on: in 6 of 6 steps a state is handed to rows that do not follow those
              that left it
    ...
    """
    told = lanes_of(loader, series, stateful=stateful, reset_after=reset_after, epochs=epochs, rows=rows)
    if not (told.holds if stateful else not told.watched.unknown):
        raise AssertionError(str(told))


def _batches(loader: Any) -> Iterator[Any]:
    """Go through a loader once; a Keras dataset is asked by number, since it can go on for ever."""
    if hasattr(loader, "num_batches") and hasattr(loader, "__getitem__"):
        yield from (loader[number] for number in range(loader.num_batches))
        if hasattr(loader, "on_epoch_end"):
            loader.on_epoch_end()
    elif isinstance(loader, Iterable):
        yield from loader
    else:
        raise StudyError(f"the loader is a {type(loader).__name__}, which gives no batches; give an iterable of arrays")


def _inputs_of(batch: Any) -> Any:
    """Take what the network is fed out of a batch."""
    while isinstance(batch, dict) or (isinstance(batch, tuple | list) and hasattr(_first(batch), "shape")):
        batch = _first(batch)
    return batch


def _first(batch: Any) -> Any:
    """Take the first part of a batch; nested parts are gone into."""
    if not len(batch):
        raise StudyError("the loader gives an empty batch; give arrays, or tuples that begin with one")
    first = next(iter(batch.values())) if isinstance(batch, dict) else batch[0]
    return _first(first) if isinstance(first, dict | tuple) else first


def _framework(loader: Any) -> str:
    """Tell whose loader it is."""
    if hasattr(loader, "num_batches"):
        return "keras"
    torch = sys.modules.get("torch")
    return "pytorch" if torch is not None and isinstance(loader, torch.utils.data.DataLoader) else "arrays"
