"""A table of the report as one value: headings, alignment and rows cannot drift apart between Python and Typst.

Its caption is set in the text, where it is shown; how wide its columns are in the paper, in the template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from study.errors import StudyError, unknown_name
from study.measures.summaries import Summary
from study.report.words import number, rate, small

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading : str
    align : {'right', 'left'}
        Numbers stand right, names and text left.
    code : bool
        Whether its values are set as Python code.
    paper : bool
        Whether the paper has it too; if not, the page and the table's data have it alone.
    """

    heading: str
    align: Align = "right"
    code: bool = False
    paper: bool = True


@dataclass(frozen=True)
class Table:
    """A table, whole: what `data-table` of the templates takes.

    Attributes
    ----------
    name : str
        Named in errors.
    columns : sequence of Column
    rows : sequence of sequence of str
        A value a column, as it is printed.
    heads : int
        How many of the first columns name the row.

    Raises
    ------
    StudyError
        If a row does not have one value for each column, or `heads` exceeds the number of columns.

    Examples
    --------
    >>> columns = (Column("batch", align="left"), Column("solved"))
    >>> Table("lanes", columns, [("1", "40 of 100"), ("2", "0 of 100")]).headings
    ('batch', 'solved')
    >>> Table("lanes", columns, [("1", "40 of 100"), ("2",)])
    Traceback (most recent call last):
    study.errors.StudyError: table lanes: row 2, ('2',), has 1 value for 2 columns: batch, solved; give one each
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    heads: int = 1

    def __post_init__(self) -> None:
        """Refuse what a template would lay out as a scrambled table."""
        count, columns = len(self.columns), ", ".join(self.headings)
        for place, row in enumerate(self.rows, 1):
            if len(row) != count:
                values = f"{len(row)} value{'s' * (len(row) != 1)}"
                raise StudyError(
                    f"table {self.name}: row {place}, {row!r}, has {values} for {count} columns: "
                    f"{columns}; give one each"
                )
        if not 0 <= self.heads <= count:
            raise StudyError(f"table {self.name}: {self.heads} columns that name the row, of {count}: {columns}")

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings of all columns."""
        return tuple(column.heading for column in self.columns)


class Measure(NamedTuple):
    """A column that is the same in many tables, and how a summary is written in it."""

    column: Column
    written: Callable[[Summary], str]


MEASURES = {
    "ceiling": Measure(Column("ceiling"), lambda summary: str(summary.possible.ceiling.ambiguous)),
    "ceiling_all": Measure(Column("ceiling, all rows"), lambda summary: str(summary.possible.ceiling.overall)),
    "chance": Measure(Column("chance"), lambda summary: str(summary.possible.ceiling.chance)),
    "epochs": Measure(Column("epochs"), lambda summary: number(summary.epoch)),
    "updates": Measure(Column("updates"), lambda summary: number(summary.updates)),
    "right": Measure(Column("right (95 %)"), lambda summary: rate(summary.solved)),
    "right_row_by_row": Measure(Column("right row by row (95 %)"), lambda summary: rate(summary.fresh_solved)),
    "all_right": Measure(Column("all rows right (95 %)"), lambda summary: rate(summary.all_right)),
    "within": Measure(Column("within 0.25 (95 %)"), lambda summary: rate(summary.within)),
    "gap": Measure(Column("gap: median"), lambda summary: small(summary.gap)),
}


def measures_table(
    name: str, naming: Sequence[Column], rows: Iterable[tuple[Sequence[str], Summary]], measures: Sequence[str]
) -> Table:
    """Lay out what configurations came to: each row names one, and then has its measures.

    Parameters
    ----------
    name : str
        Of the table, for errors.
    naming : sequence of Column
        What names a row.
    rows : iterable of (sequence of str, Summary)
        A value for each of `naming`, and what is summed up.
    measures : sequence of str
        Names in `MEASURES`, in the order of the columns.

    Raises
    ------
    StudyError
        If a measure is unknown, or as for `Table`.
    """
    for each in measures:
        if each not in MEASURES:
            raise unknown_name("measure", each, MEASURES)
    chosen = [MEASURES[each] for each in measures]
    written = [(*names, *(each.written(summary) for each in chosen)) for names, summary in rows]
    return Table(name, (*naming, *(each.column for each in chosen)), written, heads=len(naming))
