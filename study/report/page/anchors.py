"""Addresses: every heading, figure, table, row and claim can be linked to, and shows the link when pointed at.

An address is made of names and not of counters, so that a link still leads there after something was put before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, count

from study.report.page.structure import NUMBER
from study.report.page.tree import Element, slug

COUNTED = re.compile(r"loc-\d+")  # what Typst names that the text does not
HEADINGS = ("h2", "h3", "h4")
LONGEST = 60  # characters of an address that is made of a sentence


def give_addresses(body: Element) -> None:
    """Give an address to everything that one may want to point at, and a link to it.

    Parts of a chapter are named after it, unless the text names them. Where two would have one address, the second
    gets a number.
    """
    for element in body.all(*HEADINGS):
        if COUNTED.fullmatch(element.attributes.get("id", "")):
            del element.attributes["id"]
    taken = {element.attributes["id"] for element in body.all() if "id" in element.attributes}
    renamed: dict[str, str] = {}
    section = ""
    for element in body.all(*HEADINGS, "figure", "span", "pre"):
        if element.tag in HEADINGS:
            _name(element, [f"{section}-{slug(NUMBER.sub('', element.text(), count=1))}"], taken)
            section = element.attributes["id"] if element.tag == "h2" else section
            _set_number_apart(element)
            _link_itself(element, element)
        elif element.tag == "figure":
            _name_figure(element, section, taken, renamed)
        elif element.tag == "pre":
            element.attributes.setdefault("tabindex", "0")  # it may scroll, and then has to from the keyboard
        elif "claim" in element.classes() and "id" in element.attributes:
            address = f"#{element.attributes['id']}"
            element.children.append(
                Element("a", {"class": "sign", "href": address, "aria-label": "Link to this claim"})
            )
    for link in body.all("a"):
        target = link.attributes.get("href", "").removeprefix("#")
        if target in renamed:
            link.attributes["href"] = f"#{renamed[target]}"


def _set_number_apart(heading: Element) -> None:
    """Put the number of a heading into an element of its own, quieter than the title."""
    first = heading.children[0] if heading.children else ""
    number = NUMBER.match(first) if isinstance(first, str) else None
    if number:
        rest = str(first)[number.end() :]
        heading.children[:1] = [Element("span", {"class": "number"}, [number[0]]), rest]


def _name_figure(figure: Element, section: str, taken: set[str], renamed: dict[str, str]) -> None:
    """Name a figure or table by what it is called in the sources, and each row by what names it."""
    body = figure.first("tbody")
    named = next((each for each in figure.all("div") if {"data-name", "data-figure"} & set(each.attributes)), None)
    called = (named.attributes.get("data-name") or named.attributes["data-figure"]) if named else section
    name = f"{'table' if body else 'figure'}-{slug(called)}"
    if named and named.attributes.get("id") == name:
        del named.attributes["id"]
        taken.discard(name)
    label = figure.attributes.get("id")
    if label and name not in taken:
        renamed[label] = name
        del figure.attributes["id"]
    _name(figure, [name], taken)
    number = next((each for caption in figure.all("figcaption") for each in caption.elements()), None)
    if number:
        for region in figure.all("div"):
            if region.attributes.get("role") == "region":
                region.attributes["aria-label"] = f"{number.text().rstrip('.')}, which scrolls"
        _link_itself(number, figure)
    for row in body.elements() if body else ():
        cells = row.elements()
        heads = [cell for cell in cells if cell.tag == "th"] or cells[:1]
        words = [slug(cell.text()) for cell in [*heads, *(cell for cell in cells if cell not in heads)]]
        known = (filter(None, [name, *words[:count]]) for count in range(len(heads), len(cells) + 1))
        _name(row, map("-".join, known), taken)


def _name(element: Element, names: Iterable[str], taken: set[str]) -> None:
    """Give an element without an address the first name that is free; the last one is numbered if none is."""
    if "id" in element.attributes:
        return
    tried = [name if len(name) <= LONGEST else name[:LONGEST].rpartition("-")[0] for name in names]
    numbered = (f"{tried[-1]}-{number}" for number in count(2))
    name = next(name for name in chain(tried, numbered) if name not in taken)
    element.attributes["id"] = name
    taken.add(name)


def _link_itself(shown: Element, target: Element) -> None:
    """Make what an element shows a link to the target, unless it holds a link already."""
    if not shown.first("a"):
        shown.children = [Element("a", {"class": "itself", "href": f"#{target.attributes['id']}"}, shown.children)]
