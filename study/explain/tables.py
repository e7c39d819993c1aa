"""Sequences from a table (CSV, Parquet or a data frame) with a row for each moment.

Nothing is guessed in silence: what is sorted is said, and what cannot be used is an error that names the place.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from study.errors import StudyError, unknown_name
from study.sequences.grouping import sort_groups

BEGINNING = 4096  # characters in which zero bytes show that a file is not text
NOT_TEXT = "file {path} is not a text table ({reason}); give CSV in UTF-8 with a header line, or Parquet"


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV, TSV or Parquet file; each line of text has as many fields as the header, so that none is shifted."""
    columns_apart = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pd.read_parquet(path)
        _check_text(path, columns_apart)
        frame = pd.read_csv(path, sep=columns_apart, index_col=False)
    except StudyError:
        raise
    except (ValueError, OSError) as error:  # pandas' parser errors are ValueErrors
        reason = str(error).splitlines()[0]
        raise StudyError(f"file {path} cannot be read ({reason}); give CSV with a header line, or Parquet") from error
    first, *others = map(str, frame.columns)
    apart = "," if path.suffix.lower() == ".tsv" else "\t"
    if not others and (";" in first or apart in first):
        raise StudyError(
            f"file {path} has one column, {first!r}, which looks like several; put commas between columns, or tabs in "
            "a file that ends in .tsv"
        )
    return frame


def _check_text(path: Path, columns_apart: str) -> None:
    """Refuse what is not text, and lines with more fields than the header, whose columns would be shifted or lost."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if "\0" in file.read(BEGINNING):
                raise StudyError(NOT_TEXT.format(path=path, reason="zero bytes"))
            file.seek(0)
            lines = csv.reader(file, delimiter=columns_apart)
            header = next((fields for fields in lines if fields), [])
            for fields in lines:
                if len(fields) > len(header):
                    raise StudyError(
                        f"file {path}, line {lines.line_num} has {len(fields)} fields, the header has {len(header)}; "
                        "give each line as many as the header"
                    )
    except (UnicodeDecodeError, csv.Error) as error:
        raise StudyError(NOT_TEXT.format(path=path, reason=error)) from error


def sequences_of_frame(
    frame: pd.DataFrame, *, group: str | None = None, time: str | None = None, value: str | None = None
) -> tuple[list[list[Any]], list[str]]:
    """Cut a data frame into sequences: one a group, sorted by time within it.

    Parameters
    ----------
    frame : DataFrame
    group : str, optional
        Column that tells the sequences apart; without one, the frame is a single sequence.
    time : str, optional
        Column to sort by; without one, the rows stand in order.
    value : str, optional
        Column of the symbols; may be left out if no other column is left.

    Returns
    -------
    sequences : list of lists
    notes : list of str

    Raises
    ------
    StudyError
        If a column or a value is missing, times are tied, or a group has fewer than two rows.
    """
    if value is None:
        left = [str(column) for column in frame.columns if column not in (group, time)]
        if len(left) != 1:
            raise StudyError(f"name the column of the symbols with --value; columns: {', '.join(left) or 'none'}")
        value = left[0]
    if value not in frame.columns:
        raise unknown_name("column", value, [str(column) for column in frame.columns])
    ordered = sort_groups(frame, group=group, time=time, columns=[value])
    symbols: list[Any] = frame[value].iloc[ordered.rows].tolist()
    edges = [*ordered.starts.tolist(), len(symbols)]
    sequences = [symbols[start:end] for start, end in pairwise(edges)]
    for name, sequence in zip(ordered.names, sequences, strict=True):
        if len(sequence) < 2:
            raise StudyError(f"group {name!r} has 1 row; a pair needs two, so leave the group out")
    notes = ["the rows were not in order of time and have been sorted"] if ordered.sorted_by_time else []
    return sequences, notes
