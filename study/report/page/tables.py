"""Tables of the page: room for cells of many words, and long tables folded behind a line that says what they hold.

Sorting, filtering and copying are done in the page by assets/tables.js, which works on what stands here.
"""

from __future__ import annotations

from study.report.page.tree import Element

WORDS = 40  # characters from which on a cell is given more room
SHOWN = 15  # rows; a longer table is folded


def lay_out_tables(body: Element) -> None:
    """Give cells of many words room, and fold tables with more than `SHOWN` rows."""
    for figure in body.all("figure"):
        for cell in figure.all("td", "th"):
            if len(cell.text()) > WORDS and "txt" in cell.classes():
                cell.add_class("words")
            if cell.tag == "th" and not cell.text().strip():
                cell.tag = "td"  # a heading that says nothing
                cell.attributes.pop("scope", None)
        rows = figure.first("tbody")
        if rows and len(rows.elements()) > SHOWN:
            _fold(figure, rows.elements())


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
