"""A data frame becomes arrays for a stateful network: one group a lane, sorted by time, resets where they belong.

Reshaping a frame by hand joins the end of one group to the start of the next; here no lane ever goes on into another
group without a reset, and every row that is dropped or padded is counted.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.errors import StudyError, unknown_name
from study.sequences.encoding import Integers
from study.sequences.following import Place, continuity
from study.sequences.grouping import Groups, sort_groups

UNEQUAL = ("pad", "drop")
NO_ROW = -1  # an input slot that is filled with zeros


@dataclass(frozen=True, eq=False)
class Lanes:
    """Arrays that a stateful network takes as they are: in batches of `batch_size`, unshuffled.

    Sample ``k * batch_size + i`` is lane *i* of batch *k*; its state goes on to lane *i* of batch *k* + 1.

    Attributes
    ----------
    X : ndarray, shape (samples, timesteps, features)
        Inputs, in the frame's data type; zero where there is no row.
    Y : ndarray, shape (samples, targets)
        Values to be predicted from each sample, in the frame's data type; zero where the sample is empty.
    rows : ndarray of int, shape (samples, timesteps)
        Place in the frame (as for ``iloc``) of each input; -1 where there is none.
    target_rows : ndarray of int, shape (samples,)
        Place in the frame of each target; -1 where the sample is empty.
    mask : ndarray of bool, shape (samples,)
        True where the sample has a target; use it as sample weight.
    reset_after : ndarray of bool, shape (batches,)
        True where the state must be set to zero after the batch.
    group : ndarray of int, shape (samples,)
        Place in `names` of each sample's group; -1 where the sample is empty.
    names : tuple
        The groups; a single series cut in pieces has one name a piece.
    batch_size : int
    rows_in_frame, rows_dropped, rows_as_target_only : int
        Rows of the frame; those that are neither input nor target; those that are a target alone.
    slots_padded : int
        Inputs that were filled with zeros.
    starts : ndarray of int, shape (samples,)
        Place of each sample's first input among the rows of its group, by time; -1 where the sample is empty.
    remarks : tuple of str
        What was done, in words.
    """

    X: npt.NDArray[Any]
    Y: npt.NDArray[Any]
    rows: Integers
    target_rows: Integers
    mask: npt.NDArray[np.bool_]
    reset_after: npt.NDArray[np.bool_]
    group: Integers
    names: tuple[Hashable, ...]
    batch_size: int
    rows_in_frame: int
    rows_dropped: int
    rows_as_target_only: int
    slots_padded: int
    starts: Integers
    remarks: tuple[str, ...]

    def batches(self) -> int:
        """Count the batches."""
        return len(self.reset_after)

    @cached_property
    def continuity(self) -> str:
        """What each lane does from batch to batch, in one line."""
        counts = (self.rows >= 0).sum(axis=1)
        places = [
            Place(owner, first, first + count) if owner >= 0 else None
            for owner, first, count in zip(self.group.tolist(), self.starts.tolist(), counts.tolist(), strict=True)
        ]
        batches = [places[k : k + self.batch_size] for k in range(0, len(places), self.batch_size)]
        return continuity(batches, self.reset_after.tolist())

    def describe(self) -> str:
        """Say in a few lines what was done with the rows."""
        samples, timesteps, features = self.X.shape
        resets = np.flatnonzero(self.reset_after)
        listed = ", ".join(str(k) for k in resets[:6]) + (", ..." if len(resets) > 6 else "")
        return "\n".join(
            [
                self.continuity,
                f"{self.rows_in_frame:,} rows -> X {samples:,} samples x {timesteps} timesteps x {features} features, "
                f"{self.X.dtype}; Y {samples:,} x {self.Y.shape[1]}",
                f"{self.batches():,} batches of {self.batch_size} lanes; feed them unshuffled",
                f"reset the state after batch {listed} ({len(resets)} in all)",
                f"{self.rows_dropped:,} rows dropped, {self.rows_as_target_only:,} used as target only, "
                f"{self.slots_padded:,} input slots padded with zeros",
                *self.remarks,
            ]
        )


def to_lanes(
    frame: pd.DataFrame,
    *,
    values: str | Sequence[str],
    batch_size: int,
    group: str | None = None,
    time: str | None = None,
    target: str | Sequence[str] | None = None,
    timesteps: int = 1,
    horizon: int = 1,
    unequal: str = "pad",
) -> Lanes:
    """Arrange a data frame for a stateful network: a group a lane, in order of time, windows that do not overlap.

    Groups are dealt out in order of appearance, `batch_size` in a deal, and the state is reset after each deal.
    Without `group` the frame is one series; it is cut into `batch_size` pieces of equal length, one a lane.

    Parameters
    ----------
    frame : DataFrame
        One row for each point in time.
    values : str or sequence of str
        Columns of the inputs; numbers.
    batch_size : int
        Lanes.
    group : str, optional
        Column that tells the series apart, such as a customer or a sensor.
    time : str, optional
        Column to sort by within a group; without it the rows must stand in order.
    target : str or sequence of str, optional
        Columns to be predicted; by default those of the inputs.
    timesteps : int, default 1
        Inputs in one sample: how far back the gradient reaches.
    horizon : int, default 1
        Rows from a sample's last input to its target; 0 for a label in the same row.
    unequal : {'pad', 'drop'}, default 'pad'
        What becomes of groups that do not fill their windows or are shorter than others of their deal. ``pad`` keeps
        every row: zeros before a group's start fill its first window, and empty samples (mask False) follow its end.
        ``drop`` keeps whole windows from a group's start, as many as the shortest group of the deal has, and whole
        deals.

    Returns
    -------
    Lanes

    Raises
    ------
    StudyError
        If a column is missing or not numeric, values are missing, times are tied, or the batch size does not fit.

    Examples
    --------
    >>> frame = pd.DataFrame({"plant": ["a"] * 3 + ["b"] * 3, "day": [1, 2, 3] * 2, "height": [1, 2, 3, 7, 8, 9]})
    >>> lanes = to_lanes(frame, group="plant", time="day", values="height", batch_size=2)
    >>> lanes.X[:, 0, 0].tolist(), lanes.Y[:, 0].tolist(), lanes.reset_after.tolist()
    ([1, 7, 2, 8], [2, 8, 3, 9], [False, True])
    """
    inputs = [values] if isinstance(values, str) else list(values)
    outputs = inputs if target is None else [target] if isinstance(target, str) else list(target)
    _check_numbers(batch_size, timesteps, horizon, unequal)
    if not inputs or not outputs:
        raise StudyError("no column is named as values or target; name at least one")
    ordered = sort_groups(frame, group=group, time=time, columns=[*inputs, *outputs])
    source, answers = _numbers(frame, inputs), _numbers(frame, outputs)
    remarks = ["rows were not in order of time and have been sorted"] if ordered.sorted_by_time else []

    if group is None:
        series = _pieces(len(frame), batch_size, timesteps, horizon, unequal)
        names: list[Hashable] = list(range(batch_size))
        remarks.append(f"one series cut into {batch_size} pieces, one a lane; each starts from a zero state")
    else:
        series = _groups(ordered, len(frame), horizon)
        series, names, left_out = _usable(series, ordered.names, timesteps, unequal)
        if left_out:
            remarks.append(f"{left_out:,} groups are too short for a sample and were left out")
        _check_lanes(batch_size, len(names), unequal)
    plan = _plan(series, batch_size, timesteps, unequal)

    places = plan.inputs  # (sample, timestep), in the sorted rows
    last = places[:, -1]
    rows = np.where(places >= 0, ordered.rows[places], NO_ROW)
    target_rows = np.where(last >= 0, ordered.rows[np.where(last >= 0, last + horizon, 0)], NO_ROW)
    used, as_target = (np.zeros(len(frame), dtype=bool) for _ in range(2))
    used[rows[rows >= 0]] = True
    as_target[target_rows[target_rows >= 0]] = True
    return Lanes(
        X=_gather(source, rows),
        Y=_gather(answers, target_rows),
        rows=rows,
        target_rows=target_rows,
        mask=last >= 0,
        reset_after=plan.reset_after,
        group=plan.group,
        names=tuple(names),
        batch_size=batch_size,
        rows_in_frame=len(frame),
        rows_dropped=int((~used & ~as_target).sum()),
        rows_as_target_only=int((as_target & ~used).sum()),
        slots_padded=int((rows < 0).sum()),
        starts=_starts(plan, series),
        remarks=tuple(remarks),
    )


def _check_numbers(batch_size: int, timesteps: int, horizon: int, unequal: str) -> None:
    """Refuse numbers and names out of range."""
    if batch_size < 1:
        raise StudyError(f"batch size is {batch_size}; it must be 1 or more, the number of lanes")
    if timesteps < 1:
        raise StudyError(f"timesteps is {timesteps}; it must be 1 or more, the number of inputs in one sample")
    if horizon < 0:
        raise StudyError(f"horizon is {horizon}; it must be 0 or more, the rows from the last input to its target")
    if unequal not in UNEQUAL:
        raise unknown_name("treatment of unequal groups", unequal, UNEQUAL)


def _check_lanes(batch_size: int, groups: int, unequal: str) -> None:
    """Refuse more lanes than groups."""
    if not groups:
        raise StudyError("no group has enough rows for one sample; lower timesteps or horizon, or pad")
    if batch_size > groups:
        advice = "leave group out to cut the one series into lanes" if groups == 1 else "cut long groups in two"
        raise StudyError(
            f"batch size {batch_size} is more lanes than the {groups} group{'s' * (groups != 1)} "
            f"{'that have rows enough ' if unequal == 'drop' else ''}can fill; use {groups} or fewer, or {advice}"
        )


def _numbers(frame: pd.DataFrame, columns: Sequence[str]) -> npt.NDArray[Any]:
    """Read columns as one array of numbers, shape (rows, columns), in their common type."""
    for column in columns:
        if not (pd.api.types.is_numeric_dtype(frame[column]) or pd.api.types.is_bool_dtype(frame[column])):
            raise StudyError(
                f"column {column!r} holds {frame[column].dtype}, not numbers; encode it first, one column a category"
            )
    plain: list[Any] = [getattr(frame[column].dtype, "numpy_dtype", frame[column].dtype) for column in columns]
    return frame[list(columns)].to_numpy(dtype=np.result_type(*plain))


def _gather(source: npt.NDArray[Any], rows: Integers) -> npt.NDArray[Any]:
    """Pick rows, zeros for `NO_ROW`; shape (*rows.shape, columns)."""
    picked = source[rows]
    picked[rows < 0] = 0
    return picked


class Series(NamedTuple):
    """Runs of rows that each go through one lane."""

    start: Integers  # (series,), in the sorted rows
    usable: Integers  # (series,), rows that can be inputs


def _pieces(rows: int, batch_size: int, timesteps: int, horizon: int, unequal: str) -> Series:
    """Cut one series into pieces of whole windows, one a lane, as equal as can be."""
    usable = max(rows - horizon, 0)
    windows = usable // timesteps if unequal == "drop" else -(-usable // timesteps)
    if windows < batch_size:
        raise StudyError(
            f"batch size {batch_size} is more lanes than the {rows:,} rows can fill with windows of {timesteps} and a "
            f"target {horizon} later: there are {windows:,} windows; use as many lanes or fewer"
        )
    if unequal == "drop":
        length = np.full(batch_size, windows // batch_size * timesteps, dtype=np.int64)
    else:
        length = (windows // batch_size + (np.arange(batch_size) < windows % batch_size)) * timesteps
        length[0] -= windows * timesteps - usable  # the zeros stand before the very first row
    return Series(np.cumsum(length) - length, length)


def _groups(ordered: Groups, rows: int, horizon: int) -> Series:
    """Let each group be a series; its last `horizon` rows are targets alone."""
    return Series(ordered.starts, np.diff(np.append(ordered.starts, rows)) - horizon)


def _usable(
    series: Series, names: Sequence[Hashable], timesteps: int, unequal: str
) -> tuple[Series, list[Hashable], int]:
    """Leave out groups without a single sample."""
    kept = series.usable >= (timesteps if unequal == "drop" else 1)
    chosen = [name for name, keep in zip(names, kept.tolist(), strict=True) if keep]
    return Series(series.start[kept], series.usable[kept]), chosen, int((~kept).sum())


class Plan(NamedTuple):
    """Which rows stand where."""

    inputs: Integers  # (sample, timestep), in the sorted rows; -1 for none
    group: Integers  # (sample,)
    reset_after: npt.NDArray[np.bool_]  # (batch,)


def _plan(series: Series, batch_size: int, timesteps: int, unequal: str) -> Plan:
    """Deal series out to lanes, `batch_size` in a deal, window after window."""
    pad = unequal == "pad"
    count = len(series.start) if pad else len(series.start) // batch_size * batch_size
    start, usable = series.start[:count], series.usable[:count]
    windows = -(-usable // timesteps) if pad else usable // timesteps
    deal_of = np.arange(count) // batch_size
    firsts = np.arange(0, count, batch_size)
    heights = np.maximum.reduceat(windows, firsts) if pad else np.minimum.reduceat(windows, firsts)  # batches a deal
    kept = windows if pad else heights[deal_of]
    shift = kept * timesteps - usable if pad else np.zeros_like(usable)  # zeros before the start of a padded series
    ends = np.cumsum(heights)

    owner = np.repeat(np.arange(count), kept)
    window = np.arange(len(owner)) - np.repeat(np.cumsum(kept) - kept, kept)  # place within its series
    sample = ((ends - heights)[deal_of[owner]] + window) * batch_size + owner % batch_size
    offset = window[:, None] * timesteps - shift[owner, None] + np.arange(timesteps)
    inputs = np.full((int(ends[-1]) * batch_size, timesteps), NO_ROW, dtype=np.int64)
    inputs[sample] = np.where(offset >= 0, start[owner, None] + offset, NO_ROW)
    group = np.full(len(inputs), -1, dtype=np.int64)
    group[sample] = owner
    reset_after = np.zeros(int(ends[-1]), dtype=bool)
    reset_after[ends - 1] = True
    return Plan(inputs, group, reset_after)


def _starts(plan: Plan, series: Series) -> Integers:
    """Find where in its series each sample begins."""
    first = np.where(plan.inputs >= 0, plan.inputs, np.iinfo(np.int64).max).min(axis=1)
    return np.where(plan.group < 0, NO_ROW, first - series.start[plan.group])
