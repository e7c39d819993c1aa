"""Tables as plain data: what the templates lay out, and under which name a table is asked for.

A table's name is the path by which texts look it up, so no two tables share one, and no list of names is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from study.report.tables import Table
from study.report.tables.values import headed, out_of, parted

USUAL = ".table"  # how a path ends whose table is the first of its section, which is named by the section alone


def name_of(path: str) -> str:
    """Name a table by its path in the facts.

    Examples
    --------
    >>> name_of("main_grid.table"), name_of("optimisers.comparisons")
    ('main_grid', 'optimisers.comparisons')
    """
    return path.removesuffix(USUAL)


def tables_in(facts: object, path: str = "") -> Iterator[tuple[str, Table]]:
    """Find every table in facts, each with its name, in the order of the facts."""
    if isinstance(facts, Table):
        yield name_of(path), facts
    for key, value in _parts(facts):
        yield from tables_in(value, f"{path}.{key}" if path else key)


def as_data(value: object, path: str = "") -> Any:
    """Write facts as plain data, for `json.dumps`: tables as `data-table` of the templates takes them."""
    if isinstance(value, Table):
        return _laid_out(value, name_of(path))
    if isinstance(value, dict):
        return {key: as_data(each, f"{path}.{key}" if path else str(key)) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(each, f"{path}.{place}") for place, each in enumerate(value)]
    return value


def _parts(facts: object) -> Iterator[tuple[str, object]]:
    """List what facts are made of, with the keys by which texts look it up."""
    if isinstance(facts, dict):
        yield from ((str(key), each) for key, each in facts.items())
    elif isinstance(facts, (list, tuple)):
        yield from ((str(place), each) for place, each in enumerate(facts))


def _laid_out(table: Table, name: str) -> dict[str, Any]:
    """Lay a table out: a count that a column repeats in its heading, and intervals apart from their values."""
    counts = [out_of([row[place] for row in table.rows]) for place in range(len(table.columns))]
    return {
        "name": name,
        "heads": table.heads,
        "columns": [
            {
                "heading": headed(column.heading, count),
                "align": column.align,
                "code": column.code,
                "paper": column.paper,
            }
            for column, count in zip(table.columns, counts, strict=True)
        ],
        "rows": [[_cell(value, count) for value, count in zip(row, counts, strict=True)] for row in table.rows],
    }


def _cell(value: str, count: str) -> str | list[str]:
    """Give a value as it is printed, with its interval apart where it has one."""
    value, interval = parted(value)
    value = value.removesuffix(f" of {count}") if count else value
    return [value, interval] if interval else value
