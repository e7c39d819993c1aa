"""HTML as a tree of elements that can be rearranged, read from Typst's output and written again.

The standard library reads HTML as a stream only; a parser that repairs what is wrong is not needed for what we write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from study.errors import StudyError

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
RAW = frozenset({"script", "style"})  # their text is not escaped


class Markup(str):
    """Finished HTML, written as it is; any other string is text."""

    __slots__ = ()


@dataclass(eq=False)
class Element:
    """An element of the page.

    Attributes
    ----------
    tag : str
    attributes : dict of str to str
    children : list of Element or str
        Strings are text, or finished HTML where they are `Markup`.

    Examples
    --------
    >>> note = Element("p", {"class": "note"}, ["1 < 2, ", Element("b", {}, ["so"])])
    >>> note.text()
    '1 < 2, so'
    >>> write(note)
    '<p class="note">1 &lt; 2, <b>so</b></p>'
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self) -> list[Element]:
        """Give the children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def all(self, *tags: str) -> Iterator[Element]:
        """Go through all elements below this one with one of these tags (any, if none is named), in their order."""
        for child in self.elements():
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    def first(self, *tags: str) -> Element | None:
        """Find the first element below with one of these tags."""
        return next(self.all(*tags), None)

    def text(self) -> str:
        """Give all text below, finished HTML left out."""
        parts = (child.text() if isinstance(child, Element) else child for child in self.children)
        return "".join("" if isinstance(part, Markup) else part for part in parts)

    def classes(self) -> list[str]:
        """Give the names in ``class``."""
        return self.attributes.get("class", "").split()

    def add_class(self, name: str) -> None:
        """Add a name to ``class``."""
        self.attributes["class"] = " ".join([*self.classes(), name])


class _Reader(HTMLParser):
    """Builds the tree; every element but the void ones is closed by its own end tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag != self.open[-1].tag:
            raise _malformed(f"closes <{tag}> where <{self.open[-1].tag}> is open")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """Read a page.

    Parameters
    ----------
    html : str
        A whole page, well formed, as Typst writes it.

    Returns
    -------
    Element
        The ``html`` element.

    Raises
    ------
    StudyError
        If an element is closed that is not the innermost open one, or is not closed at all.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if len(reader.open) > 1:
        raise _malformed(f"does not close <{reader.open[-1].tag}>")
    roots = reader.open[0].elements()
    if len(roots) != 1:
        raise _malformed(f"has {len(roots)} outermost elements and not one")
    return roots[0]


def _malformed(what: str) -> StudyError:
    return StudyError(f"the page {what}; mend the text or the template that it was made of")


def write(element: Element | str, raw: bool = False) -> str:
    """Write an element or text as HTML; `raw` text is that of a script or style."""
    if isinstance(element, str):
        return element if raw or isinstance(element, Markup) else escape(element, quote=False)
    attributes = "".join(
        f' {name}="{escape(value)}"' if value else f" {name}" for name, value in element.attributes.items()
    )
    if element.tag in VOID:
        return f"<{element.tag}{attributes}>"
    inside = "".join(write(child, element.tag in RAW) for child in element.children)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def slug(text: str) -> str:
    """Make a name for an address from words.

    Examples
    --------
    >>> slug("A. Why does it not converge, with batch size 4?")
    'a-why-does-it-not-converge-with-batch-size-4'
    """
    return "-".join(re.findall(r"\w+", text.lower()))
