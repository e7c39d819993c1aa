"""A table of the report for use elsewhere: a data frame of numbers, and text in four formats.

CSV has the numbers of the data frame; Markdown, LaTeX and HTML have the values as they are printed.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from study.errors import unknown_name
from study.report.tables import Column, Table
from study.report.tables.values import GAP, LEVEL, OUT_OF, amount, bounds, parted

LATEX = str.maketrans({
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "−": r"$-$",
    "→": r"$\to$", "∞": r"$\infty$", "\u00a0": "~", "†": r"\dag{}",
})  # fmt: skip


def frame(table: Table) -> pd.DataFrame:
    """Give a table as numbers where it has numbers.

    Parameters
    ----------
    table : Table

    Returns
    -------
    DataFrame
        A row each. A rate becomes four columns: how many, ``of`` how many, and ``from`` and ``to``, the ends of its
        interval in percent; any other value with an interval becomes three. A dash is a missing value.

    Examples
    --------
    >>> table = Table("lanes", (Column("batch"), Column("right (95 %)")), [("1", "40 of 100 (31–50 %)"), ("2", "–")])
    >>> frame(table).columns.tolist(), frame(table).loc[0].tolist()
    (['batch', 'right', 'right: of', 'right: from', 'right: to'], [1.0, 40.0, 100.0, 31.0, 50.0])
    """
    found: dict[str, pd.Series[int] | pd.Series[float] | pd.Series[str]] = {}
    for place, column in enumerate(table.columns):
        for heading, values in _split(column, [row[place] for row in table.rows]):
            name, times = heading, 1
            while name in found:
                times += 1
                name = f"{heading} ({times})"
            found[name] = _typed(values)
    return pd.DataFrame(found)


def write(table: Table, form: str) -> str:
    """Write a table in a format.

    Parameters
    ----------
    table : Table
    form : str
        A name in `FORMATS`.

    Raises
    ------
    StudyError
        If it is unknown.
    """
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    return FORMATS[form](table)


def _split(column: Column, values: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Give the columns of data that a printed column becomes."""
    heading = column.heading.removesuffix(LEVEL).replace(": k of n", "")
    parts = [parted(value) for value in values]
    plain = [value for value, _ in parts]
    rates = [OUT_OF.fullmatch(value) for value in plain]
    if any(rates) and all(rate or value == GAP for rate, value in zip(rates, plain, strict=True)):
        yield heading, [rate[1] if rate else GAP for rate in rates]
        yield f"{heading}: of", [rate[2] if rate else GAP for rate in rates]
    else:
        yield heading, plain
    if any(interval for _, interval in parts):
        ends = [bounds(interval) if interval else (GAP, GAP) for _, interval in parts]
        same = [end if end[0] else (value, value) for end, value in zip(ends, plain, strict=True)]
        yield f"{heading}: from", [low for low, _ in same]
        yield f"{heading}: to", [high for _, high in same]


def _typed(values: Sequence[str]) -> pd.Series[int] | pd.Series[float] | pd.Series[str]:
    """Read a column's values as numbers, if all are."""
    read = [None if value == GAP else amount(value) for value in values]
    if any(number is None and value != GAP for number, value in zip(read, values, strict=True)) or not any(
        number is not None for number in read
    ):
        return pd.Series(["" if value == GAP else value for value in values], dtype=str)
    whole = all(isinstance(number, int) for number in read)
    return pd.Series(read, dtype=int if whole else float)


def _csv(table: Table) -> str:
    return frame(table).to_csv(index=False, lineterminator="\n")


def _markdown(table: Table) -> str:
    def line(values: Sequence[str]) -> str:
        return f"| {' | '.join(' '.join(value.replace('|', chr(92) + '|').split()) for value in values)} |"

    rule = f"|{'|'.join(' :-- ' if column.align == 'left' else ' --: ' for column in table.columns)}|"
    return "\n".join((line(table.headings), rule, *map(line, table.rows))) + "\n"


def _latex(table: Table) -> str:
    def line(values: Sequence[str]) -> str:
        return rf"{' & '.join(' '.join(value.split()).translate(LATEX) for value in values)} \\"

    aligned = "".join(column.align[0] for column in table.columns)
    begin = ("% needs \\usepackage{booktabs}", rf"\begin{{tabular}}{{{aligned}}}", r"\toprule")
    lines = (*begin, line(table.headings), r"\midrule", *map(line, table.rows), r"\bottomrule", r"\end{tabular}")
    return "\n".join(lines) + "\n"


def _html(table: Table) -> str:
    def line(values: Sequence[str], heads: int, scope: str) -> str:
        cells = [
            f'<th scope="{scope}">{html.escape(value)}</th>' if place < heads else f"<td>{html.escape(value)}</td>"
            for place, value in enumerate(values)
        ]
        return f"<tr>{''.join(cells)}</tr>"

    head = line(table.headings, len(table.columns), "col")
    rows = "\n".join(line(row, table.heads, "row") for row in table.rows)
    return f"<table>\n<thead>\n{head}\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"


FORMATS: dict[str, Callable[[Table], str]] = {"csv": _csv, "md": _markdown, "latex": _latex, "html": _html}
