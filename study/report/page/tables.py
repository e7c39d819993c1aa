"""Tables for the page: intervals quieter than the numbers they belong to, long tables folded.

Sorting, filtering and copying are done in the page by assets/tables.js, which works on what stands here.
"""

from __future__ import annotations

import re

from study.report.page.tree import Element

SHOWN = 15  # rows; a longer table is folded
INTERVAL = re.compile(r"\s*\([\d.,−]+ ?(?:–|to) ?[\d.,−]+(?: %)?\)")


def ready_tables(body: Element) -> None:
    """Set intervals apart, and fold tables with more than `SHOWN` rows."""
    for figure in body.all("figure"):
        for cell in figure.all("td"):
            cell.children = [part for child in cell.children for part in _quieter(child)]
        rows = figure.first("tbody")
        if rows and len(rows.elements()) > SHOWN:
            _fold(figure, rows.elements())


def _quieter(child: Element | str) -> list[Element | str]:
    """Part text into what is no interval, and intervals."""
    if isinstance(child, Element):
        return [child]
    parts: list[Element | str] = []
    start = 0
    for found in INTERVAL.finditer(child):
        parts += [child[start : found.start()], Element("span", {"class": "interval"}, [found[0]])]
        start = found.end()
    return [part for part in (*parts, child[start:]) if part]


def _fold(figure: Element, rows: list[Element]) -> None:
    """Put a long table behind a line that says how many rows it has, and by what they are named."""
    place, table = next(
        (place, child)
        for place, child in enumerate(figure.children)
        if isinstance(child, Element) and child.first("table")
    )
    headings = [heading.text() for head in table.all("thead") for heading in head.all("th")]
    named = headings[: sum(cell.tag == "th" for cell in rows[0].elements())]
    summary = Element("summary", {}, [f"Show {len(rows)} rows, by {', '.join(named)}"])
    figure.children[place] = Element("details", {"class": "long"}, [summary, table])
