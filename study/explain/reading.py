"""Sequences from the command line, a text file, or a table (CSV or Parquet) with a row for each point in time.

Nothing is guessed in silence: what is sorted is said, and what cannot be used is an error that names the place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from study.errors import StudyError, unknown_name
from study.sequences.grouping import sort_groups

TABLES = (".csv", ".tsv", ".parquet", ".pq")
FEWEST_VALUES = 20  # below, it means little that all differ
Sequences = list[list[Hashable]]


def parse_sequences(texts: Sequence[str]) -> Sequences:
    """Read sequences written as ``3,0,1,2,3``; symbols are whole numbers if all of them are, else text.

    Parameters
    ----------
    texts : sequence of str
        One sequence each, symbols apart by commas, or by spaces where there is no comma.

    Returns
    -------
    list of lists

    Raises
    ------
    StudyError
        If a symbol is empty.

    Examples
    --------
    >>> parse_sequences(["3,0,1", "a b c"])
    [['3', '0', '1'], ['a', 'b', 'c']]
    """
    split: list[list[str]] = []
    for text in texts:
        symbols = [part.strip() for part in text.split(",")] if "," in text else text.split()
        if "" in symbols:
            raise StudyError(f"sequence {text!r} has an empty symbol; write it as 3,0,1,2,3")
        if len(symbols) < 2:
            raise StudyError(f"sequence {text!r} has fewer than two symbols; put commas between them, as in 3,0,1,2,3")
        split.append(symbols)
    whole = all(_is_whole(symbol) for symbols in split for symbol in symbols)
    return [[int(symbol) if whole else symbol for symbol in symbols] for symbols in split]


def _is_whole(text: str) -> bool:
    """Whether text is a whole number as Python would write it, so that 007 and 7 stay apart."""
    try:
        return str(int(text)) == text
    except ValueError:
        return False


def read_text(path: Path) -> Sequences:
    """Read one sequence a line; empty lines are skipped."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(f"file {path} is not UTF-8 text ({error.reason}); save it as UTF-8, CSV or Parquet") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise StudyError(f"file {path} is empty: it holds no sequence; write one a line, as in 3,0,1,2,3")
    for number, line in lines:
        try:
            parse_sequences([line])
        except StudyError as error:
            raise StudyError(f"file {path}, line {number}: {error}") from error
    return parse_sequences([line for _, line in lines])


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV, TSV or Parquet file."""
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pd.read_parquet(path)
        frame = pd.read_csv(path, sep="\t" if path.suffix.lower() == ".tsv" else ",")
    except (ValueError, OSError, UnicodeDecodeError) as error:  # pandas' parser errors are ValueErrors
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


def read_file(
    path: str | Path, *, group: str | None = None, time: str | None = None, value: str | None = None
) -> tuple[Sequences, list[str]]:
    """Read sequences from a file.

    Parameters
    ----------
    path : str or Path
        Text with one sequence a line, or a table (.csv, .tsv, .parquet).
    group, time, value : str, optional
        Columns of a table; see `sequences_of_frame`.

    Returns
    -------
    sequences : list of lists
    notes : list of str
        Remarks for the reader.

    Raises
    ------
    StudyError
        If the file cannot be used.
    """
    path = Path(path)
    if not path.exists():
        raise StudyError(f"file {path} does not exist; give text with one sequence a line, CSV or Parquet")
    if path.is_dir():
        raise StudyError(f"{path} is a folder; give one file")
    if path.suffix.lower() in TABLES:
        return sequences_of_frame(read_table(path), group=group, time=time, value=value)
    if group or time or value:
        raise StudyError(f"columns were named, but {path} is read as text; a table's name ends in {', '.join(TABLES)}")
    return read_text(path), []


def sequences_of_frame(
    frame: pd.DataFrame, *, group: str | None = None, time: str | None = None, value: str | None = None
) -> tuple[Sequences, list[str]]:
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


def warnings_of(sequences: Sequence[Sequence[Hashable]]) -> tuple[str, ...]:
    """Say where symbols look like measured numbers, which are not symbols.

    Examples
    --------
    >>> warnings_of([[3, 0, 1], [4, 0, 1]])
    ()
    >>> warnings_of([[20.1, 20.4], [19.8, 20.3]])[0][:50]
    'the values are taken as symbols, 4 different ones '
    """
    counts: Counter[Hashable] = Counter()
    for sequence in sequences:
        counts.update(symbol for symbol in sequence if isinstance(symbol, Hashable))
    fractional = any(_is_fractional(symbol) for symbol in counts)
    total = sum(counts.values())
    if not fractional and not (total >= FEWEST_VALUES and len(counts) > 0.8 * total):
        return ()
    kind = "with decimals" if fractional else "nearly all different"
    return (
        f"the values are taken as symbols, {len(counts):,} different ones in {total:,} values ({kind}): two rows count "
        "as alike only where values repeat exactly; bin or round numbers first, or use study.to_lanes, which keeps "
        "numbers as they are",
    )


def _is_fractional(symbol: Hashable) -> bool:
    """Whether a symbol is a number with decimals, or text that reads as one."""
    try:
        return isinstance(symbol, float | str) and not float(symbol).is_integer() and isfinite(float(symbol))
    except ValueError:
        return False
