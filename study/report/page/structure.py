"""Landmarks, sections and contents: where one is in the page, and how one gets elsewhere without scrolling."""

from __future__ import annotations

import re

from study.report.page.tree import Element

NOTE = (
    "This page is one file. It loads nothing and sends nothing. "
    "Every number in it was measured, and is stored beside the code that computed it."
)


def arrange(body: Element) -> None:
    """Arrange the body: skip link, header, contents, the text in sections, footer."""
    contents = next(each for each in body.elements() if each.attributes.get("role") == "doc-toc")
    header = next(each for each in body.elements() if each.tag == "header")
    others = [child for child in body.children if child is not contents and child is not header]
    main = Element("main", {"id": "main", "tabindex": "-1"}, _in_sections(others))
    footer = Element("footer", {}, [Element("p", {}, [NOTE]), Element("p", {}, [_link("#main", "Back to the start")])])
    body.children = [_link("#main", "Skip to the text", "skip"), header, _navigation(contents), main, footer]


def _link(target: str, text: str, name: str = "") -> Element:
    return Element("a", {**({"class": name} if name else {}), "href": target}, [text])


def _in_sections(children: list[Element | str]) -> list[Element | str]:
    """Put each heading of the second level, and what follows it, into a section."""
    found: list[Element | str] = []
    inside = found
    for child in children:
        if isinstance(child, Element) and child.tag == "h2":
            section = Element("section", {"class": "chapter"})
            found.append(section)
            inside = section.children
        inside.append(child)
    return found


def _navigation(contents: Element) -> Element:
    """Turn Typst's outline into contents that fold, the appendices apart: those whose number starts with a letter."""
    items = [item for each in contents.all("ol") for item in each.elements()]
    appendices = [item for item in items if re.match("[A-Z]", item.text())]
    body = [item for item in items if item not in appendices]
    lists: list[Element | str] = [Element("ol", {}, [*body])]
    if appendices:
        title = Element("summary", {}, ["Appendices"])
        lists.append(Element("details", {"class": "appendices"}, [title, Element("ol", {}, [*appendices])]))
    summary = Element("summary", {}, ["Contents", Element("span", {"class": "here", "aria-hidden": "true"})])
    folded = Element("details", {"class": "fold", "open": ""}, [summary, Element("div", {"class": "lists"}, lists)])
    return Element("nav", {"class": "contents", "aria-label": "Contents"}, [folded])
