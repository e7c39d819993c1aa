"""Landmarks, sections and contents: where one is in the page, and how one gets elsewhere without scrolling."""

from __future__ import annotations

import re

from study.report.page.tree import Element

NOTE = (
    "This page is one file. It loads nothing and sends nothing. "
    "Every number in it comes from stored results, exact theory or the paper that is named."
)
LISTED = 3  # entries of a notice; a longer list is folded
NUMBER = re.compile(r"(?:Question )?(?:[A-Z]|\d+)(?:\.\d+)*\.?(?=\s)")  # of a heading: "1", "B.2", "Question C."


def arrange(body: Element) -> None:
    """Arrange the body: skip link, header, the text in sections, footer; Typst's own contents are left out."""
    headers = [each for each in body.elements() if each.tag == "header"]
    gone = [*headers, *(each for each in body.elements() if each.attributes.get("role") == "doc-toc")]
    others = _in_sections([child for child in body.children if child not in gone], "h2", "chapter")
    for chapter in others:
        if isinstance(chapter, Element) and "chapter" in chapter.classes():
            chapter.children = _in_sections(chapter.children, "h3", "part")
    main = Element("main", {"id": "main", "tabindex": "-1"}, others)
    footer = Element("footer", {}, [Element("p", {}, [NOTE]), Element("p", {}, [_link("#main", "Back to the start")])])
    body.children = [_link("#main", "Skip to the text", "skip"), *headers, main, footer]


def fold_notices(body: Element) -> None:
    """Fold long lists of what results lack, so that the first screen stays the first."""
    for notice in (each for each in body.all("section") if "notice" in each.classes()):
        for place, child in enumerate(notice.children):
            if isinstance(child, Element) and child.tag == "ul" and len(child.elements()) > LISTED:
                summary = Element("summary", {}, [f"Show {len(child.elements())} entries"])
                notice.children[place] = Element("details", {}, [summary, child])


def add_contents(body: Element) -> None:
    """Put the contents before the text: chapters, their parts, and the appendices apart; all headings have addresses.

    An appendix is a chapter that is numbered by a letter.
    """
    main = next(each for each in body.elements() if each.tag == "main")
    chapters = [each for each in main.elements() if "chapter" in each.classes()]
    appendices = [each for each in chapters if re.match(r"[A-Z]\s", each.elements()[0].text())]
    lists: list[Element | str] = [Element("ol", {}, [_entry(each) for each in chapters if each not in appendices])]
    if appendices:
        listed = Element("ol", {}, [_entry(each) for each in appendices])
        lists.append(Element("details", {"class": "appendices"}, [Element("summary", {}, ["Appendices"]), listed]))
    summary = Element("summary", {}, ["Contents", Element("span", {"class": "here", "aria-hidden": "true"})])
    fold = Element("details", {"class": "fold", "open": ""}, [summary, Element("div", {"class": "lists"}, lists)])
    navigation = Element("nav", {"class": "contents", "aria-label": "Contents"}, [fold])
    body.children.insert(body.children.index(main), navigation)


def _link(target: str, text: str, name: str = "") -> Element:
    return Element("a", {**({"class": name} if name else {}), "href": target}, [text])


def _in_sections(children: list[Element | str], tag: str, name: str) -> list[Element | str]:
    """Put each heading with this tag, and what follows it, into a section of its own."""
    found: list[Element | str] = []
    inside = found
    for child in children:
        if isinstance(child, Element) and child.tag == tag:
            section = Element("section", {"class": name})
            found.append(section)
            inside = section.children
        inside.append(child)
    return found


def _entry(section: Element) -> Element:
    """Make the entry of a chapter or part: its number, its title, and below them its parts."""
    heading = section.elements()[0]
    number = NUMBER.match(heading.text())
    title = heading.text()[number.end() if number else 0 :].strip()
    shown: list[Element | str] = [Element("span", {"class": "number"}, [number[0]])] if number else []
    entry = Element("li", {}, [Element("a", {"href": f"#{heading.attributes['id']}"}, [*shown, f" {title}"])])
    parts: list[Element | str] = [_entry(each) for each in section.elements() if "part" in each.classes()]
    if parts:
        entry.children.append(Element("ol", {}, parts))
    return entry
