"""Sequences from the command line or a file: text here, tables in `study.explain.tables`.

Nothing is guessed in silence: what cannot be used is an error that names the place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from math import isfinite
from pathlib import Path

from study.errors import StudyError

TABLES = (".csv", ".tsv", ".parquet", ".pq")
FEWEST_VALUES = 20  # below, it means little that all differ
QUOTES = "'\""
PAIRS = ("[]", "()", *(2 * quote for quote in QUOTES))  # what a sequence may stand in
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
        If a symbol is empty, or a bracket or quote is left beside a number.

    Examples
    --------
    >>> parse_sequences(["3,0,1", "a b c"])
    [['3', '0', '1'], ['a', 'b', 'c']]
    >>> parse_sequences(["[3,0,1]", '"4","0","1"'])
    [[3, 0, 1], [4, 0, 1]]
    """
    split: list[list[str]] = []
    for text in texts:
        symbols = [part.strip() for part in text.split(",")] if "," in text else text.split()
        if "" in symbols:
            raise StudyError(f"sequence {text!r} has an empty symbol; write it as 3,0,1,2,3")
        if len(symbols) < 2:
            raise StudyError(f"sequence {text!r} has fewer than two symbols; put commas between them, as in 3,0,1,2,3")
        split.append(_bare(text, symbols))
    whole = all(_is_whole(symbol) for symbols in split for symbol in symbols)
    return [[int(symbol) if whole else symbol for symbol in symbols] for symbols in split]


def _bare(text: str, symbols: list[str]) -> list[str]:
    """Take off the brackets or quotes around a sequence, and the quotes around each symbol; refuse what is left."""
    for first, last in map(tuple, PAIRS):
        joined = "\n".join(symbols)
        around = len(symbols[0]) > 1 and len(symbols[-1]) > 1 and joined[0] == first and joined[-1] == last
        if around and not set(joined[1:-1]) & {first, last}:
            symbols = [symbol.strip() for symbol in joined[1:-1].split("\n")]
    for quote in QUOTES:
        if all(len(symbol) > 2 and symbol[0] == symbol[-1] == quote for symbol in symbols):
            symbols = [symbol[1:-1] for symbol in symbols]
    left = next((symbol for symbol in symbols if _is_wrapped(symbol)), None)
    if left is not None:
        raise StudyError(
            f"sequence {text!r} has the symbol {left!r}, a number with a bracket or quote; write sequences without "
            "either, one space between two, as in 3,0,1,2,3 4,0,1,2,4"
        )
    return symbols


def _is_wrapped(symbol: str) -> bool:
    """Whether a symbol is a whole number behind or before brackets or quotes."""
    return not _is_whole(symbol) and _is_whole(symbol.strip("".join(PAIRS)))


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


def read_file(
    path: str | Path, *, group: str | None = None, time: str | None = None, value: str | None = None
) -> tuple[Sequences, list[str]]:
    """Read sequences from a file.

    Parameters
    ----------
    path : str or Path
        Text with one sequence a line, or a table (.csv, .tsv, .parquet).
    group, time, value : str, optional
        Columns of a table; see `study.explain.tables.sequences_of_frame`.

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
        from study.explain.tables import read_table, sequences_of_frame  # noqa: PLC0415  (pandas is slow to import)

        return sequences_of_frame(read_table(path), group=group, time=time, value=value)
    if group or time or value:
        raise StudyError(f"columns were named, but {path} is read as text; a table's name ends in {', '.join(TABLES)}")
    return read_text(path), []


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
    fractional = any(is_fractional(symbol) for symbol in counts)
    total = sum(counts.values())
    if not fractional and not (total >= FEWEST_VALUES and len(counts) > 0.8 * total):
        return ()
    kind = "with decimals" if fractional else "nearly all different"
    return (
        f"the values are taken as symbols, {len(counts):,} different ones in {total:,} values ({kind}): two rows count "
        "as alike only where values repeat exactly; bin or round numbers first, or use study.to_lanes, which keeps "
        "numbers as they are",
    )


def is_fractional(symbol: Hashable) -> bool:
    """Whether a symbol is a number with decimals, or text that reads as one."""
    try:
        return isinstance(symbol, float | str) and not float(symbol).is_integer() and isfinite(float(symbol))
    except ValueError:
        return False
