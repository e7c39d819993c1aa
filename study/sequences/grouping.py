"""The rows of a data frame in order: group after group, by time within each, and nothing guessed in silence."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from study.errors import StudyError, unknown_name
from study.sequences.encoding import Integers


class Groups(NamedTuple):
    """The rows of a frame, group after group, by time within each.

    Attributes
    ----------
    names : list
        The groups in order of appearance.
    rows : ndarray of int, shape (rows,)
        Places in the frame (as for ``iloc``).
    starts : ndarray of int, shape (groups,)
        Where each group begins in `rows`.
    sorted_by_time : bool
        Whether the rows of some group were not in order of time and had to be sorted.
    """

    names: Sequence[Hashable]
    rows: Integers
    starts: Integers
    sorted_by_time: bool


def sort_groups(frame: pd.DataFrame, *, group: str | None, time: str | None, columns: Sequence[str]) -> Groups:
    """Bring the rows of a frame into order: groups as they appear, time ascending within each.

    Parameters
    ----------
    frame : DataFrame
    group, time : str or None
        Columns; without `group` all rows are one, without `time` rows stand in order.
    columns : sequence of str
        Other columns that must be there without missing values.

    Returns
    -------
    Groups

    Raises
    ------
    StudyError
        If a column or a value is missing, or two rows of a group have the same time.
    """
    if len(frame) == 0:
        raise StudyError("the data frame has no rows; give at least two")
    for column in [name for name in (group, time) if name is not None] + list(columns):
        _check_column(frame, column)
    codes, names = np.zeros(len(frame), dtype=np.int64), ["all rows"]
    if group is not None:
        codes, groups = pd.factorize(frame[group], sort=False)
        names = groups.tolist()
    if time is None:
        rows = np.argsort(codes, kind="stable")
    else:
        times = pd.factorize(_readable(frame[time]), sort=True)[0]
        rows = np.lexsort((times, codes))
        tied = (np.diff(codes[rows]) == 0) & (np.diff(times[rows]) == 0)
        if tied.any():
            where = rows[:-1][tied][0]
            of_group = f" of group {frame[group].iloc[where]!r}" if group is not None else ""
            count = int(tied.sum())
            has = "row has" if count == 1 else "rows have"
            raise StudyError(
                f"{count:,} {has} the same {time} as the row before, first {frame[time].iloc[where]!s}{of_group}: "
                f"their order is not known; make {time} unique within a group"
            )
    starts = np.searchsorted(codes[rows], np.arange(len(names)))
    unsorted = time is not None and bool(((np.diff(rows) < 0) & (np.diff(codes[rows]) == 0)).any())
    return Groups(names, rows.astype(np.int64), starts.astype(np.int64), unsorted)


def _readable(times: pd.Series[Any]) -> pd.Series[Any]:
    """Turn times that are text into numbers or dates, which are in another order than their letters."""
    if not (pd.api.types.is_object_dtype(times) or pd.api.types.is_string_dtype(times)):
        return times
    if all(not isinstance(value, str) for value in times):
        return times
    for read in (pd.to_numeric, partial(pd.to_datetime, format="ISO8601")):
        try:
            return pd.Series(read(times))
        except (ValueError, TypeError):
            continue
    raise StudyError(
        f"column {times.name!r} is text such as {times.iloc[0]!r}, which would be sorted by its letters; give numbers, "
        "or dates and times as 2026-01-31 08:00"
    )


def _check_column(frame: pd.DataFrame, column: str) -> None:
    """Refuse a column that is not there, is there twice, or has missing values."""
    if column not in frame.columns:
        raise unknown_name("column", column, [str(name) for name in frame.columns])
    if not isinstance(frame[column], pd.Series):
        raise StudyError(f"there are several columns named {column!r}; give each its own name")
    missing = frame[column].isna().to_numpy()
    if missing.any():
        count, first = int(missing.sum()), int(missing.argmax())
        values, place, these = ("value,", "in", "it") if count == 1 else ("values,", "the first in", "them")
        raise StudyError(
            f"column {column!r} has {count:,} missing {values} {place} row {first} counted from 0, which is line "
            f"{first + 2} of a CSV file with one header line; fill {these} or leave out the row{'s' * (count > 1)}"
        )
