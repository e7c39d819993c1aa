"""Figures in the page: SVG inside the HTML, with the page's colours and font, so that it follows the dark.

What the policy of the page forbids is taken out: no ``style`` attribute, no style sheet, no name used twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as Tree
from xml.sax.saxutils import quoteattr

from study.errors import StudyError
from study.report.contents import FigureOf
from study.report.figures.colours import ALL, property_of
from study.report.figures.drawn import PHONES

PLACE = re.compile(r'<div(?=[^>]* class="drawing")(?=[^>]* data-figure="([\w.-]+)")[^>]*>\s*</div>')
IN_PAGE = {colour.light: f"var({property_of(name)})" for name, colour in ALL.items()}
NAMESPACE = re.compile(r"^\{[^}]*\}")
PART = re.compile(r"[A-Za-z]|-?[\d.]+")
REFERENCE = re.compile(r"#([\w.-]+)")
POINTS = "data-points"
USUAL = {"fill-opacity": "1", "stroke-opacity": "1", "stroke-dashoffset": "0"}  # what need not be said


def fill(page: str, figures: Mapping[str, FigureOf], folder: Path) -> str:
    """Put every figure into its place in the page.

    Parameters
    ----------
    page : str
        HTML with ``<div class="drawing" data-figure="NAME"></div>`` for each figure.
    figures : mapping of str to FigureOf
    folder : Path
        With ``NAME.svg`` and, where there is one for phones, ``narrow/NAME.svg``.

    Returns
    -------
    str
    """

    def drawn(place: re.Match[str]) -> str:
        name = place[1]
        files = {"wide": folder / f"{name}.svg", PHONES: folder / PHONES / f"{name}.svg"}
        trees = {kind: Tree.fromstring(file.read_text("utf-8")) for kind, file in files.items() if file.exists()}
        told = [json.loads(tree.attrib.pop(POINTS)) for tree in trees.values()]
        words = [[text for _, _, text in points] for points in told]
        if any(each != words[0] for each in words):
            raise StudyError(f"{figures[name].script} tells other words on a phone than on paper; tell the same")
        for tree, points in zip(trees.values(), told, strict=True):
            tree.set(POINTS, " ".join(f"{x:g} {y:g}" for x, y, _ in points))
        inside = "".join(inline(tree, f"{name}-{kind}", kind, figures[name].alt) for kind, tree in trees.items())
        kind = "drawing both" if len(trees) > 1 else "drawing"
        said = quoteattr(json.dumps(words[0], ensure_ascii=False, separators=(",", ":"))) if words else ""
        opened = place[0].partition(">")[0].replace('class="drawing"', f'class="{kind}"')
        return f"{opened} data-words={said}>{inside}</div>"

    return PLACE.sub(drawn, page)


def inline(root: Tree.Element, name: str, kind: str, alt: str) -> str:
    """Write an SVG as an element of the page.

    Parameters
    ----------
    root : Element
        An SVG as `study.report.figures.saving.as_svg` writes it; it is changed.
    name : str
        By which its parts are told from those of other figures.
    kind : str
        Its class: ``wide`` or ``narrow``.
    alt : str
        What it shows.

    Returns
    -------
    str
    """
    used = set(REFERENCE.findall(" ".join(value for each in root.iter() for value in _references(each))))
    _clean(root, name, used)
    width, height = (float(root.attrib.pop(side).removesuffix("pt")) for side in ("width", "height"))
    root.attrib.pop("version", None)
    root.attrib.pop("font-family", None)
    root.attrib |= {
        "class": kind, "role": "img", "aria-label": alt, "width": f"{width * 96 / 72:.0f}",
        "height": f"{height * 96 / 72:.0f}", "stroke-linejoin": "round",
    }  # fmt: skip
    return Tree.tostring(root, encoding="unicode", method="html")


def _references(element: Tree.Element) -> list[str]:
    """Give the attributes in which an element names another."""
    return [
        value
        for key, value in element.attrib.items()
        if key.endswith("href") or (key in ("clip-path", "style") and "#" in value)
    ]


def _clean(element: Tree.Element, name: str, used: set[str]) -> None:
    """Rewrite an element and all inside it, leaving out what says or shows nothing."""
    element.tag = NAMESPACE.sub("", element.tag)
    attributes = {NAMESPACE.sub("", key): value for key, value in element.attrib.items()}
    element.attrib.clear()
    for key, value in attributes.items():
        if key == "style":
            for part in value.split(";"):
                said, _, what = (each.strip() for each in part.partition(":"))
                if said and USUAL.get(said) != what:
                    element.set(said, IN_PAGE.get(what, what))
        elif key == "id":
            if value in used:
                element.set("id", f"{name}-{value}")
        elif key in ("href", "clip-path"):
            element.set(key, REFERENCE.sub(rf"#{name}-\1", value))
        elif not (key == "transform" and value.startswith("rotate(-0 ")):
            element.set(key, _short_path(value) if key == "d" else " ".join(value.split()))
    children: list[Tree.Element] = []
    for child in element:
        if NAMESPACE.sub("", str(child.tag)) not in ("style", "metadata"):
            _clean(child, name, used)
            child.tail = None
            children += list(child) if child.tag == "g" and not child.attrib else [child]
    element[:] = [child for child in children if not _shows_nothing(child)]
    if element.tag != "text":
        element.text = None


def _short_path(value: str) -> str:
    """Write a path with a digit after the point, which is a seventh of a pixel, and without repeated commands.

    Examples
    --------
    >>> _short_path("M 1.25 2.04 L 3 4  L 5.5 6 z")
    'M1.2 2L3 4 5.5 6z'
    """
    words: list[str] = []
    command = ""
    for part in PART.findall(value):
        if part.isalpha():
            if part != command or part in "Mz":
                words.append(part)
            command = part
        else:
            number = f"{float(part):.1f}".removesuffix(".0")
            words.append(number if words and words[-1].isalpha() else f" {number}")
    return "".join(words)


def _shows_nothing(element: Tree.Element) -> bool:
    """Whether an element is an empty group, or a path without line and area."""
    if element.tag in ("defs", "g"):
        return not len(element)
    return element.tag == "path" and element.get("fill") == "none" and "stroke" not in element.attrib
