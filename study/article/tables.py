"""Every table of the report by its name, as a data frame or to be written in a format, from stored results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from study.article import contents
from study.article.lacking import lacking
from study.errors import unknown_name
from study.report.contents import Facts, Section
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.tables.export import frame
from study.report.tables.plain import tables_in
from study.runs.store import Store

CLAIMS = "claims"  # the table whose sentences stand in the texts: here they have their names


def table(name: str, results: str | Path = "results") -> pd.DataFrame:
    """Give a table of the report as a data frame.

    Parameters
    ----------
    name : str
        As `names` and ``study table`` list them, and as the page says beside each table.
    results : str or Path
        Folder of stored results.

    Returns
    -------
    DataFrame
        See `study.report.tables.export.frame`.

    Raises
    ------
    StudyError
        If no table has this name, or what it is made of is not stored.
    """
    return frame(find(name, results))


def find(name: str, results: str | Path = "results") -> Table:
    """Find a table of the report by its name; see `table`."""
    evidence = Evidence(Store(results), contents())
    sections = {section.name: section for section in _shown(evidence)}
    first = name.split(".", maxsplit=1)[0]
    for section in evidence.contents.listed:
        if section.name == first and first not in sections:
            raise lacking(f"table {name}", section.experiment, results)
    found = _tables(evidence, [sections[first]] if first in sections and name != CLAIMS else list(sections.values()))
    if name not in found:
        raise unknown_name(
            "table", name, found if first not in sections else _tables(evidence, list(sections.values()))
        )
    return found[name]


def names(results: str | Path = "results") -> dict[str, Table]:
    """List every table that these results give, by name, in the order of the report."""
    evidence = Evidence(Store(results), contents())
    return _tables(evidence, _shown(evidence))


def _shown(evidence: Evidence) -> list[Section]:
    return [each for each in evidence.contents.listed if not each.experiment or evidence.has(each.experiment)]


def _tables(evidence: Evidence, sections: Sequence[Section]) -> dict[str, Table]:
    """Find the tables of some sections, and list their claims in one."""
    facts: Facts = {section.name: section.facts(evidence) for section in sections}
    return {**dict(tables_in(facts)), CLAIMS: _claims(facts)}


def _claims(facts: Facts) -> Table:
    """List every claim, what was compared for it, and whether it holds."""
    rows = [
        (f"{name}.{claim.name}", claim.test, "yes" if claim.holds else "no")
        for name, found in facts.items()
        for claim in found.get("claims", ())
    ]
    columns = (Column("claim", "left"), Column("what was compared", "left"), Column("holds", "left"))
    return Table(CLAIMS, columns, rows)
