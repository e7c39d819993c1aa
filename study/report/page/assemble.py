"""From Typst's HTML to the page as it is read: arranged, with addresses, tables, styles and scripts."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from study.report.figures.colours import as_css
from study.report.page.anchors import give_addresses
from study.report.page.structure import add_contents, arrange, fold_notices
from study.report.page.tables import lay_out_tables
from study.report.page.tree import Element, read, write

COLOUR = re.compile(r"color: #(\w{6})")  # of code, on white
OF_THE_PAGE = r"color: var(--code-\1, #\1)"  # as assets/page.css has it, in light and dark
PERCENT = re.compile(r"(?<=\d) %")
PROGRAMS = ("pre", "code", "script", "style")
ASSETS = Path(__file__).parent / "assets"


def assemble(html: str) -> str:
    """Make the page of Typst's HTML.

    Parameters
    ----------
    html : str
        As Typst writes it, of `frame/document.typ`.

    Returns
    -------
    str
        The page: one file, which loads nothing; figures and the policy (`study.report.page.policy`) come after.
    """
    root = read(html)
    head, body = root.elements()
    _keep_percents_whole(body)
    arrange(body)
    fold_notices(body)
    lay_out_tables(body)
    give_addresses(body)
    add_contents(body)
    own = _take(body, "style")
    rules = _styles_as_classes(body)
    head.children += [Element("style", {}, [as_css() + _assets("css") + rules]), *own]
    body.children.append(Element("script", {}, [_assets("js")]))
    return "<!DOCTYPE html>" + write(root)


def _keep_percents_whole(element: Element) -> None:
    """Keep a number and its sign on one line wherever people read it: programs stay as they are typed."""
    if element.tag in PROGRAMS:
        return
    element.children = [
        PERCENT.sub("\N{NO-BREAK SPACE}%", child) if isinstance(child, str) else child for child in element.children
    ]
    for child in element.elements():
        _keep_percents_whole(child)


def _assets(kind: str) -> str:
    """Join all files of a kind by their names; what is for paper comes last, so that it has the last word there."""
    paths = sorted(ASSETS.glob(f"*.{kind}"), key=lambda path: (path.stem == "print", path.name))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _take(parent: Element, tag: str) -> list[Element]:
    """Take all elements with a tag out of the tree below an element."""
    taken = [child for child in parent.elements() if child.tag == tag]
    parent.children = [child for child in parent.children if child not in taken]
    return [*taken, *(found for child in parent.elements() for found in _take(child, tag))]


def _styles_as_classes(body: Element) -> str:
    """Turn style attributes, which the policy forbids, into classes; gives the rules of these."""
    rules = {}
    for element in body.all():
        style = element.attributes.pop("style", "")
        if style:
            name = f"typst-{hashlib.sha256(style.encode()).hexdigest()[:6]}"
            rules[name] = f".{name} {{ {COLOUR.sub(OF_THE_PAGE, style)} }}\n"
            element.add_class(name)
    return "".join(rules.values())
